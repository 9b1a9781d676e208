/** What screen readers are told: politely at most every 30 seconds; a critical alert at once. */
import { signal } from '@preact/signals'

export const polite = signal('')
export const assertive = signal('')

const EVERY = 30_000
let lastSaid = -Infinity
let timer: ReturnType<typeof setTimeout> | undefined

/** `what` is asked for when it is time to speak, so that it counts everything until then. */
export function announce(what: () => string): void {
  const wait = Math.max(0, lastSaid + EVERY - Date.now())
  clearTimeout(timer)
  timer = setTimeout(() => {
    lastSaid = Date.now()
    polite.value = what()
  }, wait)
}

export function announceNow(text: string): void {
  assertive.value = text
}

/** The answer to something the reader did: polite, but not held back. */
export function answer(text: string): void {
  polite.value = text
}
