/**
 * Presence: that a key was there at all, kept as one hit an hour. So a rule knows since when a key has been known, though
 * nothing else of what the key did concerns the rule.
 */
import type { RuleEvent } from '../domain/event.ts'
import { type Hit, PRESENCE } from '../domain/hit.ts'
import { HOUR, type Millis } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import { dueAt } from './due.ts'

/** The hit of an event as presence. Told of the end of its hour, so that nothing seems known longer than it is. */
export function presenceOf(event: RuleEvent, compiled: CompiledRule, step: number, key: string): Hit {
  const { id: rule, version, newTerms, threshold } = compiled.rule
  const time = Math.ceil(event.time / HOUR) * HOUR
  const due = dueAt(compiled, event.time, event.drill !== null)
  return {
    rule,
    version,
    key,
    time,
    event: PRESENCE,
    step,
    account: null,
    value: null,
    ...(due === undefined ? {} : { due }),
    matters: time + (newTerms?.learn ?? threshold?.baseline?.learn ?? 0),
  }
}

/** Is there a time from `from` to `to` in the list, which is in order? */
export function isPresent(times: readonly Millis[], from: Millis, to: Millis): boolean {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < from) low = middle + 1
    else high = middle
  }
  return low < times.length && times[low]! <= to
}
