/** Events per minute over the last hour, over the usual range where it is known. */
import type { Overview } from '../../../server/domain/api.ts'
import { formatCount } from '../text/words.ts'

export function RateSpark(props: { events: Overview['events'] }) {
  const { lastHour, usual } = props.events
  const counts = lastHour.map((minute) => minute.events)
  const top = Math.max(1, usual?.high ?? 0, ...counts) * 1.1
  return (
    <svg
      class="spark spark--rate"
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      role="img"
      aria-label={rateFinding(props.events)}
    >
      {usual ? (
        <rect
          class="area--band"
          x="0"
          width="100"
          y={y(usual.high, top)}
          height={y(usual.low, top) - y(usual.high, top)}
        />
      ) : null}
      <path class="line" d={sparkPath(counts, top)} />
    </svg>
  )
}

/** An SVG path through the counts in a box of 100 by 100. */
export function sparkPath(counts: readonly number[], top: number): string {
  if (counts.length === 0) return ''
  const step = counts.length > 1 ? 100 / (counts.length - 1) : 0
  return counts.map((count, i) => `${i === 0 ? 'M' : 'L'}${round(i * step)} ${y(count, top)}`).join(' ')
}

export function rateFinding(events: Overview['events']): string {
  const counts = events.lastHour.map((minute) => minute.events)
  if (counts.length === 0) return 'No events in the last hour.'
  const range = `Events per minute over the last hour: between ${formatCount(Math.min(...counts))} and ${formatCount(Math.max(...counts))}, now ${formatCount(events.perMinute)}`
  if (!events.usual) return `${range}.`
  const { low, high } = events.usual
  const where = events.perMinute < low ? 'below' : events.perMinute > high ? 'above' : 'inside'
  return `${range}, ${where} the usual range.`
}

function y(count: number, top: number): number {
  // Two units of room at the ends keep the line's width inside the box.
  return round(98 - (count / top) * 96)
}

function round(n: number): number {
  return Math.round(n * 100) / 100
}
