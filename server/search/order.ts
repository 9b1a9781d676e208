import { compilePath, type Doc, valuesOf } from '../lang/document.ts'
import { Double } from '../lang/double.ts'
import { timeOf } from '../lang/timeline.ts'
import { plainValue } from './document.ts'
import type { ScannedEvent } from '../store/store.ts'

/** Where an event stands: nanoseconds, then the tie-breaker (none comes last), then the order of arrival. */
export type Standing = { nanos: bigint; tie: Tie; seq: number }
type Tie = null | boolean | string | number | bigint

export function compareStanding(a: Standing, b: Standing): number {
  if (a.nanos !== b.nanos) return a.nanos < b.nanos ? -1 : 1
  return compareTies(a.tie, b.tie) || a.seq - b.seq
}

export type OrderFields = { timestamp: string; tiebreaker: string | null }
/** `missing`: what an event counts as that has no such time; null leaves it out. */
export type StandingReader = (event: ScannedEvent, doc: Doc) => Standing | null

/**
 * Reads where an event stands. An event without `@timestamp` stands at the time it was given when it came; one
 * without another time field at `missing`.
 */
export function standingReader(fields: OrderFields, missing: bigint | null): StandingReader {
  const readTime = compilePath(fields.timestamp)
  const readTie = fields.tiebreaker === null ? null : compilePath(fields.tiebreaker)
  return (event, doc) => {
    const own = timeOf(plainValue(valuesOf(readTime, doc)[0]))
    const nanos = own ?? (fields.timestamp === '@timestamp' ? BigInt(event.time) * 1_000_000n : missing)
    if (nanos === null) return null
    const first: unknown = readTie ? valuesOf(readTie, doc)[0] : undefined
    const tie = first instanceof Double ? Double.number(first) : first
    return { nanos, tie: isTie(tie) ? tie : null, seq: event.seq }
  }
}

function isTie(value: unknown): value is Tie {
  return value !== undefined && (typeof value !== 'object' || value === null)
}

function compareTies(a: Tie, b: Tie): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  const [kindA, kindB] = [kindOf(a), kindOf(b)]
  if (kindA !== kindB) return kindA < kindB ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

function kindOf(value: Tie): string {
  return typeof value === 'bigint' ? 'number' : typeof value
}
