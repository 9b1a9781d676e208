/** When an event happened: which of a record's times counts, and which cannot be true. */
import type { Fields, Json } from '../domain/json.ts'
import { MINUTE, type Millis } from '../domain/time.ts'
import type { Problem } from './sources/source.ts'
import { parseTime } from './time-text.ts'

/** Clocks differ; a time further ahead of ours than this is wrong. */
export const FUTURE_TOLERANCE: Millis = 5 * MINUTE

/** Before this there was no log we know: year 1, 1601 (a FILETIME of 0) and 1970 are how software writes "no time". */
export const EARLIEST: Millis = Date.UTC(1990, 0, 1)

/** One place where a record may say its time: the name to tell a person, and what stands there. */
export type TimeCandidate = { field: string; value: Json | undefined }

/** The first candidate that can be read and can be true; a problem that names the first one that was there if none is. */
export function ownTime(candidates: readonly TimeCandidate[]): Millis | Problem {
  let problem: Problem | null = null
  for (const { field, value } of candidates) {
    if (value === undefined || value === null || value === '') continue
    const time = typeof value === 'string' ? parseTime(value) : undefined
    if (time !== undefined && time >= EARLIEST) return time
    problem ??= time === undefined ? unreadable(field, value) : implausible(field, value)
  }
  const fields = candidates.map((candidate) => candidate.field).join(' or ')
  return problem ?? { code: 'time-missing', detail: `The record has no time: expected ${fields}, ISO 8601.` }
}

/** `@timestamp` as Elasticsearch reads it: a date, or milliseconds since 1970 as a number or digits. Undefined if neither. */
export function readTimestamp(value: Json | undefined): Millis | undefined {
  if (typeof value === 'string')
    return parseTime(value) ?? (/^-?\d{1,15}$/.test(value) ? Number(value) : undefined)
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? Math.floor(value) : undefined
}

/** Marks a document whose time lies ahead of the server's clock; it is correlated at its receive time. */
export function markAhead(fields: Fields): void {
  const own = fields['vedette']
  const mark = typeof own === 'object' && own !== null && !Array.isArray(own) ? own : {}
  fields['vedette'] = { ...mark, clock_ahead: true }
}

function unreadable(field: string, value: Json): Problem {
  return {
    code: 'time-unreadable',
    detail: `${field} is ${shown(value)}, which is no time; expected ISO 8601, such as 2026-01-31T09:41:00Z.`,
  }
}

function implausible(field: string, value: Json): Problem {
  return {
    code: 'time-implausible',
    detail: `${field} is ${shown(value)}, before 1990: software writes such a time for "none". Send the time of the event.`,
  }
}

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, 60)
}
