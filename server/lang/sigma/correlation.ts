/** Correlations as they are written. */
import { isMap, isSeq } from 'yaml'
import { didYouMean, type Findings } from '../diagnose.ts'
import type { Span } from '../tree.ts'
import { scalarText, type YamlText } from './yaml.ts'

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const
export type CorrelationType = (typeof CORRELATION_TYPES)[number]
export const COMPARISONS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const
export type Comparison = { is: (typeof COMPARISONS)[number]; than: number }

export type CorrelationText = {
  type: CorrelationType
  rules: string[]
  groupBy: string[]
  /** Milliseconds. */
  timespan: number
  /** All of them must hold. Empty: whatever the type says by itself. */
  comparisons: Comparison[]
  /** What is counted, added up or averaged. */
  fields: string[]
  /** 0 to 100; only of `value_percentile`. */
  percentile: number
  /** Of a temporal correlation: which of the rules are needed, as a text over their names. */
  expression: string | null
  /** By alias the field of each rule, by the rule's name or id. */
  aliases: Record<string, Record<string, string>>
  /** The rules that it names give alerts of their own as well. */
  generate: boolean
  at: Span
}

const UNITS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
}

export function readCorrelation(yaml: YamlText, findings: Findings): CorrelationText {
  const group = yaml.value(yaml.root, 'correlation')
  const at = yaml.at(group)
  const here = (key: string): Span => yaml.at(yaml.value(group, key) ?? group)
  const type = typeOf(yaml.text(group, 'type') ?? '', here('type'), findings)
  const texts = (key: string): string[] => {
    const value = yaml.value(group, key)
    return value === null ? [] : yaml.items(value).map((item) => scalarText(item))
  }
  const rules = texts('rules')
  if (rules.length === 0)
    findings.error(at, 'The correlation names no rules', 'Add "rules:" with the names or ids of rules.')
  const condition = readCondition(yaml, type, here('condition'), findings)
  return {
    type,
    rules,
    groupBy: texts('group-by').map((name) => name.replaceAll(' ', '')),
    timespan: timespanOf(
      yaml.text(group, 'timespan') ?? yaml.text(group, 'timeframe'),
      here('timespan'),
      findings,
    ),
    ...condition,
    aliases: aliasesOf(yaml.plain(yaml.value(group, 'aliases'))),
    generate:
      yaml.plain(yaml.value(group, 'generate')) === true ||
      yaml.plain(yaml.value(yaml.root, 'generate')) === true,
    at,
  }
}

function typeOf(text: string, at: Span, findings: Findings): CorrelationType {
  const known = CORRELATION_TYPES.find((type) => type === text)
  if (!known)
    findings.error(
      at,
      text === '' ? 'The correlation has no type' : `There is no correlation of the type "${text}"`,
      didYouMean(text, CORRELATION_TYPES) ?? `Known are ${CORRELATION_TYPES.join(', ')}.`,
    )
  return known ?? 'event_count'
}

function timespanOf(text: string | null, at: Span, findings: Findings): number {
  const parts = /^(\d+)([smhdwMy])$/.exec(text?.trim() ?? '')
  const span = parts ? Number(parts[1]) * UNITS[parts[2]!]! : 0
  if (Number.isSafeInteger(span) && span > 0) return span
  findings.error(
    at,
    text === null ? 'The correlation has no timespan' : `"${text}" is no timespan`,
    'Write a whole number and s, m, h, d, w, M or y, e.g. "timespan: 1h".',
  )
  return 1
}

type Condition = Pick<CorrelationText, 'comparisons' | 'fields' | 'percentile' | 'expression'>

function readCondition(yaml: YamlText, type: CorrelationType, at: Span, findings: Findings): Condition {
  const found: Condition = { comparisons: [], fields: [], percentile: 50, expression: null }
  const condition = yaml.value(yaml.value(yaml.root, 'correlation'), 'condition')
  const isTemporal = type.startsWith('temporal')
  if (condition === null) {
    if (!isTemporal)
      findings.error(
        at,
        `A correlation of the type ${type} needs a condition`,
        'For instance "condition: {gte: 10}".',
      )
    return found
  }
  if (!isMap(condition)) {
    const text = isSeq(condition) ? null : yaml.plain(condition)
    if (type === 'temporal' && typeof text === 'string') found.expression = text
    else findings.error(at, 'The condition of a correlation is a group such as {gte: 10}', null)
    return found
  }
  for (const { key, at: where, value } of yaml.entries(condition)) {
    const plain = yaml.plain(value)
    const is = COMPARISONS.find((one) => one === key)
    if (is) {
      const than = typeof plain === 'string' ? Number(plain) : plain
      if (typeof than === 'number' && Number.isFinite(than)) found.comparisons.push({ is, than })
      else findings.error(where, `"${key}" needs a number`, null)
    } else if (key === 'field') {
      found.fields = (Array.isArray(plain) ? plain : [plain]).map((name) => String(name).replaceAll(' ', ''))
    } else if (key === 'percentile') {
      if (typeof plain === 'number' && plain >= 0 && plain <= 100) found.percentile = plain
      else findings.error(where, '"percentile" needs a number from 0 to 100', null)
    } else
      findings.error(
        where,
        `"${key}" is no part of a correlation's condition`,
        didYouMean(key, [...COMPARISONS, 'field', 'percentile']),
      )
  }
  if (found.comparisons.length === 0 && !isTemporal)
    findings.error(at, 'The condition compares with no number', `Use one of ${COMPARISONS.join(', ')}.`)
  if (type === 'temporal_ordered' && found.comparisons.length > 0)
    findings.error(
      at,
      'A correlation of the type temporal_ordered needs all of its rules',
      'Leave the condition out, or use temporal.',
    )
  if (type.startsWith('value_') && found.fields.length === 0)
    findings.error(
      at,
      `A correlation of the type ${type} needs the field whose values it looks at`,
      'Add "field: NAME" to the condition.',
    )
  return found
}

function aliasesOf(plain: unknown): CorrelationText['aliases'] {
  if (typeof plain !== 'object' || plain === null) return {}
  return Object.fromEntries(
    Object.entries(plain).map(([alias, fields]) => [
      alias,
      Object.fromEntries(
        Object.entries((fields ?? {}) as Record<string, unknown>).map(([rule, field]) => [
          rule,
          String(field).replaceAll(' ', ''),
        ]),
      ),
    ]),
  )
}
