/** Events that meet a query, newest or oldest first, a page at a time. */
import type { LogEvent } from '../domain/event.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { EventQuery, Pipe } from '../lang/tree.ts'
import type { ScanPlace, ScanRequest, Store } from '../store/store.ts'
import { columnsOf } from './columns.ts'
import { parseNormalised } from './document.ts'
import { needlesOf } from './needles.ts'
import { applyCut, applyCuts } from './pipes.ts'
import { type Cursor, readCursor, type Total, writeCursor } from './place.ts'
import type { Range } from './query.ts'
import { scanPages } from './scan-pages.ts'
import type { Turn } from './turn.ts'

export type Paging = { size: number; order: 'asc' | 'desc'; cursor?: string }
export type FoundEvents = { events: LogEvent[]; total: Total; nextCursor: string | null }
export type SearchStore = Pick<Store, 'scan' | 'scanned' | 'tally'>

// A page comes before all of it is counted: so many more are counted, for so long.
const COUNTED = 10_000
const COUNTING_MS = 40
// One account's events lie in a block each: of more than these, counting would not come to an end in time.
const COUNTED_OF_ACCOUNT = 500
// One stretch of time that holds all there is.
const ALL_TIME = 1e15

/** How the events that may meet a query are found; `exact`: their columns alone say whether they do. */
export function scanFor(query: EventQuery, range: Range): { scan: Scan; exact: boolean } {
  const { only, exact } = columnsOf(query)
  const needles = needlesOf([query], { types: new Map() })
  return { scan: { ...range, only, needles, form: 'normalised' }, exact }
}
type Scan = Omit<ScanRequest, 'limit' | 'budget' | 'order'>

/** The events of a page. Its total is exact where columns say all, or where counting came to an end in time. */
export async function searchEvents(
  query: EventQuery,
  range: Range,
  paging: Paging,
  store: SearchStore,
  turn: Turn,
): Promise<FoundEvents> {
  const cursor = paging.cursor === undefined ? null : readCursor(paging.cursor)
  if (query.pipes.length > 0) return searchPiped(query, range, paging, cursor, store, turn)
  const { scan, exact } = scanFor(query, range)
  const page: ScanPlace[] = []
  let isKnown = exact || cursor !== null
  let met = 0
  let counting = Infinity
  let isWhole = true
  const all = meeting(query, scan, paging.order, cursor?.place, store, turn, paging.size + 1)
  for await (const places of all) {
    met += places.length
    page.push(...places.slice(0, paging.size + 1 - page.length))
    if (page.length <= paging.size) continue
    if (counting === Infinity) {
      counting = performance.now() + COUNTING_MS
      isKnown ||= scan.only.account !== undefined && (await countRows(scan, store)) > COUNTED_OF_ACCOUNT
    }
    isWhole = !(isKnown || met >= COUNTED || performance.now() > counting)
    if (!isWhole) break
  }
  const shown = page.slice(0, paging.size)
  const counted = { value: met, exact: isWhole }
  const total = cursor?.total ?? (exact && !isWhole ? await countAll(query, scan, store) : counted)
  return {
    events: await eventsAt(shown, store),
    total,
    nextCursor: page.length > paging.size ? writeCursor({ place: shown.at(-1)!, total }) : null,
  }
}

/** The places of events that meet the query, in order, as many at a time as a page of the store held. */
async function* meeting(
  query: EventQuery,
  scan: Scan,
  order: Paging['order'],
  after: ScanPlace | undefined,
  store: SearchStore,
  turn: Turn,
  wanted?: number,
): AsyncGenerator<ScanPlace[]> {
  const meets = compilePredicate(query)
  const request = {
    ...scan,
    order: order === 'desc' ? 'newest' : 'oldest',
    ...(after ? { after } : {}),
  } as const
  for await (const events of scanPages(store, request, turn, wanted)) {
    const met = events.filter(({ json }) => meets(parseNormalised(json)))
    yield met.map(({ time, seq }) => ({ time, seq }))
  }
}

/** What a query with pipes keeps is a list with two ends, of which this is a page. */
async function searchPiped(
  query: EventQuery,
  range: Range,
  { size, order }: Paging,
  cursor: Cursor | null,
  store: SearchStore,
  turn: Turn,
): Promise<FoundEvents> {
  const [first, ...rest] = query.pipes as [Pipe, ...Pipe[]]
  const { scan } = scanFor(query, range)
  const taken: ScanPlace[] = []
  const from = first.kind === 'head' ? 'asc' : 'desc'
  for await (const places of meeting(query, scan, from, undefined, store, turn, first.count)) {
    taken.push(...places)
    if (taken.length >= first.count) break
  }
  const upwards = taken.slice(0, first.count)
  if (first.kind === 'tail') upwards.reverse()
  const kept = applyCuts(upwards, rest)
  if (order === 'desc') kept.reverse()
  const start = cursor ? kept.findIndex(({ seq }) => seq === cursor.place.seq) + 1 : 0
  const shown = applyCut(kept.slice(start), { kind: 'head', count: size })
  const total = { value: kept.length, exact: true }
  const isMore = start + shown.length < kept.length
  return {
    events: await eventsAt(shown, store),
    total,
    nextCursor: isMore ? writeCursor({ place: shown.at(-1)!, total }) : null,
  }
}

/** How many events come into question by their columns. */
async function countRows({ from, to, only }: Scan, store: SearchStore): Promise<number> {
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const { counts, several } = await store.tally({ ...range, only, by: ALL_TIME })
  return counts.reduce((sum, { count }) => sum + count, several.length)
}

/** Counts by columns, and by reading those few events whose columns hold several values. */
async function countAll(query: EventQuery, { from, to, only }: Scan, store: SearchStore): Promise<Total> {
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const { counts, several } = await store.tally({ ...range, only, by: ALL_TIME })
  const meets = compilePredicate(query)
  const read = await store.scanned(several.slice(0, COUNTED))
  const sure = counts.reduce((sum, { count }) => sum + count, 0)
  const met = read.filter(({ event }) => meets(event.fields)).length
  return { value: sure + met, exact: several.length <= COUNTED }
}

async function eventsAt(places: readonly ScanPlace[], store: SearchStore): Promise<LogEvent[]> {
  return (await store.scanned(places.map(({ seq }) => seq))).map(({ event }) => event)
}
