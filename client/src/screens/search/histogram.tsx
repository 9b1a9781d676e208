/** How many events over time. Drag, or the arrows with Shift and then Enter, choose a stretch to look at. */
import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { HistogramView } from '../../../../server/domain/api/search.ts'
import { answer } from '../../announce.ts'
import { CountsTable } from '../../parts/counts-table.tsx'
import { Icon } from '../../parts/icon.tsx'
import { sameDay, shortDate, shortTime } from '../../text/age.ts'
import { scaleTop } from '../../text/charts.ts'
import { formatCount, plural } from '../../text/words.ts'

type Props = { buckets: HistogramView['buckets']; onRange: (range: { from: string; to: string }) => void }
/** Numbers of buckets, both included, in any order. */
type Stretch = { a: number; b: number }

export function Histogram({ buckets, onRange }: Props) {
  const plot = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<Stretch | null>(null)
  const dragging = useRef(false)
  const key = `${buckets[0]?.from} ${buckets.at(-1)?.to}`
  useEffect(() => setChosen(null), [key])
  if (buckets.length === 0) return null
  const top = scaleTop(Math.max(0, ...buckets.map(({ count }) => count)))
  const slot = 100 / buckets.length
  const zoom = ({ a, b }: Stretch) => {
    const [first, last] = [buckets[Math.min(a, b)]!, buckets[Math.max(a, b)]!]
    setChosen(null)
    onRange({ from: first.from, to: last.to })
  }
  const bucketAt = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const box = plot.current!.getBoundingClientRect()
    const at = Math.floor(((event.clientX - box.left) / box.width) * buckets.length)
    return Math.max(0, Math.min(buckets.length - 1, at))
  }
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const from = chosen ?? { a: buckets.length - (step === 1 ? 0 : 1) - 1, b: buckets.length - 1 }
      const b = chosen ? Math.max(0, Math.min(buckets.length - 1, from.b + step)) : from.b
      const next = { a: event.shiftKey ? from.a : b, b }
      setChosen(next)
      answer(stretchWords(buckets, next))
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      zoom(chosen)
    } else if (event.key === 'Escape' && chosen) {
      event.preventDefault()
      setChosen(null)
    }
  }
  return (
    <section class="panel hist" aria-label="Events over time">
      <div class="chart chart--sm">
        <svg class="chart__y" aria-hidden="true">
          {[0, top / 2, top].map((value) => (
            <text key={value} x="24" y={`${100 - (value / top) * 100}%`} dy="4" class="t-end">
              {value >= 10_000 ? `${formatCount(value / 1000)}k` : value}
            </text>
          ))}
        </svg>
        <div
          class="hist__plot"
          ref={plot}
          tabIndex={0}
          role="group"
          aria-label="Choose a stretch of time: arrows move, Shift and arrows widen, Enter looks at it"
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.button !== 0) return
            dragging.current = true
            event.currentTarget.setPointerCapture(event.pointerId)
            const at = bucketAt(event)
            setChosen({ a: at, b: at })
          }}
          onPointerMove={(event) => {
            if (dragging.current && chosen) setChosen({ a: chosen.a, b: bucketAt(event) })
          }}
          onPointerUp={() => {
            if (dragging.current && chosen) zoom(chosen)
            dragging.current = false
          }}
          onPointerCancel={() => {
            dragging.current = false
            setChosen(null)
          }}
        >
          <svg class="chart__plot" role="img" aria-label={finding(buckets)}>
            <line class="base-line" x1="0" x2="100%" y1="100%" y2="100%" />
            <line class="grid-line" x1="0" x2="100%" y1="50%" y2="50%" />
            <line class="grid-line" x1="0" x2="100%" y1="0%" y2="0%" />
            {chosen ? (
              <rect
                class="hist__chosen"
                x={`${Math.min(chosen.a, chosen.b) * slot}%`}
                width={`${(Math.abs(chosen.b - chosen.a) + 1) * slot}%`}
                y="0"
                height="100%"
              />
            ) : null}
            {buckets.map(({ count }, i) =>
              count === 0 ? null : (
                <rect
                  key={i}
                  class="bar"
                  x={`${i * slot + slot * 0.12}%`}
                  width={`${slot * 0.76}%`}
                  y={`${100 - Math.max(1.5, (count / top) * 100)}%`}
                  height={`${Math.max(1.5, (count / top) * 100)}%`}
                >
                  <title>{stretchWords(buckets, { a: i, b: i })}</title>
                </rect>
              ),
            )}
          </svg>
        </div>
        <svg class="chart__x" aria-hidden="true">
          {ticks(buckets.length).map((i) => (
            <text key={i} x={`${(i + 0.5) * slot}%`} y="15" class="t-mid">
              {tickWord(buckets, i)}
            </text>
          ))}
        </svg>
      </div>
      <BucketTable buckets={buckets} />
    </section>
  )
}

function BucketTable({ buckets }: Pick<Props, 'buckets'>) {
  const [open, setOpen] = useState(false)
  return (
    <details class="disclose chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" small />
        Show as table
      </summary>
      {open ? (
        <CountsTable
          label="Events over time, as a table"
          caption="Events over time, without the stretches that have none"
          heading="Events"
          bars={buckets}
        />
      ) : null}
    </details>
  )
}

function finding(buckets: Props['buckets']): string {
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  const most = buckets.reduce((best, one) => (one.count > best.count ? one : best), buckets[0]!)
  const range = `${point(buckets[0]!.from)} to ${point(buckets.at(-1)!.to)}`
  if (total === 0) return `No events from ${range}.`
  return `${plural(total, 'event')} from ${range}; most of them, ${formatCount(most.count)}, in the stretch from ${point(most.from)}.`
}

function stretchWords(buckets: Props['buckets'], { a, b }: Stretch): string {
  const some = buckets.slice(Math.min(a, b), Math.max(a, b) + 1)
  const count = some.reduce((sum, one) => sum + one.count, 0)
  return `${point(some[0]!.from)} to ${point(some.at(-1)!.to)}: ${plural(count, 'event')}`
}

function point(at: string): string {
  return `${shortDate(at)} ${shortTime(at)}`
}

function ticks(count: number): number[] {
  const every = Math.max(1, Math.ceil(count / 6))
  return Array.from({ length: Math.floor(count / every) }, (_, i) => Math.floor((i + 0.5) * every))
}

function tickWord(buckets: Props['buckets'], i: number): string {
  const { from, to } = buckets[i]!
  const isLong = Date.parse(buckets.at(-1)!.to) - Date.parse(buckets[0]!.from) > 3 * 86_400_000
  if (isLong) return shortDate(from)
  return sameDay(from, to) || shortTime(to) === '00:00' ? shortTime(from) : shortDate(to)
}
