/** Notes which fields the logs of each dataset have had a value in: a step of the upkeep, over events in order of arrival. */
import type { Fields } from '../domain/json.ts'
import { type Clock, DAY, MINUTE, type Millis } from '../domain/time.ts'
import type { ScannedEvent, Store } from '../store/store.ts'
import { filledPaths } from './filled-paths.ts'

export type CatalogueStore = Pick<Store, 'scan' | 'fieldsSeen' | 'fieldsSeenUpTo' | 'noteFields'>

/** Passed over at once: a shipper waits for no more. */
const SLICE = 256
const BUDGET: Millis = 10
/** Logs of one action have the same fields: so many of each are read in a slice. */
const PER_ACTION = 48
/** Keys that are data, such as names of files, must not fill the table. */
const MOST_PATHS = 5000
/** A note is renewed after so long. */
const STALE: Millis = DAY
/** A trickle of logs is looked at once a minute, so that it does not cost a commit each time. */
const PAUSE: Millis = MINUTE
/** Where it has got to is written down after so many slices without news; what was not is looked at again. */
const UNWRITTEN = 64

type Dataset = Map<string, Millis>
type Notes = Parameters<CatalogueStore['noteFields']>[0]

/** Answers how many events it has passed, 0 when nothing is due. */
export function fieldCatalogue(store: CatalogueStore, clock: Clock): () => Promise<number> {
  let known: Map<string, Dataset> | null = null
  let place = { seq: 0, unwritten: 0 }
  let due: Millis = 0

  async function load(): Promise<Map<string, Dataset>> {
    const found = new Map<string, Dataset>()
    for (const { dataset, path, lastAt } of await store.fieldsSeen())
      datasetOf(found, dataset).set(path, lastAt)
    place = { seq: await store.fieldsSeenUpTo(), unwritten: 0 }
    return found
  }

  return async () => {
    const now = clock()
    if (now < due) return 0
    known ??= await load()
    const { events, next } = await store.scan({
      only: {},
      order: 'arrival',
      needles: [],
      form: 'normalised',
      after: { time: 0, seq: place.seq },
      limit: SLICE,
      budget: BUDGET,
    })
    if (next === null) due = now + PAUSE
    const upTo = events.at(-1)?.seq
    if (upTo === undefined) return 0
    const seen = newsOf(events, known, now)
    place = { seq: upTo, unwritten: place.unwritten + 1 }
    if (seen.length > 0 || place.unwritten >= UNWRITTEN) {
      await store.noteFields({ seen, at: now, upTo })
      for (const { dataset, path } of seen) datasetOf(known, dataset).set(path, now)
      place.unwritten = 0
    }
    return events.length
  }
}

function newsOf(
  events: readonly ScannedEvent[],
  known: ReadonlyMap<string, Dataset>,
  now: Millis,
): Notes['seen'] {
  const read = new Map<string, number>()
  const news = new Map<string, Notes['seen'][number]>()
  const added = new Map<string, number>()
  for (const { json, event } of events) {
    // A drill is no data.
    if (event.drill !== null) continue
    const { dataset } = event
    const shape = `${dataset} ${/"action":"([^"]{1,100})"/.exec(json)?.[1] ?? ''}`
    const count = read.get(shape) ?? 0
    if (count >= PER_ACTION) continue
    read.set(shape, count + 1)
    const own = known.get(dataset)
    for (const path of filledPaths(JSON.parse(json) as Fields)) {
      const name = `${dataset} ${path}`
      const noted = own?.get(path)
      if (news.has(name) || (noted !== undefined && now - noted < STALE)) continue
      if (noted === undefined) {
        const more = added.get(dataset) ?? 0
        if ((own?.size ?? 0) + more >= MOST_PATHS) continue
        added.set(dataset, more + 1)
      }
      news.set(name, { dataset, path })
    }
  }
  return [...news.values()]
}

function datasetOf(all: Map<string, Dataset>, name: string): Dataset {
  let found = all.get(name)
  if (!found) all.set(name, (found = new Map()))
  return found
}
