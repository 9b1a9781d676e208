/** Log records of OpenTelemetry -> ECS documents. */
import { type Fields, type Json, isObject, textAt } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { addFields } from '../additions.ts'
import { text } from '../clean.ts'
import { EARLIEST, readTimestamp } from '../event-time.ts'
import { parseNested } from '../json-text.ts'
import { fromJournal, isEntry } from './journald.ts'
import { addAttributes } from './otel/attributes.ts'

export type OtelDocument = { fields: Fields; time: Millis | null; id: string | null; dataset: string | null }

/** The log record of `{"otel": {"resource","scope","log"}}`, as OTLP is decoded, or null. */
export function otelRecord(record: Fields): Fields | null {
  const otel = record['otel']
  return isObject(otel) && isObject(otel['log']) && record['@timestamp'] === undefined ? otel : null
}

/**
 * The document: the log's own attributes first, then the scope's and the resource's; severity -> `log.level` and
 * `event.severity`, trace and span ids, the event's name -> `event.action`. A body of text is the `message`; one that
 * is an ECS document or a journal entry is taken apart; any other object is under `body.structured`, with its message
 * or its JSON as `message`.
 */
export function fromOtel(otel: Fields): OtelDocument {
  const log = part(otel, 'log')
  const resource = part(otel, 'resource')
  const scope = part(otel, 'scope')
  const fields: Fields = {}
  const inner = bodyFields(fields, log['body'])
  addFields(fields, [
    ['event.action', text(log['event_name'])],
    ['log.level', text(log['severity_text']) ?? levelOf(log['severity_number'])],
    ['event.severity', positive(log['severity_number'])],
    ['trace.id', text(log['trace_id'])],
    ['span.id', text(log['span_id'])],
    ['log.logger', text(scope['name'])],
  ])
  const attributes = part(log, 'attributes')
  // A receiver that has taken a line apart keeps the whole of it in the body.
  if (typeof attributes['message'] === 'string' && typeof log['body'] === 'string') {
    addFields(fields, [['event.original', log['body']]])
    fields['message'] = attributes['message']
  }
  addAttributes(fields, attributes)
  addAttributes(fields, part(scope, 'attributes'))
  addAttributes(fields, attributesOf(resource))
  const time = nanos(log['time_unix_nano']) ?? inner.time ?? nanos(log['observed_time_unix_nano'])
  if (time !== null) fields['@timestamp'] = toIso(time)
  // Unique by its definition; other ids that programs log are theirs to repeat.
  const id = text(attributes['log.record.uid']) ?? inner.id
  return { fields, time, id, dataset: datasetOf(fields) }
}

/** What an object or JSON text in the body is, for sources that know their records; null for plain text. */
export function bodyRecord(otel: Fields): Fields | null {
  const body = part(otel, 'log')['body']
  const record = typeof body === 'string' ? parseNested(body) : body
  return isObject(record) ? record : null
}

function bodyFields(fields: Fields, body: Json | undefined): { time: Millis | null; id: string | null } {
  const none = { time: null, id: null }
  if (body === undefined || body === null) return none
  if (typeof body !== 'object') {
    const nested = typeof body === 'string' ? parseNested(body) : undefined
    if (isObject(nested) && isEcs(nested)) return ecsFields(fields, nested)
    fields['message'] = String(body)
    return none
  }
  if (isObject(body) && isEcs(body)) return ecsFields(fields, body)
  if (isObject(body) && isEntry(body)) {
    const journal = fromJournal(body)
    Object.assign(fields, journal.fields)
    return journal
  }
  fields['body'] = { structured: body }
  const said = isObject(body) ? MESSAGE_KEYS.map((key) => text(body[key])).find(Boolean) : undefined
  fields['message'] = said ?? JSON.stringify(body)
  return none
}

const MESSAGE_KEYS = ['message', 'msg', 'MESSAGE', 'log', 'event']

/** Loggers that write ECS say so by one of these. */
function isEcs(body: Fields): boolean {
  return (
    body['@timestamp'] !== undefined ||
    textAt(body, 'ecs.version') !== undefined ||
    textAt(body, 'event.dataset') !== undefined
  )
}

function ecsFields(fields: Fields, body: Fields): { time: Millis | null; id: null } {
  Object.assign(fields, body)
  return { time: readTimestamp(body['@timestamp']) ?? null, id: null }
}

// The four numbers of each of the six levels, from 1.
const LEVELS = 'TRACE DEBUG INFO WARN ERROR FATAL'.split(' ')

function levelOf(number: Json | undefined): string | undefined {
  return typeof number === 'number' && number >= 1 ? LEVELS[Math.ceil(number / 4) - 1] : undefined
}

function positive(number: Json | undefined): number | undefined {
  return typeof number === 'number' && number > 0 ? number : undefined
}

/** Nanoseconds since 1970 as text or number; 0 means that it is not known. Cut to milliseconds, not rounded. */
function nanos(value: Json | undefined): Millis | null {
  const digits = typeof value === 'number' ? BigInt(Math.trunc(value)).toString() : value
  if (typeof digits !== 'string' || !/^\d{7,19}$/.test(digits)) return null
  const time = Number(digits.slice(0, -6))
  return time >= EARLIEST ? time : null
}

/** `event.dataset`, else `data_stream.dataset`, else the service's name where it can be one. */
function datasetOf(fields: Fields): string {
  const said = textAt(fields, 'event.dataset') ?? textAt(fields, 'data_stream.dataset')
  if (said !== undefined) return said
  const service = textAt(fields, 'service.name')?.toLowerCase() ?? ''
  // What an SDK writes that was told no name: `unknown_service:node`.
  return /^[a-z0-9][a-z0-9._-]{0,99}$/.test(service) && !service.startsWith('unknown_service')
    ? service
    : 'otel'
}

function attributesOf(resource: Fields): Fields {
  const own = resource['attributes']
  return isObject(own) ? own : resource
}

function part(object: Fields, key: string): Fields {
  const value = object[key]
  return isObject(value) ? value : {}
}
