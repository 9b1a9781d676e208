/** A rule of the kind new_terms: hits carry the terms of their event. */
import { HOUR, type Millis, ALLOWED_LATENESS } from '../../domain/time.ts'
import type { NewTermsSpec, Rule } from '../../domain/rule.ts'
import type { Diagnostic, EventFilter, Query } from '../../lang/tree.ts'
import type { CompiledRule, CompiledStep } from '../compiled.ts'
import { joinKeys } from '../keys.ts'
import { parseQuery } from '../query-text.ts'
import { presenceStep } from './presence.ts'
import { eventFilter, fieldRefs, makeStep, refusal } from './steps.ts'

/** What is new within an hour is one story. */
const GAP: Millis = HOUR

/** Steps: what can be new; then, where the rule has them, what is known otherwise, and presence. */
export function compileNewTerms(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const spec = rule.newTerms
  const filter = eventFilter(query, diagnostics, 'New terms are those of the events of a single-event query')
  if (!spec) diagnostics.push(refusal('A rule of the kind new_terms needs its fields'))
  if (!filter || !spec) return null
  const known = knownFilter(rule, spec, diagnostics)
  return {
    rule,
    steps: [
      termStep(filter, spec),
      ...(known ? [termStep(known, spec)] : []),
      ...(spec.learn > 0 ? [presenceStep(filter, fieldRefs(spec.by, filter.where.at))] : []),
    ],
    window: spec.history,
    gap: GAP,
    negation: { shape: null, wait: rule.lateness ?? ALLOWED_LATENESS },
  }
}

function termStep(filter: EventFilter, spec: NewTermsSpec): CompiledStep {
  const by = fieldRefs(spec.by, filter.where.at)
  const fields = fieldRefs(spec.fields, filter.where.at)
  return makeStep(filter, by, {
    // An event that lacks one of the fields has no term.
    keys: (event) => (joinKeys(event.fields, fields).length > 0 ? joinKeys(event.fields, by) : []),
    value: (event) => joinKeys(event.fields, fields),
  })
}

function knownFilter(rule: Rule, { knownBy }: NewTermsSpec, diagnostics: Diagnostic[]): EventFilter | null {
  if (knownBy === undefined) return null
  const { query, diagnostics: found } = parseQuery(rule.language, knownBy)
  for (const one of found) diagnostics.push({ ...one, message: `known_by: ${one.message}` })
  return query && eventFilter(query, diagnostics, 'known_by: needs a single-event query')
}
