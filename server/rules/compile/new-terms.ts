/** A rule of the kind new_terms: hits carry the terms of their event. */
import { HOUR, type Millis, ALLOWED_LATENESS } from '../../domain/time.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Diagnostic, Query } from '../../lang/tree.ts'
import type { CompiledRule } from '../compiled.ts'
import { joinKeys } from '../keys.ts'
import { presenceStep } from './presence.ts'
import { eventFilter, fieldRefs, makeStep, refusal } from './steps.ts'

/** What is new within an hour is one story. */
const GAP: Millis = HOUR

export function compileNewTerms(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const spec = rule.newTerms
  const filter = eventFilter(query, diagnostics, 'New terms are those of the events of a single-event query')
  if (!spec) diagnostics.push(refusal('A rule of the kind new_terms needs its fields'))
  if (!filter || !spec) return null
  const by = fieldRefs(spec.by, filter.where.at)
  const fields = fieldRefs(spec.fields, filter.where.at)
  const step = makeStep(filter, by, {
    // An event that lacks one of the fields has no term.
    keys: (event) => (joinKeys(event.fields, fields).length > 0 ? joinKeys(event.fields, by) : []),
    value: (event) => joinKeys(event.fields, fields),
  })
  return {
    rule,
    steps: spec.learn > 0 ? [step, presenceStep(filter, by)] : [step],
    window: spec.history,
    gap: GAP,
    negation: { shape: null, wait: rule.lateness ?? ALLOWED_LATENESS },
  }
}
