/** What changes by itself does not move under a pointer: the old is shown until it leaves. */
import { useRef, useState } from 'preact/hooks'

export type Steady<T> = {
  shown: T
  /** Something newer waits. */
  waits: boolean
  hold: { onPointerEnter: (event: PointerEvent) => void; onPointerLeave: () => void }
}

/** `same` tells whether a reader would see a difference. */
export function useSteady<T>(value: T, same: (a: T, b: T) => boolean = Object.is): Steady<T> {
  const shown = useRef(value)
  const [pointed, setPointed] = useState(false)
  if (!pointed) shown.current = value
  return {
    shown: shown.current,
    waits: !same(shown.current, value),
    hold: {
      // A finger that touches does not stay.
      onPointerEnter: (event) => setPointed(event.pointerType === 'mouse'),
      onPointerLeave: () => setPointed(false),
    },
  }
}
