import type { LogEvent } from '../domain/event.ts'
import type { Fields, Json } from '../domain/json.ts'
import type { Rule } from '../domain/rule.ts'
import type { Millis } from '../domain/time.ts'
import type { EventFilter, FieldRef } from '../lang/tree.ts'

/** One step of a rule, ready to run. A threshold rule's `then` is step 1 beside its step 0. */
export type CompiledStep = {
  filter: EventFilter
  by: FieldRef[]
  matches(fields: Fields): boolean
  /** The join key tuples of an event: none where a key is missing, several where a key field is an array. */
  keys(event: LogEvent): Json[][]
  /** What a hit carries for the rule kind: see `Hit.value`. */
  value(event: LogEvent): Json
}

/** A rule that can run: predicates compiled once, spans in milliseconds. */
export type CompiledRule = {
  rule: Rule
  steps: CompiledStep[]
  /** How far apart in time one completion's hits can lie; Infinity for a sequence without maxspan. */
  window: Millis
  /** Completions no further apart than this are one episode. */
  gap: Millis
}
