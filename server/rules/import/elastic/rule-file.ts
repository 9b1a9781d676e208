/** What a rule of Elastic's says, in the words of a rule file. */
import { isAccountField } from '../../../domain/account.ts'
import { SEVERITIES, type Severity } from '../../../domain/alert.ts'
import { DAY, HOUR, type Millis, MINUTE, SECOND } from '../../../domain/time.ts'
import { spanText } from '../../rule-json.ts'
import { isTable, numberOf, type Table, tablesOf, textOf, textsOf } from './table.ts'

type RuleFile = { [key: string]: unknown }
/** `key`: what in the file it is about. */
type Mistake = { key: string; message: string; hint: string | null }

export function ruleFileOf(rule: Table): { value: RuleFile } | { error: Mistake } {
  const blocks = blocksOf(rule)
  if ('error' in blocks) return blocks
  const id = textOf(rule['rule_id'])
  return {
    value: {
      ...(id ? { id } : {}),
      name: textOf(rule['name'])!,
      severity: severityOf(rule),
      confidence: confidenceOf(rule),
      language: rule['type'] === 'eql' ? 'eql' : 'kql',
      query: String(rule['query']),
      ...blocks.value,
      attack: techniquesOf(rule),
      tags: textsOf(rule['tags']),
      false_positives: textsOf(rule['false_positives']).map((text) => text.trim()),
      investigate: guideOf(rule),
      author: textsOf(rule['author']),
      license: textOf(rule['license']) ?? null,
      // Any type of it means the same: its alerts are material for other rules.
      ...(textOf(rule['building_block_type']) ? { building_block: true } : {}),
    },
  }
}

function blocksOf(rule: Table): { value: RuleFile } | { error: Mistake } {
  switch (rule['type']) {
    case 'threshold':
      return thresholdOf(rule)
    case 'new_terms':
      return newTermsOf(rule)
    default:
      return { value: {} }
  }
}

/** Elastic counts within the time that each of its runs looks back; here the window of that length slides. */
function thresholdOf(rule: Table): { value: RuleFile } | { error: Mistake } {
  const spec = rule['threshold']
  const value = isTable(spec) ? numberOf(spec['value']) : undefined
  if (!isTable(spec) || value === undefined || value < 1) {
    const hint = 'Add [rule.threshold] with "field" and "value".'
    return { error: { key: 'threshold', message: 'The threshold has no value', hint } }
  }
  const within = backOf(textOf(rule['from']) ?? 'now-6m')
  if (within === null) return { error: unreadableTime('from', rule['from']) }
  const by = textsOf(spec['field'])
  const cardinality = tablesOf(spec['cardinality']).flatMap((one) => {
    const least = numberOf(one['value'])
    const fields = textsOf(one['field'])
    return least === undefined || fields.length === 0 ? [] : [{ least, fields }]
  })
  if (cardinality.length > 1) {
    const hint = 'Make a rule of each.'
    return { error: { key: 'threshold', message: 'The threshold has more than one cardinality', hint } }
  }
  const [distinct] = cardinality
  const counts = distinct
    ? {
        at_least: distinct.least,
        distinct: distinct.fields,
        ...(value > 1 ? { at_least_events: value } : {}),
      }
    : { at_least: value }
  return { value: { threshold: { by, ...counts, within: spanText(within) }, ...entityOf(by) } }
}

/** As exact as Elastic's: nothing is learnt first. */
function newTermsOf(rule: Table): { value: RuleFile } | { error: Mistake } {
  const spec = isTable(rule['new_terms']) ? rule['new_terms'] : {}
  const fields = textsOf(spec['value'] ?? rule['new_terms_fields'])
  const [start] = tablesOf(spec['history_window_start'])
  const said = textOf(start?.['value'] ?? rule['history_window_start'])
  if (fields.length === 0) {
    const hint = 'Add [rule.new_terms] with "value", a list of fields.'
    return { error: { key: 'new_terms', message: 'The rule names no fields for its new terms', hint } }
  }
  const history = backOf(said ?? '')
  if (history === null) return { error: unreadableTime('history_window_start', said) }
  // Terms of one account belong together; a term by itself is its own key.
  const by = keyOf(fields)
  const rest = fields.filter((field) => field !== by)
  return {
    value: {
      new_terms: {
        by: [by],
        fields: rest.length > 0 ? rest : [by],
        history: spanText(history),
        learn: 0,
      },
      ...entityOf([by]),
    },
  }
}

function unreadableTime(key: string, said: unknown): Mistake {
  const shown = said === undefined ? 'is missing' : `is ${JSON.stringify(said)}`
  return { key, message: `${key} ${shown}, and a time such as "now-14d" is needed`, hint: null }
}

const UNITS: { [unit: string]: Millis } = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  H: HOUR,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  y: 365 * DAY,
}

/** How long before now: `now-9m`; null if it says anything else. */
function backOf(text: string): Millis | null {
  const parts = /^now-(\d+)([smhHdwMy])(?:\/[smhHdwMy])?$/.exec(text.trim())
  const span = parts ? Number(parts[1]) * UNITS[parts[2]!]! : 0
  return span > 0 ? span : null
}

/** The account among some fields, else the first of them. */
function keyOf(fields: readonly string[]): string {
  return fields.find(isAccountField) ?? fields.find((field) => /user/i.test(field)) ?? fields[0]!
}

function entityOf(by: readonly string[]): RuleFile {
  return by.length > 0 ? { entity: keyOf(by) } : {}
}

function severityOf(rule: Table): Severity {
  const said = textOf(rule['severity'])?.toLowerCase()
  return SEVERITIES.find((severity) => severity === said) ?? 'medium'
}

/** Elastic has one score for both: the steps are those of its severities. */
function confidenceOf(rule: Table): Severity {
  const score = numberOf(rule['risk_score']) ?? 47
  return score >= 70 ? 'high' : score >= 40 ? 'medium' : 'low'
}

function techniquesOf(rule: Table): string[] {
  const ids = tablesOf(rule['threat'] ?? []).flatMap((threat) => {
    const techniques = tablesOf(threat['technique'] ?? []).flatMap((technique) => [
      ...textsOf(technique['id']),
      ...tablesOf(technique['subtechnique'] ?? []).flatMap((sub) => textsOf(sub['id'])),
    ])
    const tactic = isTable(threat['tactic']) ? textsOf(threat['tactic']['id']) : []
    return techniques.length > 0 ? techniques : tactic
  })
  return [...new Set(ids)].filter((id) => /^TA?\d{4}(\.\d{3})?$/.test(id))
}

function guideOf(rule: Table): string {
  const references = textsOf(rule['references'] ?? [])
  return [
    textOf(rule['description']),
    textOf(rule['note']),
    textOf(rule['setup']),
    references.length > 0 ? `References:\n${references.map((url) => `- ${url}`).join('\n')}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .map((part) => part.trim())
    .join('\n\n')
}
