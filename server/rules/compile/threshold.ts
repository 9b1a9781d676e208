/** A rule of the kind threshold: hits carry what is counted. */
import type { RuleEvent } from '../../domain/event.ts'
import type { Json } from '../../domain/json.ts'
import type { Rule, ThresholdSpec } from '../../domain/rule.ts'
import { ALLOWED_LATENESS } from '../../domain/time.ts'
import type { Diagnostic, Query } from '../../lang/tree.ts'
import type { CompiledRule } from '../compiled.ts'
import { joinKeys } from '../keys.ts'
import { parseQuery } from '../query-text.ts'
import { presenceStep } from './presence.ts'
import { eventFilter, fieldRefs, makeStep, recordOf, refusal } from './steps.ts'

export function compileThreshold(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const spec = rule.threshold
  const filter = eventFilter(query, diagnostics, 'A threshold counts the events of a single-event query')
  if (!spec) diagnostics.push(refusal('A rule of the kind threshold needs a threshold'))
  if (!filter || !spec) return null
  const by = fieldRefs(spec.by, filter.where.at)
  const steps = [makeStep(filter, by, { value: (event) => counted(event, spec) })]
  if (rule.then) {
    const parsed = parseQuery(rule.language, rule.then.query)
    for (const found of parsed.diagnostics) diagnostics.push({ ...found, message: `then: ${found.message}` })
    const then = parsed.query && eventFilter(parsed.query, diagnostics, 'then: needs a single-event query')
    if (then)
      steps.push(makeStep(then, by, { value: (event) => ({ record: recordOf(event), distinct: [] }) }))
  }
  const longest = Math.max(spec.within, ...(spec.or ?? []).map(({ within }) => within ?? 0))
  if (!spec.baseline) return { rule, steps, window: longest, gap: longest }
  steps.push(presenceStep(filter, by))
  return {
    rule,
    steps,
    // What was usual is told by windows too, and the first of them reaches further back.
    window: Math.max(longest, spec.baseline.history + 2 * spec.within),
    gap: longest,
    negation: { shape: null, wait: rule.lateness ?? ALLOWED_LATENESS },
  }
}

function counted(event: RuleEvent, spec: ThresholdSpec): Json {
  const distinct = [spec, ...(spec.or ?? [])].map((one) => distinctText(event, one.distinct))
  return { record: recordOf(event), distinct }
}

/** One text for the event's values in these fields: the first of each, account fields lower-cased. Null if one is missing. */
function distinctText(event: RuleEvent, fields: readonly string[]): string | null {
  if (fields.length === 0) return null
  const tuple = fields.map((path) => firstValue(event, path))
  return tuple.includes(null) ? null : JSON.stringify(tuple)
}

function firstValue(event: RuleEvent, path: string): Json {
  return joinKeys(event.fields, [{ path, optional: true }])[0]?.[0] ?? null
}
