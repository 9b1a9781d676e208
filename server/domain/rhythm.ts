/** What is usual for a source, learned from its own past: how much it sends at this hour, and how long it pauses. */
import { DAY, HOUR, MINUTE, type Millis } from './time.ts'

/** One hour in which a source sent something. `first`, `last`: minutes with traffic; `pause`: the longest between two. */
export type ActiveHour = { hour: Millis; events: number; first: Millis; last: Millis; pause: Millis }

/** Whose past: its hours, oldest first, since it was first heard of, and when it was last heard of. */
export type Past = { hours: readonly ActiveHour[]; first: Millis; last: Millis }

export type UsualRate = { perMinute: number; basis: 'hour-of-week' | 'day-before' }

const WEEK: Millis = 7 * DAY
/** So many weeks back is learned from; what is older may be of another life. */
export const LEARNED_WEEKS = 8
/** Fewer weeks than this say nothing about a week. */
const ENOUGH_WEEKS = 2
const ENOUGH_DAYS = 2
// Summer time moves an office by one hour, and people are not punctual.
const SAME_TIME: Millis = 3 * HOUR
// Cloud sources deliver in bursts minutes apart; below this, silence says nothing.
const SHORTEST_SILENCE: Millis = 10 * MINUTE
// A pause of minutes varies by minutes; one of a weekend does not vary by another weekend.
const LARGEST_MARGIN: Millis = 2 * HOUR

/**
 * Events a minute at this hour of the week: the median of up to eight weeks, quiet ones included. With less than two
 * weeks of history the mean of the day before; null with less than an hour.
 */
export function usualRate({ hours, first }: Past, now: Millis): UsualRate | null {
  const current = Math.floor(now / HOUR) * HOUR
  const perHour = new Map(hours.map(({ hour, events }) => [hour, events]))
  const weeks = Array.from({ length: LEARNED_WEEKS }, (_, i) => current - (i + 1) * WEEK)
  const known = weeks.filter((hour) => hour >= first)
  if (known.length >= ENOUGH_WEEKS) {
    const rates = known.map((hour) => (perHour.get(hour) ?? 0) / 60)
    return { perMinute: median(rates), basis: 'hour-of-week' }
  }
  const from = Math.max(current - DAY, first)
  if (now - first < HOUR || current <= from) return null
  const before = hours.filter(({ hour }) => hour + HOUR > from && hour < current)
  const events = before.reduce((sum, hour) => sum + hour.events, 0)
  return { perMinute: events / ((current - from) / MINUTE), basis: 'day-before' }
}

/**
 * The longest pause that is usual for it from about this time on: of the pauses that began at the same time of the week
 * in earlier weeks (of three weeks and more the longest is left out, since one outage is no habit), else at the same time
 * of earlier days, else of all so far. Null when it never paused.
 */
export function usualPause({ hours, first, last }: Past): Millis | null {
  const pauses = pausesOf(hours)
  for (const [period, enough, most] of [
    [WEEK, ENOUGH_WEEKS, LEARNED_WEEKS],
    [DAY, ENOUGH_DAYS, 2 * 7],
  ] as const) {
    const times = Array.from({ length: most }, (_, i) => last - (i + 1) * period).filter((at) => at >= first)
    if (times.length < enough) continue
    const longest = times.map((at) => pauseFrom(pauses, at)).sort((a, b) => b - a)
    return (period === WEEK && longest.length > ENOUGH_WEEKS ? longest[1] : longest[0]) || null
  }
  return Math.max(0, ...pauses.map(({ length }) => length)) || null
}

/** When it fell silent: it has been quiet for longer than its own pauses explain. Null while it has not. */
export function silentSince(past: Past, now: Millis): Millis | null {
  const quiet = now - past.last
  if (quiet < SHORTEST_SILENCE) return null
  // It came once, in one go: an import, not a stream.
  if (past.last - past.first < SHORTEST_SILENCE) return null
  const usual = usualPause(past) ?? 0
  const allowed = usual + Math.min(usual, LARGEST_MARGIN)
  return quiet > Math.max(SHORTEST_SILENCE, allowed) ? past.last : null
}

type Pause = { from: Millis; length: Millis }

/** The same hours are asked about every few seconds, for each source. */
const known = new WeakMap<readonly ActiveHour[], Pause[]>()

function pausesOf(hours: readonly ActiveHour[]): Pause[] {
  const before = known.get(hours)
  if (before) return before
  const pauses = readPauses(hours)
  known.set(hours, pauses)
  return pauses
}

function readPauses(hours: readonly ActiveHour[]): Pause[] {
  return hours.flatMap(({ hour, pause, first }, i) => {
    const before = hours[i - 1]?.last ?? first
    return [
      { from: before, length: first - before },
      { from: hour, length: pause },
    ]
  })
}

/** The longest pause that began about this time, or what was left of one that was under way. */
function pauseFrom(pauses: readonly Pause[], at: Millis): Millis {
  let longest = 0
  for (const { from, length } of pauses) {
    const isThen = Math.abs(from - at) <= SAME_TIME
    const left = from <= at && at < from + length ? from + length - at : 0
    longest = Math.max(longest, isThen ? length : left)
  }
  return longest
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
