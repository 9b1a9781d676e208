/**
 * A session ends when nothing is asked for long enough. Two minutes before, this page says so; what was typed stays.
 * The server extends a session that is used, at most every five minutes, and this page is told only when it asks.
 */
import { signal } from '@preact/signals'
import { getSession } from './api/calls.ts'
import { lastAnswerAt } from './api/request.ts'
import { serverNow } from './clock.ts'
import { recheckSession, session } from './session.ts'

const WARN = 2 * 60_000
// Later use than this was noticed by the server: the session ends later than was told.
const NOTICED = 5 * 60_000
const AGAIN = 30_000

/** When the session ends, by this page's clock, while that is near; else null. */
export const endsSoon = signal<number | null>(null)

let endsAt = 0
let toldAt = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** `expiresAt`: as the server has just told it. */
export function watchSessionEnd(expiresAt: string): void {
  toldAt = Date.now()
  endsAt = toldAt + Date.parse(expiresAt) - serverNow()
  endsSoon.value = null
  wakeAt(endsAt - WARN)
}

export function stopSessionWatch(): void {
  clearTimeout(timer)
  endsSoon.value = null
}

/** Uses the session, which makes it last. */
export async function staySignedIn(): Promise<void> {
  try {
    watchSessionEnd((await getSession()).expiresAt)
  } catch {
    // It is over, or the server is away.
    await recheckSession()
    if (session.peek().kind === 'in') wakeAt(Date.now() + AGAIN)
  }
}

function wake(): void {
  if (lastAnswerAt() > toldAt + NOTICED) void staySignedIn()
  else if (Date.now() < endsAt) {
    endsSoon.value = endsAt
    wakeAt(endsAt + 1_000)
  } else void staySignedIn()
}

// A computer that slept wakes late, never early.
function wakeAt(at: number): void {
  clearTimeout(timer)
  timer = setTimeout(wake, Math.min(Math.max(0, at - Date.now()), 2 ** 31 - 1))
}
