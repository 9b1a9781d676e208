/** What was just done, with a way back for 8 seconds. */
import { signal } from '@preact/signals'

export type Toast = { text: string; undo: (() => void) | null; key: number }

const SHOWN_FOR = 8_000

export const toast = signal<Toast | null>(null)

let timer: ReturnType<typeof setTimeout> | undefined
let count = 0

export function showToast(text: string, undo: (() => void) | null = null): void {
  toast.value = { text, undo, key: ++count }
  clearTimeout(timer)
  timer = setTimeout(closeToast, SHOWN_FOR)
}

export function closeToast(): void {
  clearTimeout(timer)
  toast.value = null
}

/** While the pointer or the focus is on it, it stays. */
export function holdToast(): void {
  clearTimeout(timer)
}

export function releaseToast(): void {
  clearTimeout(timer)
  if (toast.peek()) timer = setTimeout(closeToast, SHOWN_FOR)
}

/** `Z`: takes the last action back, if that is still on offer. */
export function undoLast(): void {
  const undo = toast.peek()?.undo
  if (!undo) return
  closeToast()
  undo()
}
