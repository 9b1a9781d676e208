/** Events per minute over the last hour, over the usual range where it is known. */
import type { Overview } from '../../../server/domain/api.ts'
import { rateFinding, sparkPath, sparkY } from '../text/charts.ts'

// Some air above the highest minute.
const HEADROOM = 1.1

export function RateSpark(props: { events: Overview['events'] }) {
  const { lastHour, usual } = props.events
  const counts = lastHour.map((minute) => minute.events)
  const top = Math.max(1, usual?.high ?? 0, ...counts) * HEADROOM
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
          y={sparkY(usual.high, top)}
          height={sparkY(usual.low, top) - sparkY(usual.high, top)}
        />
      ) : null}
      <path class="line" d={sparkPath(counts, top)} />
    </svg>
  )
}
