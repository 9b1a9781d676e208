/** The server's time, as far as this page knows it: ages are told by its clock, not by the reader's. */
import { signal } from '@preact/signals'

// Ages tick as text every 15 s; more often would only flicker.
const TICK = 15_000
// The Date header has whole seconds; smaller differences are rounding.
const NOTICEABLE = 2_000

let ahead = 0

export const now = signal(Date.now())

export function startClock(): void {
  setInterval(tick, TICK)
}

/** Call when something was just told about the present, so that its age starts right. */
export function tick(): void {
  now.value = Math.max(now.peek(), serverNow())
}

/** Now, by the server's clock. */
export function serverNow(): number {
  return Date.now() + ahead
}

/** `at`: an HTTP date or ISO 8601. */
export function setServerTime(at: string): void {
  const difference = Date.parse(at) - Date.now()
  if (!Number.isFinite(difference) || Math.abs(difference - ahead) < NOTICEABLE) return
  ahead = Math.abs(difference) < NOTICEABLE ? 0 : difference
  now.value = Date.now() + ahead
}
