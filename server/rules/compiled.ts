import type { RuleEvent } from '../domain/event.ts'
import type { Fields, Json } from '../domain/json.ts'
import type { Rule } from '../domain/rule.ts'
import type { Millis } from '../domain/time.ts'
import type { Correlation } from '../lang/sigma/plan.ts'
import type { EventFilter, FieldRef, SequenceShape } from '../lang/tree.ts'

/** One step of a rule, ready to run. A threshold rule's `then` is step 1 beside its step 0. */
export type CompiledStep = {
  filter: EventFilter
  by: FieldRef[]
  matches(fields: Fields): boolean
  /** The join key tuples of an event: none where a key is missing, several where a key field is an array. */
  keys(event: RuleEvent): Json[][]
  /** What a hit carries for the rule kind: see `Hit.value`. */
  value(event: RuleEvent): Json
  /** Its hits undo completions: a step that must be missing (`![ ]`), or the one that ends a sequence (`until`). */
  negates?: 'missing' | 'until'
  /** Its hits say no more than that the key was there, one an hour. */
  isPresence?: true
  /** Steps that have this text in common meet the same events by the same keys. */
  alike?: string
}

/** A rule that can run: predicates compiled once, spans in milliseconds. */
export type CompiledRule = {
  rule: Rule
  steps: CompiledStep[]
  /** How far apart in time one completion's hits can lie; Infinity for a sequence without maxspan. */
  window: Millis
  /** Completions no further apart than this are one episode. */
  gap: Millis
  /** Set where hits can undo completions, so that a late one could take back what was found. */
  negation?: Negation
  /** Of a sequence that is counted over its inner join keys: `within` is its maxspan. */
  several?: { within: Millis; atLeast: number }
  /** Of a rule of the kind correlation. */
  correlation?: Correlation
}

export type Negation = {
  /** Of a sequence with `until` or `![ ]`: its steps are the slots of the query, then `until`. Null: of another kind. */
  shape: SequenceShape | null
  /** A completion is certain this long after its time: logs may come so late, and what must be missing has its time. */
  wait: Millis
}

/** Whether a hit of this step can complete the rule; of a correlation any can. */
export function canComplete(compiled: CompiledRule, step: number): boolean {
  const own = compiled.steps[step]
  // The evidence of an alert may be that of an earlier version, which had more steps.
  if (!own) return false
  return compiled.correlation !== undefined || own.filter === compiled.steps[completingStep(compiled)]!.filter
}

/** The step that completes the rule: of a sequence the last that is not negated, else the first. */
export function completingStep({ rule, steps }: CompiledRule): number {
  return rule.kind === 'sequence' ? steps.findLastIndex(({ negates }) => negates === undefined) : 0
}
