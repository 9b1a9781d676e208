/** What shippers send and in which rhythm: enough to tell a quiet source from a silent one. */
import type { Overview, SourceView } from '../domain/api.ts'
import { delayQuantile } from '../domain/delay.ts'
import { DRILL_SOURCE } from '../domain/event.ts'
import {
  type ActiveHour,
  LEARNED_WEEKS,
  type Past,
  silentSince,
  usualPause,
  usualRate,
} from '../domain/rhythm.ts'
import { DAY, MINUTE, type Millis, SECOND, toIso } from '../domain/time.ts'
import type { SourceState, Store, StreamDelay, TrafficMinute } from '../store/store.ts'
import { isoOrNull } from './views.ts'

export type Traffic = {
  sources(now: Millis): Promise<SourceView[]>
  /** The overview's `events`. */
  events(now: Millis): Promise<Overview['events']>
}

/** The day before this hour, and the hours of weeks, change slowly and are long to read: again after this time. */
const RHYTHM_AGE: Millis = 5 * MINUTE
/** Delays change slowly too, but whoever has just set up a source looks for its first ones. */
const DELAYS_AGE: Millis = 15 * SECOND
/** What counts as now. */
const RECENT: Millis = 10 * MINUTE
/** Minutes of history before there is a usual range. */
const ENOUGH_MINUTES = 6 * 60

type Stream = { source: string; dataset: string }
type Known = { state: SourceState; past: Past; recent: TrafficMinute[]; delays: StreamDelay[] }

export function createTraffic(store: Store): Traffic {
  const weeks = new Map<string, { at: Millis; hours: Promise<ActiveHour[]> }>()
  let late: { at: Millis; delays: Promise<StreamDelay[]> } | null = null
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

  /** The weeks of a source up to now. What came since they were read is too short to be a pause. */
  function hoursOf(stream: Stream, now: Millis): Promise<ActiveHour[]> {
    const name = streamOf(stream)
    const kept = weeks.get(name)
    if (kept && now - kept.at <= RHYTHM_AGE && now >= kept.at) return kept.hours
    const hours = store.trafficHours(stream, now - (LEARNED_WEEKS * 7 + 1) * DAY, now)
    weeks.set(name, { at: now, hours })
    hours.catch(() => weeks.delete(name))
    return hours
  }

  function lastDelays(now: Millis): Promise<StreamDelay[]> {
    if (!late || now - late.at > DELAYS_AGE || now < late.at) {
      late = { at: now, delays: store.delays(now - DAY) }
      late.delays.catch(() => (late = null))
    }
    return late.delays
  }

  return {
    async sources(now) {
      const [states, minutes, delays] = await Promise.all([
        store.sources(),
        store.traffic(now - RECENT, now),
        lastDelays(now),
      ])
      const recent = Map.groupBy(minutes, streamOf)
      const perStream = Map.groupBy(delays, streamOf)
      const views = states.map(async (state) => {
        const hours = await hoursOf(state, now)
        const past = { hours, first: state.firstReceivedAt, last: state.lastReceivedAt }
        const name = streamOf(state)
        return sourceView(
          { state, past, recent: recent.get(name) ?? [], delays: perStream.get(name) ?? [] },
          now,
        )
      })
      return Promise.all(views)
    },
    async events(now) {
      const [states, minutes, { events }] = await Promise.all([store.sources(), lastDay(now), store.state()])
      return eventsView(states, minutes, events, now)
    },
  }
}

function sourceView(known: Known, now: Millis): SourceView {
  const { state, past, recent, delays } = known
  const { source, dataset, firstReceivedAt, lastReceivedAt, lastEventTime, events, rejected } = state
  const usual = usualRate(past, now)
  return {
    source,
    dataset,
    firstReceivedAt: toIso(firstReceivedAt),
    lastReceivedAt: toIso(lastReceivedAt),
    lastEventTime: isoOrNull(lastEventTime || null),
    events,
    rejected,
    lastRejection: state.rejection && { ...state.rejection, at: toIso(state.rejection.at) },
    perMinute: round(sum(recent) / (RECENT / MINUTE)),
    usualPerMinute: usual && round(usual.perMinute),
    usualBasis: usual && usual.basis,
    usualPauseMs: usualPause(past),
    delayMs: lastEventTime === 0 ? 0 : Math.max(0, lastReceivedAt - lastEventTime),
    delay:
      delays.length === 0
        ? null
        : { medianMs: delayQuantile(delays, 0.5)!, p95Ms: delayQuantile(delays, 0.95)! },
    silentSince: isoOrNull(silentSince(past, now)),
  }
}

function eventsView(
  states: SourceState[],
  minutes: TrafficMinute[],
  total: number,
  now: Millis,
): Overview['events'] {
  const current = minuteOf(now)
  const perMinute = new Map<Millis, number>()
  for (const { minute, source, events } of minutes) {
    if (source !== DRILL_SOURCE) perMinute.set(minute, (perMinute.get(minute) ?? 0) + events)
  }
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

function streamOf({ source, dataset }: Stream): string {
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
