/**
 * Only the rows near the window are drawn. Rows have one height, which the stylesheet sets and this measures; the box
 * gets the height of all of them, so that the page scrolls as if they were there.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** `to` is excluded. */
export type Span = { from: number; to: number }
export type Windowed = {
  /** Rows to draw. */
  span: Span
  /** Around the list: its height is set here. */
  boxRef: { current: HTMLElement | null }
  /** What holds the rows: it is moved down to where they belong. */
  rowsRef: { current: HTMLElement | null }
  /** Scrolls so that this row can be seen. */
  reveal: (index: number) => void
}

// Beyond what is seen, in each direction: as far as a finger throws within a frame or two.
const AHEAD = 12
// More rows than this are never drawn.
const MOST_DRAWN = 60
// A redraw for every few rows, not for every one.
const STEP = 4

/** `count` rows; when it is off, all are drawn. Rows are marked `data-index`. */
export function useWindowed(count: number, on: boolean): Windowed {
  const boxRef = useRef<HTMLElement | null>(null)
  const rowsRef = useRef<HTMLElement | null>(null)
  const row = useRef(0)
  const [span, setSpan] = useState<Span>({ from: 0, to: MOST_DRAWN / 2 })
  const look = () => {
    const box = boxRef.current
    const rows = rowsRef.current
    if (!box || !rows) return
    const above = -box.getBoundingClientRect().top - rows.offsetTop
    const next = spanOf(above, innerHeight, row.current, count)
    setSpan((known) => (known.from === next.from && known.to === next.to ? known : next))
  }
  const latest = useRef(look)
  latest.current = look

  useLayoutEffect(() => {
    const box = boxRef.current
    const rows = rowsRef.current
    if (!box || !rows) return
    row.current = on ? (rows.querySelector('[data-index]')?.getBoundingClientRect().height ?? 0) : 0
    if (row.current === 0) {
      box.style.removeProperty('height')
      rows.style.removeProperty('transform')
      return
    }
    // Two more: the edges of the box.
    box.style.height = `${Math.ceil(rows.offsetTop + count * row.current) + 2}px`
    rows.style.transform = `translateY(${drawn(span, count).from * row.current}px)`
  })

  useEffect(() => {
    if (!on) return
    let waiting = 0
    const soon = () => {
      waiting ||= requestAnimationFrame(() => {
        waiting = 0
        latest.current()
      })
    }
    soon()
    addEventListener('scroll', soon, { passive: true })
    addEventListener('resize', soon)
    return () => {
      cancelAnimationFrame(waiting)
      removeEventListener('scroll', soon)
      removeEventListener('resize', soon)
    }
  }, [on, count])

  return {
    span: on ? drawn(span, count) : { from: 0, to: count },
    boxRef,
    rowsRef,
    reveal(index) {
      const box = boxRef.current
      const rows = rowsRef.current
      if (!on || !box || !rows) return
      const top = box.getBoundingClientRect().top + rows.offsetTop + index * row.current
      // Clear of what sticks to the edges.
      const margin = Math.min(innerHeight / 4, 2 * row.current)
      if (top < margin) scrollBy(0, top - margin)
      else if (top + row.current > innerHeight - margin) scrollBy(0, top + row.current - innerHeight + margin)
      latest.current()
    },
  }
}

/** The rows to draw where `above` pixels of the list are above the window, which is `height` pixels high. */
export function spanOf(above: number, height: number, row: number, count: number): Span {
  if (row <= 0) return { from: 0, to: Math.min(count, MOST_DRAWN / 2) }
  const seen = Math.min(MOST_DRAWN, Math.ceil(height / row) + 1)
  const ahead = Math.max(0, Math.min(AHEAD, Math.floor((MOST_DRAWN - STEP - seen) / 2)))
  const first = Math.floor((Math.floor(above / row) - ahead) / STEP) * STEP
  const from = Math.max(0, Math.min(first, count - seen))
  return { from, to: Math.min(count, from + seen + 2 * ahead + STEP, from + MOST_DRAWN) }
}

/** A list that got shorter leaves nothing of a span that was beyond its end. */
function drawn(span: Span, count: number): Span {
  if (span.from >= count) return { from: 0, to: Math.min(MOST_DRAWN / 2, count) }
  return { from: span.from, to: Math.min(span.to, count) }
}
