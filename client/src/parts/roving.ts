/** One tab stop for a list: the arrows and J and K move within it. Rows are marked `data-row` with their id. */
import { useEffect, useRef, useState } from 'preact/hooks'

export type Roving = {
  /** The row the keys act on; null until a row was visited. */
  current: string | null
  listRef: { current: HTMLElement | null }
  tabIndex: (id: string, index: number) => 0 | -1
  move: (by: number) => void
  onFocusIn: (event: FocusEvent) => void
}

/** `reveal` brings a row into the page that is not drawn while it is out of sight. */
export function useRoving(
  ids: readonly string[],
  remembered: { current: string | null },
  reveal?: (index: number) => void,
): Roving {
  const listRef = useRef<HTMLElement>(null)
  const [current, setCurrent] = useState(remembered.current)
  const stop = current !== null && ids.includes(current) ? current : (ids[0] ?? null)
  const returning = useRef(current)
  useEffect(() => {
    // Back from where the list led: at the same row, unless the focus is on something already.
    const row = returning.current === null ? undefined : rowOf(listRef.current, returning.current)
    if (!row) return
    returning.current = null
    if (isNowhere(document.activeElement)) row.focus({ preventScroll: true })
  })
  const set = (id: string) => {
    remembered.current = id
    setCurrent(id)
  }
  return {
    current: current !== null && ids.includes(current) ? current : null,
    listRef,
    tabIndex: (id) => (id === stop ? 0 : -1),
    move(by) {
      if (ids.length === 0) return
      const at = current === null ? -1 : ids.indexOf(current)
      const start = at === -1 && by < 0 ? ids.length : at
      const next = Math.min(ids.length - 1, Math.max(0, start + by))
      const id = ids[next]!
      set(id)
      const row = rowOf(listRef.current, id)
      row?.focus()
      row?.scrollIntoView({ block: 'nearest' })
      if (row || !reveal) return
      reveal(next)
      requestAnimationFrame(() => rowOf(listRef.current, id)?.focus({ preventScroll: true }))
    },
    onFocusIn(event) {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null
      const id = row?.dataset['row']
      if (id && id !== current) set(id)
    },
  }
}

function rowOf(list: HTMLElement | null, id: string): HTMLElement | undefined {
  const rows = [...(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  return rows.find((row) => row.dataset['row'] === id)
}

function isNowhere(focused: Element | null): boolean {
  return focused === null || focused === document.body || focused.id === 'main'
}
