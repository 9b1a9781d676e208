/**
 * Presence: that a key was there at all, kept as one hit an hour. So a rule knows since when a key has been known, though
 * nothing else of what the key did concerns the rule.
 */
import type { Hit } from '../domain/hit.ts'
import { HOUR, type Millis } from '../domain/time.ts'

/** What stands in the place of an event: which one showed it does not matter, and no event has this id. */
const ANY_EVENT = 'presence'

/** The hit of an event as presence. Told of the end of its hour, so that nothing seems known longer than it is. */
export function presenceOf(hit: Hit): Hit {
  return {
    ...hit,
    time: Math.ceil(hit.time / HOUR) * HOUR,
    event: ANY_EVENT,
    account: null,
    value: null,
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
