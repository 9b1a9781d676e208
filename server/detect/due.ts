import { HOUR, type Millis, MINUTE } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'

/** What waits so long anyway is looked at together, and not each hit by itself. */
const TOGETHER: Millis = 5 * MINUTE

/** Before this, what hits of a time complete is not certain, since late logs could undo it; undefined: it is at once. */
export function dueAt({ negation }: CompiledRule, time: Millis, isDrill: boolean): Millis | undefined {
  // The records of a drill are sent at once: there is nothing late to wait for.
  if (!negation || isDrill) return undefined
  const due = time + negation.wait
  return negation.wait < HOUR ? due : Math.ceil(due / TOGETHER) * TOGETHER
}
