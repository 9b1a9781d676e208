import { nanosOf } from './date.ts'
import type { Doc, Json } from './document.ts'

/** An event as the machines take it. `time` is milliseconds as a number, nanoseconds as a bigint. */
export type TimedEvent = { doc: Doc; time: number | bigint; tiebreaker?: Json | undefined }

/** An event in its place: `at` is its ordinal, `nanos` its time, `millis` what missing events are judged by. */
export type Placed<E> = { event: E; at: number; nanos: bigint; millis: bigint }

const NANOS_PER_MILLI = 1_000_000n

/** Orders by time, then tie-breaker (none comes last), then the position in the list. */
export function timeline<E extends Pick<TimedEvent, 'time' | 'tiebreaker'>>(
  events: readonly E[],
): Placed<E>[] {
  return events
    .map((event, position) => ({ event, position, nanos: toNanos(event.time) }))
    .toSorted(
      (a, b) =>
        sign(a.nanos - b.nanos) ||
        orderTies(a.event.tiebreaker ?? null, b.event.tiebreaker ?? null) ||
        a.position - b.position,
    )
    .map(({ event, nanos }, at) => ({ event, at, nanos, millis: floorMillis(nanos) }))
}

/** Milliseconds (also fractions of one) or nanoseconds as nanoseconds. */
export function toNanos(time: number | bigint): bigint {
  if (typeof time === 'bigint') return time
  const whole = Math.floor(time)
  return BigInt(whole) * NANOS_PER_MILLI + BigInt(Math.round((time - whole) * 1e6))
}

/** The time a document holds: an ISO date or epoch milliseconds; null if it holds none. */
export function timeOf(value: Json | undefined): bigint | null {
  return typeof value === 'string' || typeof value === 'number' ? nanosOf(value) : null
}

function floorMillis(nanos: bigint): bigint {
  const millis = nanos / NANOS_PER_MILLI
  return nanos < 0n && nanos % NANOS_PER_MILLI !== 0n ? millis - 1n : millis
}

function orderTies(a: Json, b: Json): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}
