/** A rule as portable Sigma: its detections, and a correlation where it puts matches together. */
import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import type { Rule } from '../../domain/rule.ts'
import { DAY, HOUR, type Millis, MINUTE, SECOND } from '../../domain/time.ts'
import type { EventFilter, Query, SequenceQuery, Step } from '../../lang/tree.ts'
import { parseQuery } from '../query-text.ts'
import { detectionOf, type SigmaDetection } from './sigma-condition.ts'

/** Sigma has no sequence without a limit. */
const LONGEST_SPAN: Millis = 7 * DAY

/** The text of a `.yml`. What Sigma cannot say stands as a comment at its top. */
export function exportSigma(rule: Rule): string {
  if (rule.language === 'sigma') return rule.query
  const { query } = parseQuery(rule.language, rule.query)
  if (!query) throw new Error(`The query of the rule ${rule.id} cannot be read`)
  const draft: Draft = { rule, documents: [], comments: [] }
  if (query.kind === 'event') addEvents(draft, query)
  else if (query.kind === 'sequence') addSequence(draft, query)
  const comments = [...new Set([...draft.comments, ...otherLosses(rule)])]
  const head = [
    `Exported from Vedette: ${rule.id}`,
    'Fields are named as in the Elastic Common Schema and its integrations.',
    ...comments,
  ]
  const lines = head.flatMap((text) => text.split('\n')).map((line) => `# ${line}`.trimEnd())
  return `${lines.join('\n')}\n${draft.documents.map((one) => stringify(one, { lineWidth: 0 })).join('---\n')}`
}

type Draft = { rule: Rule; documents: { [key: string]: unknown }[]; comments: string[] }

function addEvents(draft: Draft, query: Extract<Query, { kind: 'event' }>): void {
  const { rule } = draft
  const spec = rule.threshold
  const detection = said(draft, query)
  if (!spec) {
    draft.documents.push({ ...headOf(rule), ...bodyOf(detection), ...tailOf(rule) })
    return
  }
  const name = `${rule.id}-base`
  draft.documents.push({
    ...headOf(rule),
    correlation: {
      type: spec.distinct.length > 0 ? 'value_count' : 'event_count',
      rules: [name],
      ...(spec.by.length > 0 ? { 'group-by': spec.by } : {}),
      timespan: timespanOf(spec.within),
      condition: {
        ...(spec.distinct.length > 0
          ? { field: spec.distinct.length === 1 ? spec.distinct[0] : spec.distinct }
          : {}),
        ...(spec.isMoreThan ? { gt: spec.atLeast - 1 } : { gte: spec.atLeast }),
      },
    },
    ...tailOf(rule),
  })
  draft.documents.push(baseOf(rule, name, `${rule.name}: what is counted`, detection))
}

function addSequence(draft: Draft, query: SequenceQuery): void {
  const { rule } = draft
  const names: string[] = []
  const bases: Draft['documents'] = []
  const steps = query.steps.filter((step) => !step.missing)
  for (const [i, step] of steps.entries()) {
    const name = `${rule.id}-step-${i + 1}`
    names.push(...Array.from({ length: step.runs }, () => name))
    bases.push(baseOf(rule, name, `${rule.name}: step ${i + 1}`, said(draft, step)))
  }
  if (query.maxspan === null)
    draft.comments.push('Cannot be said: a sequence without a limit of time; seven days are taken.')
  if (query.until) draft.comments.push('Cannot be said, and left out: the "until" that ends the sequence.')
  if (steps.length < query.steps.length)
    draft.comments.push('Cannot be said, and left out: events that must be missing (![ ]).')
  if (steps.some((step) => step.runs > 1))
    draft.comments.push('A step that must come several times ("with runs") is named so many times.')
  const keys = keysOf(draft, steps, [...new Set(names)])
  const ordered = {
    type: 'temporal_ordered',
    rules: names,
    ...keys,
    timespan: timespanOf(query.maxspan ?? LONGEST_SPAN),
  }
  const { several } = rule
  if (!several) {
    draft.documents.push({ ...headOf(rule), correlation: ordered, ...tailOf(rule) }, ...bases)
    return
  }
  // So many sequences of one account are a correlation of that correlation.
  const name = `${rule.id}-sequence`
  const counted = {
    type: 'value_count',
    rules: [name],
    'group-by': several.by,
    timespan: ordered.timespan,
    condition: { field: keys['group-by']?.slice(several.by.length) ?? [], gte: several.atLeast },
  }
  draft.documents.push(
    { ...headOf(rule), correlation: counted, ...tailOf(rule) },
    {
      title: `${rule.name}: one of them`,
      id: uuidOf(name),
      name,
      status: 'test',
      author: authorOf(rule),
      correlation: ordered,
    },
    ...bases,
  )
}

type Keys = { 'group-by'?: string[]; aliases?: { [alias: string]: { [rule: string]: string } } }

/** Keys that the steps call differently get an alias. */
function keysOf(draft: Draft, steps: readonly Step[], names: readonly string[]): Keys {
  const first = steps[0]?.by ?? []
  if (first.length === 0) return {}
  if (steps.some(({ by }) => by.some(({ optional }) => optional)))
    draft.comments.push('Cannot be said: a missing key (?field) that joins other missing ones.')
  const aliases: { [alias: string]: { [rule: string]: string } } = {}
  const groupBy = first.map(({ path }, i) => {
    const paths = steps.map((step) => step.by[i]!.path)
    if (paths.every((other) => other === path)) return path
    aliases[`key_${i + 1}`] = Object.fromEntries(names.map((name, step) => [name, paths[step]!]))
    return `key_${i + 1}`
  })
  return { 'group-by': groupBy, ...(Object.keys(aliases).length > 0 ? { aliases } : {}) }
}

function said(draft: Draft, filter: EventFilter): SigmaDetection {
  const detection = detectionOf(filter)
  for (const text of detection.lost) draft.comments.push(`Cannot be said, and left out: ${text}`)
  draft.comments.push(...detection.notes)
  return detection
}

function bodyOf({ logsource, detection }: SigmaDetection): { [key: string]: unknown } {
  return { logsource, detection }
}

function baseOf(
  rule: Rule,
  name: string,
  title: string,
  detection: SigmaDetection,
): { [key: string]: unknown } {
  return {
    title,
    id: uuidOf(name),
    name,
    status: 'test',
    author: authorOf(rule),
    ...bodyOf(detection),
    level: 'informational',
  }
}

function headOf(rule: Rule): { [key: string]: unknown } {
  return {
    title: rule.name,
    id: uuidOf(rule.id),
    status: rule.confidence === 'low' ? 'experimental' : rule.confidence === 'medium' ? 'test' : 'stable',
    ...(rule.investigate ? { description: rule.investigate } : {}),
    author: authorOf(rule),
    ...(rule.license ? { license: rule.license } : {}),
    ...(rule.attack.length > 0 ? { tags: rule.attack.map((id) => `attack.${id.toLowerCase()}`) } : {}),
  }
}

function tailOf(rule: Rule): { [key: string]: unknown } {
  return {
    ...(rule.false_positives.length > 0 ? { falsepositives: rule.false_positives } : {}),
    level: rule.severity,
  }
}

function authorOf(rule: Rule): string {
  return rule.author.length > 0 ? rule.author.join(', ') : 'Vedette'
}

/** Sigma's ids are UUIDs: of another id always the same one. */
function uuidOf(id: string): string {
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id)) return id
  const hex = createHash('sha1').update(`vedette:${id}`).digest('hex')
  // A UUID of version 5 says in these two places what it is.
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** Sigma's timespans have no milliseconds. */
function timespanOf(span: Millis): string {
  const units: [Millis, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
  ]
  const unit = units.find(([size]) => span % size === 0)
  return unit ? `${span / unit[0]}${unit[1]}` : `${Math.ceil(span / SECOND)}s`
}

/** What the kind of the rule and its settings add, which Sigma has no words for. */
function otherLosses(rule: Rule): string[] {
  const { threshold, then, travel, newTerms, heeds } = rule
  const lost = (text: string) => `Cannot be said, and left out: ${text}`
  return [
    ...(threshold?.atLeastEvents
      ? [lost(`at least ${threshold.atLeastEvents} events beside the distinct values`)]
      : []),
    ...(threshold?.or ?? []).map((one) =>
      lost(
        `also from ${one.atLeast} distinct ${one.distinct.join(', ') || 'events'}${one.atLeastEvents ? ` in ${one.atLeastEvents} events` : ''}`,
      ),
    ),
    ...(threshold?.baseline ? [lost('only where it is more than what is usual for the account')] : []),
    ...(then ? [lost(`severity ${then.severity} where this follows:\n${then.query.trim()}`)] : []),
    ...(travel
      ? [
          lost(
            `two places at least ${travel.minKm} km apart, faster than ${travel.fasterThanKmh} km/h; every match is found`,
          ),
        ]
      : []),
    ...(newTerms
      ? [
          lost(
            `only values of ${newTerms.fields.join(', ')} that are new for ${newTerms.by.join(', ') || 'all'}; every match is found`,
          ),
        ]
      : []),
    ...(heeds && heeds.length > 0
      ? [lost(`the organisation's settings that the rule heeds (${heeds.join(', ')})`)]
      : []),
  ]
}
