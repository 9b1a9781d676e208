import type { Millis } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'

/** Before this, what hits of a time complete is not certain, since late logs could undo it; undefined: it is at once. */
export function dueAt({ negation }: CompiledRule, time: Millis, isDrill: boolean): Millis | undefined {
  // The records of a drill are sent at once: there is nothing late to wait for.
  return negation && !isDrill ? time + negation.wait : undefined
}
