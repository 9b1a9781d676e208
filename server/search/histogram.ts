/** How many events meet a query in each stretch of time. */
import type { Millis } from '../domain/time.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../domain/time.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { EventQuery } from '../lang/tree.ts'
import { parseNormalised } from './document.ts'
import { scanFor, type SearchStore } from './events.ts'
import type { Range } from './query.ts'
import { scanPages } from './scan-pages.ts'
import type { Turn } from './turn.ts'

export type Bucket = { from: Millis; to: Millis; count: number }

const LENGTHS: readonly Millis[] = [
  ...[1, 5, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 7, 30, 365].map((days) => days * DAY),
]
const MOST_BUCKETS = 100

/**
 * Buckets of one length, a round one, so that at most a hundred and one cover the range. The first one begins at or
 * before `from`; only what lies in the range is counted. `to` of a bucket is where the next begins. Without bounds it
 * reaches from the first stored event to now, or to the last one.
 */
export async function histogram(
  query: EventQuery,
  asked: Range,
  now: Millis,
  store: SearchStore,
  turn: Turn,
): Promise<Bucket[]> {
  const range = await boundsOf(asked, now, store)
  if (!range || range.from > range.to) return []
  const length = LENGTHS.find((one) => (range.to - range.from) / one <= MOST_BUCKETS) ?? LENGTHS.at(-1)!
  const start = Math.floor(range.from / length) * length
  const counts = Array.from({ length: Math.floor((range.to - start) / length) + 1 }, () => 0)
  const { scan, exact } = scanFor(query, range)
  const meets = compilePredicate(query)
  if (exact) {
    // A few days at a time, so that a client that went away is noticed in between.
    const portion = Math.max(length, Math.ceil((7 * DAY) / length) * length)
    for (let from = start; from <= range.to; from += portion) {
      const part = { from: Math.max(from, range.from), to: Math.min(from + portion - 1, range.to) }
      // Counted from the start of its bucket, which may lie before the range.
      const tally = await store.tally({ ...part, only: scan.only, by: length, origin: from })
      for (const { value, count } of tally.counts) counts[(from - start) / length + Number(value)]! += count
      await countSeveral(tally.several)
      await turn()
    }
  } else {
    for await (const events of scanPages(store, { ...scan, order: 'oldest' }, turn)) {
      for (const { json, time } of events) if (meets(parseNormalised(json))) count(time)
    }
  }
  return counts.map((found, i) => ({ from: start + i * length, to: start + (i + 1) * length, count: found }))

  function count(time: Millis): void {
    counts[Math.floor((time - start) / length)]!++
  }

  async function countSeveral(seqs: number[]): Promise<void> {
    if (seqs.length === 0) return
    for (const { event } of await store.scanned(seqs)) if (meets(event.fields)) count(event.time)
  }
}

async function boundsOf(
  { from, to }: Range,
  now: Millis,
  store: SearchStore,
): Promise<Required<Range> | null> {
  const one = { only: {}, needles: [], form: 'normalised' as const, limit: 1, budget: Infinity }
  const first = from ?? (await store.scan({ ...one, order: 'oldest' })).events[0]?.time
  if (first === undefined) return null
  const last = to ?? (await store.scan({ ...one, order: 'newest' })).events[0]?.time ?? now
  return { from: first, to: to ?? Math.max(last, now) }
}
