/** Decoded records -> events: what each one is, when it happened, and by what it is known again. */
import { hash } from 'node:crypto'
import { type LogEvent, type Rejection, eventId } from '../domain/event.ts'
import { type Fields, isObject, valuesAt } from '../domain/json.ts'
import type { Millis } from '../domain/time.ts'
import type { DecodedRecord } from './decode.ts'
import { addConsent } from './enrich/directory.ts'
import { addMailboxFacts } from './enrich/mailbox.ts'
import { type GeoLookup, addPlace } from './enrich/place.ts'
import { nestDotted } from './dotted-keys.ts'
import { FUTURE_TOLERANCE, markAhead } from './event-time.ts'
import { type Stream, addStream, streamOf } from './data-stream.ts'
import { genericDocument } from './sources/generic.ts'
import { saidDataset } from './sources/ecs.ts'
import { identify, sourceOf } from './sources/index.ts'
import { type Problem, isProblem } from './sources/source.ts'

/** `index` and `docId` are what a bulk shipper named. */
export type IngestRecord = DecodedRecord & { index?: string; docId?: string }

export type IngestRequest = {
  records: readonly IngestRecord[]
  /** What the sender says the records are; null: recognised from each record. */
  dataset: string | null
  source: string
  drill: string | null
  receivedAt: Millis
  /** The same for a retry of the same body, and for nothing else. */
  batchId: string
  geo: GeoLookup | null
}
export type IngestedEvent = { event: LogEvent; line: number }
export type Ingested = { events: IngestedEvent[]; rejections: Rejection[] }

/** Every record becomes one event or one rejection, in order. */
export function toEvents(request: IngestRequest): Ingested {
  const events: IngestedEvent[] = []
  const rejections: Rejection[] = []
  for (const [position, record] of request.records.entries()) {
    const made = guarded(record, position, request)
    if (isEvent(made)) events.push({ event: made, line: record.line })
    else rejections.push({ line: record.line, raw: record.raw, ...made })
  }
  return { events, rejections }
}

/** Names that may be stated: `o365.audit`, `my-app`. */
export const DATASET_NAME = /^[a-z0-9._-]{1,100}$/

type Refused = Problem & { dataset: string | null }

function isEvent(made: LogEvent | Refused): made is LogEvent {
  return 'identity' in made
}

// A record that we fail on must not take its batch with it: the shipper would send that batch for ever.
function guarded(record: IngestRecord, position: number, request: IngestRequest): LogEvent | Refused {
  try {
    return toEvent(record, position, request)
  } catch (error) {
    const detail = `The record could not be normalised (${(error as Error).message}). It is kept; replay it after an update.`
    return { code: 'normalise-failed', detail, dataset: request.dataset }
  }
}

function toEvent(given: IngestRecord, position: number, request: IngestRequest): LogEvent | Refused {
  const record = nestDotted(given.record)
  const sent = record === given.record ? given : { ...given, record }
  const stream = sent.index === undefined ? null : streamOf(sent.index)
  const stated = request.dataset ?? (stream && sourceOf(stream.dataset) ? stream.dataset : null)
  if (stated !== null && !DATASET_NAME.test(stated)) return { ...invalidName(stated), dataset: null }
  const expected = stated === null ? null : sourceOf(stated)
  if (stated !== null && !expected) return generic(sent, position, request, stated, stream)

  const found = identify(record)
  if (expected && found?.dataset !== expected.dataset) {
    return { ...mismatch(expected.dataset, expected.looksLike, found?.dataset), dataset: stated }
  }
  if (!found) return generic(sent, position, request, null, stream)
  const made = found.normalise()
  if (isProblem(made)) return { ...made, dataset: found.dataset }
  addStream(made.fields, stream ?? { type: 'logs', dataset: found.dataset, namespace: 'default' })
  const asSent = found.asSent ?? false
  return assemble(sent, position, request, { ...made, dataset: found.dataset, asSent })
}

function generic(
  sent: IngestRecord,
  position: number,
  request: IngestRequest,
  stated: string | null,
  stream: Stream | null,
): LogEvent {
  const made = genericDocument(sent.record, request.receivedAt, sent.index !== undefined)
  const { fields, time, id, asSent } = made
  const said = saidDataset(fields)
  const own = said !== null && /^[^~\p{Cc}]{1,100}$/u.test(said) ? said : stated
  const dataset = own ?? made.dataset ?? stream?.dataset ?? 'generic'
  // A document for a named index stays as it is; only what Elasticsearch itself would know of its stream is added, and
  // what its line of text shows it to be.
  if (sent.index === undefined || made.dataset !== null) addDataset(fields, dataset)
  if (sent.index === undefined) addStream(fields, { type: 'logs', dataset, namespace: 'default' })
  else if (stream) addStream(fields, stream)
  return assemble(sent, position, request, { fields, time, id, dataset, asSent })
}

type Parts = { fields: Fields; time: Millis | null; id: string | null; dataset: string; asSent: boolean }

function assemble(sent: IngestRecord, position: number, request: IngestRequest, parts: Parts): LogEvent {
  const { fields, dataset, id } = parts
  const isAhead = parts.time !== null && parts.time > request.receivedAt + FUTURE_TOLERANCE
  if (isAhead) markAhead(fields)
  if (request.geo) addPlace(fields, request.geo)
  if (dataset === 'o365.audit') addMailboxFacts(fields)
  if (dataset === 'azure.auditlogs') addConsent(fields)
  const time = parts.time === null || isAhead ? request.receivedAt : parts.time
  const index = sent.index ?? `logs-${dataset}-default`
  const document = sent.docId === undefined ? null : `${index}/${sent.docId}`
  const identity = id ?? document ?? contentIdentity(dataset, sent.raw, `${request.batchId}:${position}`)
  // The id of a document is its own in its index, whatever time it says; only the receive time is no part of a record.
  const ownTime = parts.time !== null && !isAhead && (id !== null || document === null)
  return {
    id: eventId(dataset, identity, time, ownTime),
    time,
    receivedAt: request.receivedAt,
    dataset,
    index,
    source: request.source,
    category: valuesAt(fields, 'event.category').filter((value) => typeof value === 'string'),
    fields,
    raw: sent.raw,
    drill: request.drill,
    ownTime,
    identity,
    ...(sent.docId === undefined ? {} : { docId: sent.docId }),
    ...(parts.asSent ? { asSent: true } : {}),
  }
}

function contentIdentity(dataset: string, raw: string, place: string): string {
  return `#${hash('sha1', `${dataset}\0${raw}\0${place}`, 'base64url')}`
}

function addDataset(fields: Fields, dataset: string): void {
  const event = fields['event'] ?? {}
  if (!isObject(event) || event['dataset'] !== undefined) return
  if (fields['event.dataset'] === undefined) fields['event'] = { ...event, dataset }
}

function invalidName(name: string): Problem {
  return {
    code: 'dataset-invalid',
    detail: `"${name.slice(0, 40)}" is no dataset name; use 1 to 100 of a-z, 0-9, ".", "_" and "-", such as o365.audit.`,
  }
}

function mismatch(dataset: string, looksLike: string, found: string | undefined): Problem {
  const instead = found ? ` This looks like ${found}: send it with dataset=${found}, or with none.` : ''
  return { code: 'dataset-mismatch', detail: `Sent as ${dataset}, but it is not ${looksLike}.${instead}` }
}
