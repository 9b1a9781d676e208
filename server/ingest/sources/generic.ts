/** Anything we have no source for: stored as it came, with a `@timestamp`. */
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { EARLIEST, readTimestamp } from '../event-time.ts'
import { parseEpoch, parseTime } from '../time-text.ts'

export type Generic = { fields: Fields; time: Millis | null }

/** The document and its own time: `@timestamp`, else the first of the usual names that holds a time; null if none does. */
export function genericDocument(record: Fields, receivedAt: Millis): Generic {
  const stamp = record['@timestamp']
  const stamped = readTimestamp(stamp)
  if (stamped !== undefined) return { fields: { ...record }, time: stamped }
  const time = TIME_KEYS.map((key) => anyTime(record[key])).find((found) => found !== undefined) ?? null
  const fields: Fields = { ...record, '@timestamp': toIso(time ?? receivedAt) }
  // What stood there was no time, but somebody sent it.
  if (stamp !== undefined && stamp !== null)
    fields['vedette'] = { ...markOf(record), timestamp_as_sent: stamp }
  return { fields, time }
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
