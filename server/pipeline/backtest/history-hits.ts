/** What the stored events of a range are to a rule: its hits, by group, found by reading only events that may match. */
import type { Hit } from '../../domain/hit.ts'
import type { Fields } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import { match } from '../../detect/match.ts'
import type { EventFilter } from '../../lang/tree.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { buildIndex } from '../../rules/rule-index.ts'
import type { ScannedEvent, ScanRequest, Store } from '../../store/store.ts'
import { createShelf, type Shelf } from './shelf.ts'

/** One walk through the store, and the filters that it serves, by their place in the list. */
export type ScanPart = { filters: number[] } & Pick<ScanRequest, 'only' | 'needles'>
/** Walks that together come by every event that meets one of the filters. */
export type ScanPlan = (filters: readonly EventFilter[]) => ScanPart[]
/** Lets others have the thread, and throws when nobody waits for the answer any more. */
export type Turn = () => Promise<void>

export type HistoryHits = {
  byKey: Map<string, Hit[]>
  /** Documents of the events behind the hits. */
  shelf: Shelf
}

/** The rule is too broad to be tried out: the message is for the person who asked. */
export class TooBroad extends Error {
  override readonly name = 'TooBroad'
}

/** Looks at every stored event there is. */
export const scanAll: ScanPlan = (filters) => [{ filters: filters.map((_, at) => at), only: {}, needles: [] }]

// About 300 bytes each.
const MOST_HITS = 500_000
const PAGE = 512
/** How long a page may take: other questions to this thread wait as long. */
const BUDGET: Millis = 25

export async function historyHits(
  store: Pick<Store, 'scan'>,
  compiled: CompiledRule,
  range: { from: Millis; to: Millis },
  { plan, turn }: { plan: ScanPlan; turn: Turn },
): Promise<HistoryHits> {
  const index = buildIndex([compiled])
  const byKey = new Map<string, Hit[]>()
  const shelf = createShelf()
  let count = 0
  for (const { filters, only, needles } of plan(compiled.steps.map(({ filter }) => filter))) {
    // Another walk comes by the hits of the other steps.
    const own = new Set(filters)
    const request = { ...range, only, needles, order: 'arrival', form: 'normalised' } as const
    for await (const scanned of scanAlong(store, request, turn)) {
      const hits = match(eventOf(scanned), index).filter(({ step }) => own.has(step))
      if (hits.length === 0) continue
      shelf.put(scanned)
      for (const hit of hits) push(byKey, hit)
      if ((count += hits.length) > MOST_HITS) {
        throw new TooBroad(
          `More than ${MOST_HITS.toLocaleString('en-US')} events match. Narrow the rule or the range.`,
        )
      }
    }
  }
  return { byKey, shelf }
}

export function eventOf({ event, json }: ScannedEvent) {
  return { ...event, fields: JSON.parse(json) as Fields }
}

/** All events that a request may mean. */
export async function* scanAlong(
  store: Pick<Store, 'scan'>,
  request: Omit<ScanRequest, 'limit' | 'budget'>,
  turn: Turn,
): AsyncGenerator<ScannedEvent> {
  let { after } = request
  for (;;) {
    const page = await store.scan({ ...request, ...(after ? { after } : {}), limit: PAGE, budget: BUDGET })
    yield* page.events
    if (page.next === null) return
    after = page.next
    await turn()
  }
}

function push(byKey: Map<string, Hit[]>, hit: Hit): void {
  const known = byKey.get(hit.key)
  if (known) known.push(hit)
  else byKey.set(hit.key, [hit])
}
