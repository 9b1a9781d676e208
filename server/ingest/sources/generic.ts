/** Anything that no source claims: a document, with a time, and with what its line of text says beside it. */
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { EARLIEST, readTimestamp } from '../event-time.ts'
import { parseEpoch, parseTime } from '../time-text.ts'
import { fromJournal, isEntry, journalEntry } from './journald.ts'
import { completeLine } from './lines.ts'
import { fromOtel, otelRecord } from './otel.ts'

export type Generic = {
  fields: Fields
  time: Millis | null
  /** The record's own id, where it is of a kind that has one. */
  id: string | null
  /** What its content shows it to be; null if nothing does. */
  dataset: string | null
  /** It is the record itself, at most with something added. */
  asSent: boolean
}

/**
 * The document and its own time: `@timestamp`, else the first of the usual names that holds a time, else what its line
 * of text says; null if none does. `isDocument`: it was sent for a named index, so it stays what it is.
 */
export function genericDocument(record: Fields, receivedAt: Millis, isDocument: boolean): Generic {
  const made = converted(record, isDocument) ?? asSent(record)
  const { fields } = made
  const line = completeLine(fields, receivedAt)
  const time = made.time ?? line?.time ?? null
  if (made.time === null) stamp(fields, time ?? receivedAt)
  return { ...made, time, dataset: line?.dataset ?? made.dataset }
}

function converted(record: Fields, isDocument: boolean): Generic | null {
  const otel = otelRecord(record)
  if (otel) return { ...fromOtel(otel), asSent: false }
  const entry = journalEntry(record) ?? (!isDocument && isEntry(record) ? record : null)
  return entry && { ...fromJournal(entry), dataset: 'system.syslog', asSent: false }
}

function asSent(record: Fields): Generic {
  const time =
    readTimestamp(record['@timestamp']) ??
    TIME_KEYS.map((key) => anyTime(record[key])).find((found) => found !== undefined) ??
    null
  const fields: Fields = { ...record }
  if (time !== null) stamp(fields, time)
  return { fields, time, id: null, dataset: null, asSent: true }
}

/** Sets `@timestamp` where there is none that can be read. What stood there was no time, but somebody sent it. */
function stamp(fields: Fields, time: Millis): void {
  const sent = fields['@timestamp']
  if (readTimestamp(sent) !== undefined) return
  fields['@timestamp'] = toIso(time)
  if (sent !== undefined && sent !== null) fields['vedette'] = { ...markOf(fields), timestamp_as_sent: sent }
}

const TIME_KEYS = [
  'timestamp',
  'time',
  'TimeGenerated',
  'eventTime',
  'event_time',
  'EventTime',
  'createdDateTime',
  'CreatedDateTime',
  'CreationTime',
  'activityDateTime',
  'timeCreated',
  'datetime',
  'date',
  '_time',
  'ts',
  'ISODATE',
  'timereported',
  '__REALTIME_TIMESTAMP',
]

function anyTime(value: Json | undefined): Millis | undefined {
  if (typeof value === 'number') return plausible(parseEpoch(value))
  if (typeof value !== 'string') return undefined
  return plausible(
    parseTime(value) ?? (/^\d{9,19}(\.\d+)?$/.test(value) ? parseEpoch(Number(value)) : undefined),
  )
}

function plausible(time: Millis | undefined): Millis | undefined {
  return time !== undefined && time >= EARLIEST ? time : undefined
}

function markOf(record: Fields): Fields {
  const own = record['vedette']
  return isObject(own) ? own : {}
}
