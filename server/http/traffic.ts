/** What shippers send and in which rhythm: enough to tell a quiet source from a silent one. */
import type { Overview, SourceView } from '../domain/api.ts'
import { DAY, MINUTE, type Millis, toIso } from '../domain/time.ts'
import type { SourceState, Store, TrafficMinute } from '../store/store.ts'
import { isoOrNull } from './views.ts'

export type Traffic = {
  sources(now: Millis): Promise<SourceView[]>
  /** The overview's `events`. */
  events(now: Millis): Promise<Overview['events']>
}

/** The day before this hour changes slowly, and is long to read: it is read again after this time. */
const RHYTHM_AGE: Millis = 5 * MINUTE
// Cloud sources deliver in bursts minutes apart; below this, silence says nothing.
const SHORTEST_SILENCE: Millis = 10 * MINUTE
/** How many times the longest pause of the day before counts as silence. */
const PAUSES = 2
/** Minutes of history before there is a usual rate. */
const ENOUGH_MINUTES = 6 * 60

export function createTraffic(store: Store): Traffic {
  let rhythm: { at: Millis; minutes: Promise<TrafficMinute[]> } | null = null

  /** The day up to now: what is older than an hour from memory, the rest fresh. */
  async function lastDay(now: Millis): Promise<TrafficMinute[]> {
    const recentFrom = minuteOf(now) - 61 * MINUTE
    if (!rhythm || now - rhythm.at > RHYTHM_AGE || now < rhythm.at) {
      rhythm = { at: now, minutes: store.traffic(now - DAY, recentFrom + RHYTHM_AGE) }
      rhythm.minutes.catch(() => (rhythm = null))
    }
    const [older, recent] = await Promise.all([rhythm.minutes, store.traffic(recentFrom, now)])
    return [...older.filter(({ minute }) => minute < recentFrom), ...recent]
  }

  return {
    async sources(now) {
      const [states, minutes] = await Promise.all([store.sources(), lastDay(now)])
      const byStream = Map.groupBy(minutes, streamOf)
      return states.map((state) => sourceView(state, byStream.get(streamOf(state)) ?? [], now))
    },
    async events(now) {
      const [states, minutes, { events }] = await Promise.all([store.sources(), lastDay(now), store.state()])
      return eventsView(states, minutes, events, now)
    },
  }
}

function sourceView(state: SourceState, minutes: TrafficMinute[], now: Millis): SourceView {
  const { source, dataset, firstReceivedAt, lastReceivedAt, lastEventTime, events, rejected } = state
  const recentFrom = now - 10 * MINUTE
  const before = minutes.filter(({ minute }) => minute < recentFrom)
  const known = Math.min(DAY - 10 * MINUTE, recentFrom - firstReceivedAt)
  return {
    source,
    dataset,
    firstReceivedAt: toIso(firstReceivedAt),
    lastReceivedAt: toIso(lastReceivedAt),
    lastEventTime: toIso(lastEventTime),
    events,
    rejected,
    perMinute: round(sum(minutes.filter(({ minute }) => minute >= recentFrom)) / 10),
    usualPerMinute: known < 60 * MINUTE ? null : round(sum(before) / (known / MINUTE)),
    delayMs: Math.max(0, lastReceivedAt - lastEventTime),
    silentSince: isoOrNull(silentSince(state, minutes, now)),
  }
}

/** When it fell silent: quiet for longer than its own pauses of the day before explain. */
export function silentSince(state: SourceState, minutes: TrafficMinute[], now: Millis): Millis | null {
  const quiet = now - state.lastReceivedAt
  if (quiet < SHORTEST_SILENCE) return null
  const active = minutes.filter(({ events, rejected }) => events + rejected > 0).map(({ minute }) => minute)
  // It came once, in one go: an import, not a stream.
  if (state.lastReceivedAt - state.firstReceivedAt < SHORTEST_SILENCE) return null
  if (active.length === 0) return state.lastReceivedAt
  const starts = [Math.max(now - DAY, state.firstReceivedAt), ...active]
  const longest = starts.slice(1).reduce((most, at, i) => Math.max(most, at - starts[i]!), 0)
  return quiet > Math.max(SHORTEST_SILENCE, PAUSES * longest) ? state.lastReceivedAt : null
}

function eventsView(
  states: SourceState[],
  minutes: TrafficMinute[],
  total: number,
  now: Millis,
): Overview['events'] {
  const current = minuteOf(now)
  const perMinute = new Map<Millis, number>()
  for (const { minute, events } of minutes) perMinute.set(minute, (perMinute.get(minute) ?? 0) + events)
  const lastHour = Array.from({ length: 60 }, (_, i) => {
    const minute = current - (60 - i) * MINUTE
    return { minute: toIso(minute), events: perMinute.get(minute) ?? 0 }
  })
  const latest = (times: Millis[]) => (times.length === 0 ? null : toIso(Math.max(...times)))
  return {
    total,
    perMinute: lastHour.at(-1)!.events,
    lastReceivedAt: latest(states.map(({ lastReceivedAt }) => lastReceivedAt)),
    lastEventTime: latest(states.map(({ lastEventTime }) => lastEventTime)),
    lastHour,
    usual: usualRange(states, perMinute, current),
  }
}

/** The middle 80 % of the minutes of the last day, quiet ones included. */
function usualRange(
  states: SourceState[],
  perMinute: Map<Millis, number>,
  current: Millis,
): { low: number; high: number } | null {
  const first = Math.min(...states.map(({ firstReceivedAt }) => minuteOf(firstReceivedAt)))
  const from = Math.max(first, current - DAY + MINUTE)
  const counts: number[] = []
  for (let minute = from; minute < current; minute += MINUTE) counts.push(perMinute.get(minute) ?? 0)
  if (counts.length < ENOUGH_MINUTES) return null
  counts.sort((a, b) => a - b)
  const at = (share: number) => counts[Math.floor(share * (counts.length - 1))]!
  return { low: at(0.1), high: at(0.9) }
}

function streamOf({ source, dataset }: { source: string; dataset: string }): string {
  return `${source}\n${dataset}`
}

function minuteOf(time: Millis): Millis {
  return Math.floor(time / MINUTE) * MINUTE
}

function sum(minutes: TrafficMinute[]): number {
  return minutes.reduce((total, { events }) => total + events, 0)
}

function round(rate: number): number {
  return Math.round(rate * 100) / 100
}
