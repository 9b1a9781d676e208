/** Sequences and samples over the stored history. */
import { joinValues } from '../domain/account.ts'
import type { LogEvent } from '../domain/event.ts'
import type { Fields, Json } from '../domain/json.ts'
import type { Query } from '../lang/tree.ts'
import { parseNormalised } from './document.ts'
import type { Paging, SearchStore } from './events.ts'
import { collectGroups, type Group } from './groups.ts'
import { applyCuts } from './pipes.ts'
import { readCursor, type Total, writeCursor } from './place.ts'
import { filtersOf, type Range } from './query.ts'
import { scanPages } from './scan-pages.ts'
import { scanPlan } from './scan-plan.ts'
import type { Turn } from './turn.ts'

/** `events`: null for the slot of a missing event, and for one that retention has removed meanwhile. */
export type FoundSequence = { joinKeys: Json[]; events: (LogEvent | null)[] }
export type FoundSequences = { sequences: FoundSequence[]; total: Total; nextCursor: string | null }

/**
 * Finds them all, then answers a page. They join as in detection: account fields in any case. Throws `TooMany`.
 * The newest first means by their last event; samples keep their own order.
 */
export async function searchSequences(
  query: Exclude<Query, { kind: 'event' }>,
  range: Range,
  { size, order, cursor }: Paging,
  store: SearchStore,
  turn: Turn,
): Promise<FoundSequences> {
  const types = new Map<string, never>()
  const collector = collectGroups(query, {
    types,
    joinValues: (doc, path) => joinValues(doc as Fields, path),
  })
  // Whoever is found on one walk is met with all steps, so that another need not bring them again.
  const kept = new Set<number>()
  for (const { only, needles } of scanPlan(filtersOf(query))) {
    const scan = { ...range, order: 'oldest', form: 'normalised', only, needles } as const
    for await (const events of scanPages(store, scan, turn)) {
      for (const { json, time, seq } of events) {
        if (kept.has(seq)) continue
        const isKept = collector.add(parseNormalised(json), {
          nanos: BigInt(time) * 1_000_000n,
          tie: null,
          seq,
        })
        if (isKept) kept.add(seq)
      }
    }
  }
  const all = applyCuts(collector.groups({}), query.pipes)
  if (query.kind === 'sequence' && order === 'desc') all.reverse()
  const start = cursor === undefined ? 0 : readCursor(cursor).place.seq
  const shown = all.slice(start, start + size)
  const total = { value: all.length, exact: true }
  const next = start + shown.length
  return {
    sequences: await whole(shown, store),
    total,
    nextCursor: next < all.length ? writeCursor({ place: { time: 0, seq: next }, total }) : null,
  }
}

async function whole(groups: readonly Group[], store: SearchStore): Promise<FoundSequence[]> {
  const seqs = new Set(groups.flatMap(({ events }) => events.flatMap((event) => event?.seq ?? [])))
  const found = new Map((await store.scanned([...seqs])).map(({ seq, event }) => [seq, event]))
  return groups.map(({ joinKeys, events }) => ({
    joinKeys,
    events: events.map((event) => (event && found.get(event.seq)) ?? null),
  }))
}
