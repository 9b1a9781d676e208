/**
 * The store as a back-test sees it: its hits wait to be settled, alerts are written into memory, and what is stored is
 * neither read as an alert nor changed. So what would have been raised is found by the very code that raises alerts.
 */
import type { Alert, EvidenceRow } from '../../domain/alert.ts'
import { dayOf, type Hit, type Pending } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { EvidenceSummary, Settled, Settlement, Store } from '../../store/store.ts'
import { type HistoryHits, TooBroad, type Turn } from './history-hits.ts'

export type Ledger = { store: Store; alerts(): Alert[] }

const MOST_ALERTS = 5_000
/** As the store answers it. */
const EDGE = 100
const ACCOUNTS_SHOWN = 1000

/** `range`: completions in it are certain. */
export function createLedger(
  stored: Pick<Store, 'events'>,
  { byKey, shelf }: HistoryHits,
  range: { from: Millis; to: Millis },
  turn: Turn,
): Ledger {
  const waiting = new Map(pendingOf(byKey, range).map((row) => [row.key, row]))
  const alerts = new Map<string, { alert: Alert; rows: Map<string, EvidenceRow> }>()
  /** Those that are not merged, as the store lists them. */
  const standing: Alert[] = []
  let revision = 0
  let tooMany: TooBroad | null = null

  const own: Partial<Store> = {
    async pending(_due, limit) {
      await turn()
      if (tooMany) throw tooMany
      return [...waiting.values()].slice(0, limit)
    },
    async hitPage({ key }, from, to) {
      await turn()
      return { items: hitsOf(key, from, to), nextCursor: null }
    },
    // What age has taken away was found again in the events, as far as they are there.
    goneTimes: async () => [],
    async alertsNear(_rule, key, from, to) {
      return standing.filter((alert) => alert.key === key && alert.to >= from && alert.from <= to)
    },
    async alert(id) {
      return alerts.get(id)?.alert ?? null
    },
    async alerts({ from = -Infinity, to = Infinity, drill, incident, buildingBlock }) {
      // Nobody is told of them, so there are no incidents, nor what else would belong to them.
      if (incident !== undefined || buildingBlock) return { items: [], nextCursor: null }
      const items = standing.filter(
        (one) => one.lastSeen >= from && one.firstSeen <= to && one.drill === (drill ?? one.drill),
      )
      return { items, nextCursor: null }
    },
    incident: async () => null,
    incidentsNear: async () => [],
    evidence: async (ids, added) => summed(ids.flatMap(rowsOf), added),
    // Whether an alert was found in the history does not show here, and would be asked of every completing event.
    record: async () => null,
    events: (ids) => shelf.read(stored, ids),
    async settleQuiet(groups) {
      for (const { key } of groups.flat()) waiting.delete(key)
      return groups.map(() => true)
    },
    async settle({ pending, alerts: writes }: Settlement): Promise<Settled> {
      for (const { key } of pending) waiting.delete(key)
      for (const { alert, evidence, absorbed } of writes) {
        const known = alerts.get(alert.id)?.rows ?? new Map<string, EvidenceRow>()
        for (const row of [...evidence, ...absorbed.flatMap(rowsOf)]) {
          if (!known.has(nameOf(row))) known.set(nameOf(row), row)
        }
        const written = { ...alert, revision: ++revision }
        list(standing, alerts.get(alert.id)?.alert, written)
        alerts.set(alert.id, { alert: written, rows: known })
      }
      if (standing.length > MOST_ALERTS) {
        const most = MOST_ALERTS.toLocaleString('en-US')
        tooMany = new TooBroad(`It would have raised more than ${most} alerts. Narrow the rule or the range.`)
        throw tooMany
      }
      return { applied: true, alerts: [], incidents: [], revision }
    },
  }
  const hitsOf = (key: string, from: Millis, to: Millis) =>
    (byKey.get(key) ?? []).filter(({ time }) => time >= from && time <= to).sort(byTimeAndStep)
  const rowsOf = (id: string) => [...(alerts.get(id)?.rows.values() ?? [])]
  return { store: only(own), alerts: () => standing }
}

/** Puts an alert into the list, the latest first, in the place of what it was before. */
function list(standing: Alert[], before: Alert | undefined, alert: Alert): void {
  const was = before ? standing.indexOf(before) : -1
  if (was !== -1) standing.splice(was, 1)
  if (alert.mergedInto !== null) return
  let low = 0
  let high = standing.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(standing[middle]!, alert)) low = middle + 1
    else high = middle
  }
  standing.splice(low, 0, alert)
}

function isBefore(a: Alert, b: Alert): boolean {
  return a.lastSeen > b.lastSeen || (a.lastSeen === b.lastSeen && a.id > b.id)
}

/** Whatever else the store can do, above all any other write, is refused. */
function only(verbs: Partial<Store>): Store {
  return new Proxy(verbs as Store, {
    get(target, verb) {
      if (typeof verb !== 'string' || verb === 'then') return undefined
      if (!Object.hasOwn(target, verb)) throw new Error(`A back-test has no use for the store's ${verb}`)
      return target[verb as keyof Store]
    },
  })
}

function pendingOf(
  byKey: ReadonlyMap<string, readonly Hit[]>,
  range: { from: Millis; to: Millis },
): Pending[] {
  const rows: Pending[] = []
  for (const [key, hits] of byKey) {
    let [from, to] = [Infinity, -Infinity]
    for (const { time } of hits) {
      if (time < range.from || time > range.to) continue
      from = Math.min(from, time)
      to = Math.max(to, time)
    }
    if (from > to) continue
    rows.push({ rule: hits[0]!.rule, key, day: dayOf(from), from, to, due: 0, revision: 1 })
  }
  return rows
}

/** First by time, then the rows of both ends; a row that is known already stays as it is. */
function summed(known: readonly EvidenceRow[], added: readonly EvidenceRow[]): EvidenceSummary {
  const byName = new Map<string, EvidenceRow>()
  for (const row of [...known, ...added]) if (!byName.has(nameOf(row))) byName.set(nameOf(row), row)
  const rows = [...byName.values()].sort(byTimeAndEvent)
  const values = new Set(rows.flatMap(({ value }) => (value === null ? [] : JSON.stringify(value))))
  const accounts = new Set(rows.flatMap(({ account }) => account ?? []))
  return {
    count: new Set(rows.map(({ event }) => event)).size,
    distinct: values.size,
    accounts: [...accounts].sort().slice(0, ACCOUNTS_SHOWN),
    rows: rows.length <= 2 * EDGE ? rows : [...rows.slice(0, EDGE), ...rows.slice(-EDGE)],
  }
}

function nameOf({ step, event }: EvidenceRow): string {
  return `${step}\0${event}`
}

function byTimeAndEvent(a: EvidenceRow, b: EvidenceRow): number {
  return a.time - b.time || (a.event < b.event ? -1 : a.event > b.event ? 1 : a.step - b.step)
}

function byTimeAndStep(a: Hit, b: Hit): number {
  return a.time - b.time || a.step - b.step || (a.event < b.event ? -1 : a.event > b.event ? 1 : 0)
}
