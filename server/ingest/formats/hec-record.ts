/** One event of Splunk's HTTP Event Collector -> the record that it is. */
import { type Fields, type Json, isObject, valueAt } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { streamOf } from '../data-stream.ts'
import { EARLIEST } from '../event-time.ts'
import type { IngestRecord } from '../events.ts'
import { parseNested } from '../json-text.ts'
import { identify, sourceOf } from '../sources/index.ts'
import { parseEpoch, parseTime } from '../time-text.ts'

/** What stands beside `event`: `time`, `host`, `source`, `sourcetype`, `index`, `fields`, by Splunk's "Format events for HTTP Event Collector". */
export type HecEnvelope = Fields

/**
 * A record that we know (a sign-in, an audit record, a document in ECS) is taken as if it had come alone. Any other
 * object keeps its own keys, anything else is the `message`; beside them stand, unless the object has its own:
 * `@timestamp` (of `time`: epoch seconds, or finer by its size), `host.name`, `log.file.path` where `source` is a
 * path, `labels` (of `fields`), `event.dataset` (of `sourcetype`), and under `hec` the words of the envelope.
 * An index that is a data stream of ours is that; any other stays a word, `hec.index`.
 */
export function hecRecord(envelope: HecEnvelope, event: Json, raw: string): Omit<IngestRecord, 'line'> {
  const object = objectIn(event)
  const index = text(envelope['index'])
  const stream = index !== undefined && streamOf(index) ? { index } : {}
  const known = object && identify(object)
  if (known) return { record: object, raw: known.asSent ? JSON.stringify(object) : raw, ...stream }
  const record: Fields = object
    ? { ...object }
    : { message: typeof event === 'string' ? event : JSON.stringify(event) }
  describe(record, envelope)
  return { record, raw: JSON.stringify(record), ...stream }
}

function objectIn(event: Json): Fields | null {
  const value = typeof event === 'string' ? parseNested(event) : event
  return isObject(value) ? value : null
}

function describe(record: Fields, envelope: HecEnvelope): void {
  const words = pick(envelope, ['source', 'sourcetype', 'index'])
  const time = hecTime(envelope['time'])
  if (time === null) Object.assign(words, pick(envelope, ['time']))
  else record['@timestamp'] ??= toIso(time)
  if (!addTo(record, 'host', 'name', text(envelope['host']))) Object.assign(words, pick(envelope, ['host']))

  const path = text(envelope['source'])
  if (path !== undefined && PATH.test(path) && valueAt(record, 'log.file') === undefined) {
    addTo(record, 'log', 'file', { path })
  }
  const severity = text(record['severity'])
  if (severity !== undefined && !/^\d+$/.test(severity)) addTo(record, 'log', 'level', severity)
  addLabels(record, envelope['fields'])
  const dataset = datasetOf(text(envelope['sourcetype']))
  if (dataset !== null && valueAt(record, 'data_stream.dataset') === undefined)
    addTo(record, 'event', 'dataset', dataset)
  if (Object.keys(words).length > 0 && !('hec' in record)) record['hec'] = words
}

const PATH = /^(?:\/|\\\\|[A-Za-z]:[\\/])/

/** Sets `record[part][key]` unless something stands there, by a dotted key too; says whether it did. */
function addTo(record: Fields, part: string, key: string, value: Json | undefined): boolean {
  if (value === undefined || valueAt(record, `${part}.${key}`) !== undefined) return false
  const own = record[part] ?? {}
  if (!isObject(own)) return false
  record[part] = { ...own, [key]: value }
  return true
}

/** Splunk's indexed fields are flat; what is not flat is kept as text. */
function addLabels(record: Fields, fields: Json | undefined): void {
  const own = record['labels'] ?? {}
  if (!isObject(fields) || !isObject(own)) return
  const labels = Object.entries(fields).map(([key, value]) => [
    key,
    isObject(value) ? JSON.stringify(value) : value,
  ])
  if (labels.length > 0) record['labels'] = { ...Object.fromEntries(labels), ...own }
}

/** `access_combined` -> itself, `WinEventLog:Security` -> `wineventlog.security`; null for one that nothing can be said by. */
function datasetOf(sourcetype: string | undefined): string | null {
  if (sourcetype === undefined) return null
  const name = sourcetype
    .toLowerCase()
    .replaceAll('-', '_')
    .replaceAll(/[^a-z0-9_]+/g, '.')
    .replaceAll(/^\.+|\.+$/g, '')
    .slice(0, 100)
  // Splunk's add-ons share some names with our sources, but this record was not recognised as one of theirs.
  return name === '' || sourceOf(name) ? null : name
}

/** Epoch seconds with a fraction, as number or digits; ISO 8601 too. Null for none, or one before 1990. */
function hecTime(value: Json | undefined): Millis | null {
  const time =
    typeof value === 'number'
      ? epoch(value)
      : typeof value !== 'string'
        ? undefined
        : /^\s*\d{1,19}(\.\d*)?\s*$/.test(value)
          ? epoch(Number(value))
          : parseTime(value)
  return time !== undefined && time >= EARLIEST ? time : null
}

// Cut to milliseconds as everywhere, but a double just below the millisecond that was written must not lose it.
function epoch(value: number): Millis | undefined {
  return value > 0 && value < 1e11 ? Math.floor(value * 1000 + 0.001) : parseEpoch(value)
}

function pick(envelope: HecEnvelope, keys: readonly string[]): Fields {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = envelope[key]
      return value === undefined || value === null || value === '' ? [] : [[key, value] as const]
    }),
  )
}

function text(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
