/** What the charts say and where their lines go. */
import type { AlertDay, Overview } from '../../../server/domain/api.ts'
import { shortDate } from './age.ts'
import { formatCount, plural, severityCounts } from './words.ts'

/** The sentence that says what the chart of alerts per day shows. */
export function daysFinding(days: readonly AlertDay[]): string {
  const counts = days.map(dayTotal)
  if (counts.every((count) => count === 0)) return `No alerts in the last ${days.length} days.`
  const most = counts.indexOf(Math.max(...counts))
  const median = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)]!
  const day = days[most]!
  const name = most === days.length - 1 ? 'Today' : shortDate(noonOf(day.day))
  return (
    `Alerts per day for the last ${days.length} days, stacked by severity. ${name} is the highest with ` +
    `${plural(counts[most]!, 'alert')}: ${severityCounts(day)}. The median day has ${median}.`
  )
}

export function dayTotal(day: AlertDay): number {
  return day.critical + day.high + day.medium + day.low
}

/** A bare date is midnight UTC; noon without a zone is that date wherever the reader is. */
export function noonOf(day: string): string {
  return `${day}T12:00:00`
}

/** Where the axis ends: the smallest of 2, 4, 6, 8, 10, 20, 40, ... that holds the highest bar. Its half is whole. */
export function scaleTop(highest: number): number {
  for (let unit = 1; ; unit *= 10) {
    for (const digit of [2, 4, 6, 8, 10]) {
      if (digit * unit >= highest) return digit * unit
    }
  }
}

/** The sentence that says what the event rate shows. */
export function rateFinding(events: Pick<Overview['events'], 'lastHour' | 'perMinute' | 'usual'>): string {
  const counts = events.lastHour.map((minute) => minute.events)
  if (counts.length === 0) return 'No events in the last hour.'
  const range =
    `Events per minute over the last hour: between ${formatCount(Math.min(...counts))} ` +
    `and ${formatCount(Math.max(...counts))}, now ${formatCount(events.perMinute)}`
  if (!events.usual) return `${range}.`
  const { low, high } = events.usual
  const where = events.perMinute < low ? 'below' : events.perMinute > high ? 'above' : 'inside'
  return `${range}, ${where} the usual range.`
}

/** An SVG path through the counts in a box of 100 by 100; `top` is the count at its upper edge. */
export function sparkPath(counts: readonly number[], top: number): string {
  const step = counts.length > 1 ? 100 / (counts.length - 1) : 0
  return counts
    .map((count, i) => `${i === 0 ? 'M' : 'L'}${rounded(i * step)} ${sparkY(count, top)}`)
    .join(' ')
}

export function sparkY(count: number, top: number): number {
  // Two units of room at the ends keep the line's width inside the box.
  return rounded(98 - (count / top) * 96)
}

function rounded(n: number): number {
  return Math.round(n * 100) / 100
}
