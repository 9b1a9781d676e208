/**
 * A look at the logs of one dataset: a sample of them from several times, which fields they have had, and whether they
 * still come. It costs the same however much is stored, and holds for half a minute.
 */
import type { Fields } from '../domain/json.ts'
import { silentSince, LEARNED_WEEKS } from '../domain/rhythm.ts'
import { type Clock, DAY, type Millis } from '../domain/time.ts'
import type { FieldSeen, SourceState, Store } from '../store/store.ts'
import { filledPaths } from './filled-paths.ts'

export type DatasetLook = {
  /** Null: all datasets together. */
  dataset: string | null
  /** Newest first. Drills are no data. */
  events: Fields[]
  /** Event time. Null: nothing has come. */
  newest: Millis | null
  /** Since when logs are here: of the sample's oldest, or the first receipt. */
  since: Millis | null
  /** Since when it is silent longer than it usually is. */
  silentSince: Millis | null
  /** Fields that some log had a value in, in the sample or noted before (`field-catalogue.ts`). */
  seen: ReadonlySet<string>
  /** Fields that many logs had, and the newest ones have not. */
  lost: ReadonlySet<string>
}
export type LookAt = (dataset: string | null) => Promise<DatasetLook>
export type LookStore = Pick<Store, 'scan' | 'sources' | 'trafficHours' | 'fieldsSeen'>

const FRESH: Millis = 30_000
/** Stretches of a day, so far before the newest log, and how many of each: the newest day says most. */
const STRETCHES = [
  { back: 0, events: 250 },
  { back: DAY, events: 60 },
  { back: 7 * DAY, events: 60 },
  { back: 30 * DAY, events: 60 },
] as const
/** Of a dataset that sends a log now and then, a day says too little. */
const SPARSE = 50
const SPARSE_STRETCH: Millis = 7 * DAY
const BUDGET: Millis = 60

type Overall = { sources: SourceState[]; fields: FieldSeen[] }

export function datasetLooks(store: LookStore, clock: Clock): LookAt {
  const kept = new Map<string | null, { at: Millis; look: Promise<DatasetLook> }>()
  let overall: { at: Millis; read: Promise<Overall> } | null = null

  function readOverall(): Promise<Overall> {
    if (overall && isFresh(overall.at, clock())) return overall.read
    const read = Promise.all([store.sources(), store.fieldsSeen()]).then(([sources, fields]) => ({
      sources,
      fields,
    }))
    overall = { at: clock(), read }
    read.catch(() => (overall = null))
    return read
  }

  return (dataset) => {
    const known = kept.get(dataset)
    if (known && isFresh(known.at, clock())) return known.look
    const look = readOverall().then((all) => readLook(store, dataset, all, clock()))
    kept.set(dataset, { at: clock(), look })
    look.catch(() => kept.delete(dataset))
    return look
  }
}

function isFresh(at: Millis, now: Millis): boolean {
  return now >= at && now - at < FRESH
}

async function readLook(
  store: LookStore,
  dataset: string | null,
  { sources, fields }: Overall,
  now: Millis,
): Promise<DatasetLook> {
  const own = sources.filter((one) => (dataset === null || one.dataset === dataset) && one.events > 0)
  const sample = own.length === 0 ? [] : await readSample(store, dataset, own)
  const events = sample.map(({ json }) => JSON.parse(json) as Fields)
  const seen = new Set(
    fields.filter((one) => dataset === null || one.dataset === dataset).map(({ path }) => path),
  )
  const filled = events.map((event) => filledPaths(event))
  for (const paths of filled) for (const path of paths) seen.add(path)
  const newest = sample[0]?.time ?? null
  return {
    dataset,
    events,
    newest,
    since: newest && Math.min(sample.at(-1)!.time, ...own.map(({ firstReceivedAt }) => firstReceivedAt)),
    silentSince: newest && (await silence(store, own, now)),
    seen,
    lost: lostPaths(
      filled,
      sample.map(({ time }) => time),
    ),
  }
}

/** So many of the newest logs must be without it ... */
const NOW = 100
/** ... and of so many of some day before them, this share had it: that is no chance. */
const BEFORE = 30
const SHARE = 0.2

/** Newest first. */
function lostPaths(filled: readonly Iterable<string>[], times: readonly Millis[]): Set<string> {
  if (filled.length < NOW + BEFORE) return new Set()
  const now = new Set(filled.slice(0, NOW).flatMap((paths) => [...paths]))
  const lost = new Set<string>()
  const days = Map.groupBy(filled.slice(NOW).keys(), (i) => Math.floor((times[0]! - times[NOW + i]!) / DAY))
  for (const places of days.values()) {
    if (places.length < BEFORE) continue
    const counts = new Map<string, number>()
    for (const i of places) for (const path of filled[NOW + i]!) counts.set(path, (counts.get(path) ?? 0) + 1)
    for (const [path, count] of counts) if (!now.has(path) && count >= SHARE * places.length) lost.add(path)
  }
  return lost
}

/** Newest first, each once. */
async function readSample(store: LookStore, dataset: string | null, own: readonly SourceState[]) {
  const last = Math.max(...own.map(({ lastEventTime }) => lastEventTime))
  const read = async (from: Millis, to: Millis, limit: number) => {
    const { events } = await store.scan({
      from,
      to,
      only: dataset === null ? {} : { dataset: [dataset] },
      order: 'newest',
      needles: [],
      form: 'normalised',
      limit,
      budget: BUDGET,
    })
    return events
  }
  const found = []
  for (const { back, events } of STRETCHES) {
    const to = last - back
    found.push(...(await read(to - DAY + 1, to, events)))
  }
  if (found.length < SPARSE) found.push(...(await read(last - SPARSE_STRETCH, last - DAY, SPARSE)))
  const once = new Map(found.map((one) => [one.seq, one]))
  return [...once.values()].filter(({ event }) => event.drill === null).sort((a, b) => b.time - a.time)
}

/** Null while one of those that send it still does. */
async function silence(store: LookStore, own: readonly SourceState[], now: Millis): Promise<Millis | null> {
  let newest: Millis | null = null
  for (const { source, dataset, firstReceivedAt: first, lastReceivedAt: last } of own) {
    const hours = await store.trafficHours({ source, dataset }, now - (LEARNED_WEEKS * 7 + 1) * DAY, now)
    const since = silentSince({ hours, first, last }, now)
    if (since === null) return null
    newest = Math.max(newest ?? 0, since)
  }
  return newest
}
