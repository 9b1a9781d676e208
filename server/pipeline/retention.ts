/**
 * What is old goes: by age, and where the disk's limit is reached, oldest first. In slices of a few milliseconds between
 * commits, with pauses as long as the load wants, so that no shipper waits for it.
 */
import { type Clock, DAY, type Millis, MINUTE, SECOND } from '../domain/time.ts'
import type { Removable, RemovalReason, Removed, Store } from '../store/store.ts'

/** A slice, without the flush at its end: a shipper that comes in meanwhile waits for no more. */
const SLICE: Millis = 12
/** Under load, a slice has at most this part of the writer's time; idle, half of it. */
const PAUSE = { busy: 5, idle: 1 }
const EVERY: Millis = MINUTE
/** After a start: who was switched off for long has much to remove. */
const FIRST: Millis = 10 * SECOND
/** So far below the limit, that the next log does not reach it again. */
const TARGET = 0.95
/** What came in on the last day stays, whatever the limit: a detection without its last day is blind. */
const NEVER: Millis = DAY
const REJECTED: Millis = 30 * DAY
const DELIVERIES: Millis = 90 * DAY
/** A retry of a whole body comes within minutes. */
const RECEIPTS: Millis = DAY
const SWEEP_EVERY: Millis = DAY
const SWEEP_TERMS = 200

export type KeptDisk = {
  /** Bytes that the data folder may take; Infinity: unknown. */
  limit(): number
  /** Bytes that the folder takes beside the store's pages: its log, the backups. */
  beside(): number
  /** Deletes the oldest backup but for the newest one; false: there is none to delete. */
  dropBackup(): boolean
}
export type RetentionParts = {
  store: Pick<Store, 'removeOld' | 'noteRemoved' | 'size' | 'oldestReceipt'> & {
    sweepTerms(after: number, limit: number): Promise<{ next: number | null; gone: number }>
  }
  /** How long events are kept. */
  events: Millis
  disk: KeptDisk
  clock: Clock
  isIdle(): boolean
  /** The limit of the disk cannot be kept without the last day, or can again. */
  onShort(isShort: boolean): void
  onError(error: unknown): void
}
export type RetentionState = { limit: number; used: number; isShort: boolean }
export type Retention = {
  state(): Promise<RetentionState>
  /** Removes all that is due now. */
  round(): Promise<void>
  stop(): Promise<void>
}

/** Incidents, with the evidence that they copied, outlive the events: two years, or four times as long as events. */
export function incidentsKept(events: Millis): Millis {
  return Math.max(2 * 365 * DAY, 4 * events)
}

export function startRetention(parts: RetentionParts, every: Millis = EVERY): Retention {
  const { store, disk, clock } = parts
  let stopped = false
  let isShort = false
  let sweptAt = -Infinity
  let running: Promise<void> = Promise.resolve()
  const kept: Record<Removable, Millis> = {
    events: parts.events,
    incidents: incidentsKept(parts.events),
    rejected: REJECTED,
    receipts: RECEIPTS,
    deliveries: DELIVERIES,
  }

  async function slice(what: Removable, reason: RemovalReason, before: Millis): Promise<Removed> {
    const began = performance.now()
    const removed = await store.removeOld({ what, reason, before, at: clock(), budget: SLICE })
    if (removed.items > 0) await pause(performance.now() - began)
    return removed
  }

  async function pause(took: Millis): Promise<void> {
    const factor = parts.isIdle() ? PAUSE.idle : PAUSE.busy
    await new Promise((resolve) => setTimeout(resolve, took * factor))
  }

  async function byAge(): Promise<void> {
    for (const what of ['events', 'incidents', 'rejected', 'receipts', 'deliveries'] as const) {
      while (!stopped && (await slice(what, 'age', clock() - kept[what])).more);
    }
  }

  async function state(): Promise<RetentionState> {
    const { used } = await store.size()
    return { limit: disk.limit(), used: used + disk.beside(), isShort }
  }

  async function byDisk(): Promise<void> {
    const { limit, used } = await state()
    if (used <= limit) return tellShort(false)
    const target = limit * TARGET
    while (!stopped && (await state()).used > target) {
      // Copies of what is there go before what is there only once.
      if (disk.dropBackup()) continue
      const { more } = await slice('events', 'disk', clock() - NEVER)
      if (!more) break
    }
    tellShort((await state()).used > limit)
  }

  function tellShort(now: boolean): void {
    if (now === isShort) return
    isShort = now
    parts.onShort(now)
  }

  async function sweep(): Promise<void> {
    if (clock() - sweptAt < SWEEP_EVERY) return
    sweptAt = clock()
    for (let after: number | null = 0; after !== null && !stopped;) {
      const began = performance.now()
      after = (await store.sweepTerms(after, SWEEP_TERMS)).next
      await pause(performance.now() - began)
    }
  }

  async function round(): Promise<void> {
    try {
      await store.noteRemoved(Math.floor(clock() / DAY), clock())
      await byAge()
      await byDisk()
      await sweep()
    } catch (error) {
      parts.onError(error)
    }
  }
  const inTurn = () => (running = running.then(() => (stopped ? undefined : round())))
  const first = setTimeout(() => void inTurn(), Math.min(FIRST, every))
  const timer = setInterval(() => void inTurn(), every)
  return {
    state,
    round: inTurn,
    async stop() {
      stopped = true
      clearTimeout(first)
      clearInterval(timer)
      await running
    },
  }
}
