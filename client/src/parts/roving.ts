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

export function useRoving(ids: readonly string[], remembered: { current: string | null }): Roving {
  const listRef = useRef<HTMLElement>(null)
  const [current, setCurrent] = useState(remembered.current)
  const stop = current !== null && ids.includes(current) ? current : (ids[0] ?? null)
  useEffect(() => {
    // Back from where the list led: at the same row, unless the focus is on something already.
    if (current !== null && isNowhere(document.activeElement))
      rowOf(listRef.current, current)?.focus({ preventScroll: true })
  }, [])
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
      const next = at === -1 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + by))
      const id = ids[next]!
      set(id)
      const row = rowOf(listRef.current, id)
      row?.focus()
      row?.scrollIntoView({ block: 'nearest' })
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
