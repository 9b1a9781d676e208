/** Counts of traffic go when they are old: minutes after two days, hours when no more is learned from them. */
import { LEARNED_WEEKS } from '../domain/rhythm.ts'
import { type Clock, DAY, HOUR, type Millis } from '../domain/time.ts'
import type { Store } from '../store/store.ts'

const MINUTES_KEPT: Millis = 2 * DAY
// A week more than is learned from, so that a source that fell silent is still measured by its own past.
const HOURS_KEPT: Millis = (LEARNED_WEEKS + 1) * 7 * DAY
const EVERY: Millis = HOUR
/** Deleted in one transaction: a shipper waits for no more. */
const SLICE = 2000

/** A step of the upkeep: how many counts are gone, 0 when nothing is due. Looks once an hour. */
export function trafficAge(store: Pick<Store, 'pruneTraffic'>, clock: Clock): () => Promise<number> {
  let due: Millis = 0
  return async () => {
    const now = clock()
    if (now < due) return 0
    const before = { minute: now - MINUTES_KEPT, hour: now - HOURS_KEPT, delay: now - MINUTES_KEPT }
    const gone = await store.pruneTraffic(before, SLICE)
    if (gone === 0) due = now + EVERY
    return gone
  }
}
