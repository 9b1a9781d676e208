/**
 * What a rule kind answers. Each is a function of the set of hits: more hits only ever add to it, but for the kinds whose
 * rules compile with a `negation`.
 */
import type { Hit } from '../../domain/hit.ts'
import type { Json } from '../../domain/json.ts'
import type { CompiledRule } from '../../rules/compiled.ts'

/** The hit at which a rule is satisfied. */
export type Completion = Hit

export type Facts = { [name: string]: Json }

/** What stands behind some completions. */
export type Support = {
  /** Every hit that has a part in reaching one of them, one entry an event, by time and event. */
  hits: Hit[]
  facts: Facts
  /** Hits that make the alert worse (a threshold rule's `then`), by time and event. */
  worsening: Hit[]
}

export type Kind = {
  /** Where the rule is satisfied, by time and event. Hits of one group, in any order. */
  completions(compiled: CompiledRule, hits: readonly Hit[]): Completion[]
  /** What stands behind these completions; `hits` holds everything within reach of them. */
  support(compiled: CompiledRule, hits: readonly Hit[], completions: readonly Completion[]): Support
  /** The facts of several supports together; the one with the latest completion first. `found` is the one found now. */
  combine(latestFirst: readonly Facts[], found: Facts): Facts
}

/** Time, then event: says nothing about which came first where the times are equal. */
export function byTime(a: Hit, b: Hit): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.event !== b.event) return a.event < b.event ? -1 : 1
  return a.step - b.step
}
