/**
 * Whether the disk has room for more events. A reserve is kept free of them, so that people can still sign in and triage,
 * and the correlator can still finish, while shippers wait. It opens again by itself.
 */
import { type Clock, type Millis, MINUTE, SECOND } from '../domain/time.ts'
import { StoreFull } from '../store/store.ts'

export type RoomState = { full: boolean; since: Millis | null }
export type RoomParts = {
  /** Bytes that the disk has left. */
  free(): number
  /** Whether a write of this size goes through just now. */
  takes(bytes: number): boolean
  clock: Clock
  /** It became full, or has room again. */
  onChange(state: RoomState): void
}
export type Room = {
  /** Throws `StoreFull` while events must not come in. */
  check(): void
  /** A write failed; whether that was for want of room. */
  failed(error: unknown): boolean
  isFull(): boolean
  state(): RoomState
  stop(): void
}

/** Two commits of the largest size, each once in the log and once in the file, fit in it. */
export const RESERVE = 32 * 1024 * 1024
/** So much more than the reserve must be free again, or it would open and close with every request. */
const MARGIN = 8 * 1024 * 1024
const PROBE = 4 * 1024 * 1024
const EVERY: Millis = 2 * SECOND

export function createRoom(parts: RoomParts, every: Millis = EVERY): Room {
  let since: Millis | null = null
  let last: { since: Millis; until: Millis } | null = null

  function close(): void {
    if (since !== null) return
    const now = parts.clock()
    // What opened only for a moment was full all along.
    since = last && now - last.until < MINUTE ? last.since : now
    parts.onChange({ full: true, since })
  }

  function look(): void {
    if (since === null) {
      if (parts.free() < RESERVE) close()
      return
    }
    if (parts.free() < RESERVE + MARGIN || !parts.takes(PROBE)) return
    last = { since, until: parts.clock() }
    since = null
    parts.onChange({ full: false, since: null })
  }

  const timer = setInterval(look, every)
  timer.unref()
  look()
  return {
    check() {
      if (since === null && parts.free() < RESERVE) close()
      if (since !== null) throw new StoreFull('There is too little room on the disk for more events.')
    },
    failed(error) {
      const isFull = error instanceof StoreFull
      if (isFull) close()
      return isFull
    },
    isFull: () => since !== null,
    state: () => ({ full: since !== null, since }),
    stop: () => clearInterval(timer),
  }
}
