/** Which rows are ticked, and from where a range is ticked. */
import { useRef, useState } from 'preact/hooks'
import type { AlertView } from '../../../../server/domain/api.ts'

export type Selection = {
  ids: ReadonlySet<string>
  /** `range`: all from the row that was ticked last. */
  toggle: (id: string, range: boolean) => void
  /** All that are shown, or none when they all are. */
  toggleAll: () => void
  clear: () => void
}

export function useSelection(shown: readonly AlertView[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<string | null>(null)
  return {
    ids,
    toggle(id, range) {
      const from = range ? anchor.current : null
      setIds((before) => selection(before, shown, id, from))
      anchor.current = id
    },
    toggleAll() {
      setIds((before) =>
        shown.every((alert) => before.has(alert.id)) ? new Set() : new Set(shown.map((alert) => alert.id)),
      )
    },
    clear: () => setIds(new Set()),
  }
}

function selection(
  before: ReadonlySet<string>,
  shown: readonly AlertView[],
  id: string,
  from: string | null,
): ReadonlySet<string> {
  const after = new Set(before)
  const ids = shown.map((alert) => alert.id)
  if (from !== null && ids.includes(from)) {
    const [a, b] = [ids.indexOf(from), ids.indexOf(id)].toSorted((x, y) => x - y)
    for (const one of ids.slice(a, b! + 1)) after.add(one)
  } else if (!after.delete(id)) after.add(id)
  return after
}
