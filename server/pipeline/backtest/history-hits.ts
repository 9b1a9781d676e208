/**
 * What the stored events of a range are to a rule: its hits, by group. Those that are stored are read; for the others
 * only events that may match are looked at.
 */
import type { Hit } from '../../domain/hit.ts'
import type { Fields } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import { match } from '../../detect/match.ts'
import type { EventFilter } from '../../lang/tree.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { buildIndex } from '../../rules/rule-index.ts'
import type { ScannedEvent, ScanRequest, Span, Store } from '../../store/store.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { readStored, type StoredStep, storedSteps } from './stored-hits.ts'

/** One walk through the store, and the filters that it serves, by their place in the list. */
export type ScanPart = { filters: number[] } & Pick<ScanRequest, 'only' | 'needles'>
/** Walks that together come by every event that meets one of the filters. */
export type ScanPlan = (filters: readonly EventFilter[]) => ScanPart[]
/** Lets others have the thread, and throws when nobody waits for the answer any more. */
export type Turn = () => Promise<void>

export type HistoryHits = {
  byKey: Map<string, Hit[]>
  /** Documents of events behind the hits, as far as they were read. */
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

export type HistoryStore = Pick<Store, 'scan' | 'ruleHits' | 'records' | 'record' | 'goneTimes'>

export async function historyHits(
  store: HistoryStore,
  compiled: CompiledRule,
  range: Span,
  { plan, turn }: { plan: ScanPlan; turn: Turn },
): Promise<HistoryHits> {
  const index = buildIndex([compiled])
  const hits = collector(compiled)
  const shelf = createShelf()
  const stored = await storedSteps(store, compiled, range)
  let read = 0
  for await (const hit of readStored(store, compiled, stored, range)) {
    hits.add(hit)
    if (++read % PAGE === 0) await turn()
  }
  for (const { steps, within } of spansToScan(compiled, stored, range)) {
    const filters = steps.map((step) => compiled.steps[step]!.filter)
    for (const part of plan(filters)) {
      // Another walk, or what is stored, comes by the hits of the other steps.
      const own = new Set(part.filters.map((at) => steps[at]!))
      const { only, needles } = part
      const request = { ...within, only, needles, order: 'arrival', form: 'normalised' } as const
      for await (const scanned of scanAlong(store, request, turn)) {
        const found = match(eventOf(scanned), index).filter(({ step }) => own.has(step))
        if (found.some(({ step }) => !compiled.steps[step]!.isPresence)) shelf.put(scanned)
        for (const hit of found) hits.add(hit)
      }
    }
  }
  return { byKey: hits.byKey, shelf }
}

/** Which steps have to be looked for in the events, and where. */
function spansToScan(
  { steps }: CompiledRule,
  stored: readonly StoredStep[],
  range: Span,
): { steps: number[]; within: Span }[] {
  const isCopy = (step: number) => step > 0 && steps[step - 1]!.filter === steps[step]!.filter
  const unstored = [...steps.keys()].filter((at) => !isCopy(at) && !stored.some(({ step }) => step === at))
  const gone = stored.flatMap(({ step, gone: spans }) =>
    disjoint(spans, range).map((within) => ({ steps: [step], within })),
  )
  return unstored.length > 0 ? [{ steps: unstored, within: range }, ...gone] : gone
}

/** The parts of a range that the spans cover, each once. */
function disjoint(spans: readonly Span[], range: Span): Span[] {
  const found: Span[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1)
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to)
    else found.push({ from, to })
  }
  return found
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
    .filter(({ from, to }) => from <= to)
}

/** Gathers hits by their group; presence, which very many events show, once an hour. */
function collector({ steps }: CompiledRule) {
  const byKey = new Map<string, Hit[]>()
  const present = new Set<string>()
  let count = 0
  return {
    byKey,
    add(hit: Hit) {
      if (steps[hit.step]!.isPresence) {
        const hour = `${hit.time} ${hit.key}`
        if (present.has(hour)) return
        present.add(hour)
      }
      push(byKey, hit)
      if (++count > MOST_HITS) {
        throw new TooBroad(
          `More than ${MOST_HITS.toLocaleString('en-US')} events match. Narrow the rule or the range.`,
        )
      }
    },
  }
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
