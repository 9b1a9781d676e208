/**
 * From the bytes of one request to a batch for the store, and from the store's outcome to the shipper's answer.
 * Decode, normalise, match; the caller appends (several requests in one commit) and answers after it.
 */
import { createHash } from 'node:crypto'
import type { LogEvent } from '../domain/event.ts'
import { MINUTE, type Millis } from '../domain/time.ts'
import { matchStored } from '../detect/match.ts'
import { decodeBulk } from '../ingest/bulk.ts'
import type { GeoLookup } from '../ingest/enrich/geo.ts'
import { type IngestRecord, toEvents } from '../ingest/events.ts'
import { type Format, FORMATS, type Hints } from '../ingest/formats/index.ts'
import type { RuleIndex } from '../rules/rule-index.ts'
import type { AppendOutcome, Batch, Store } from '../store/store.ts'
import { countByDataset, type DatasetCounts } from './dataset-counts.ts'
import { applyChanges, type BulkDocument, type ChangedDocuments } from './document-changes.ts'

/** What a shipper posted, decompressed. */
export type AcceptRequest = {
  kind: 'events' | 'bulk'
  /** How the body of `events` is written; absent: NDJSON and what is like it. */
  format?: Format
  hints?: Hints
  body: Uint8Array
  /** Stated in the request; null: recognised from each record. */
  dataset: string | null
  source: string
  drill: string | null
  keyId: string
  index?: string | null
}

export type EventsAnswer = {
  accepted: number
  updated: number
  duplicates: number
  rejected: number
  /** The first 100. */
  errors: { line: number; code: string; detail: string }[]
}
export type BulkAnswerItem = {
  action: string
  index: string
  id: string
  status: number
  result?: 'created' | 'updated' | 'noop'
  error?: { type: string; reason: string }
}
/** `counts`: the same by dataset, for the metrics. */
export type AcceptAnswer =
  | { kind: 'events'; answer: EventsAnswer; counts?: DatasetCounts[] }
  | { kind: 'bulk'; items: BulkAnswerItem[]; counts?: DatasetCounts[] }
  | { kind: 'unreadable'; code: string; detail: string }

export type AcceptDeps = {
  store: Pick<Store, 'receipt' | 'document'>
  index: RuleIndex
  geo: GeoLookup | null
  now: Millis
  recent: RecentReceipts
  /** What earlier requests of the same commit do to documents; absent: there are none. */
  changed?: ChangedDocuments
}

/** A request made ready: what to append (null: nothing), and how to answer once that is durable. */
export type Prepared = { batch: Batch | null; answer(outcomes: AppendOutcome[]): AcceptAnswer }

const SHOWN_ERRORS = 100
/** An identical whole body from one key within this time is a retry, so its records keep their identity. */
const RETRY_WINDOW: Millis = 10 * MINUTE

/** Reads one request. Throws nothing for bad input: that is an answer too. */
export async function prepare(request: AcceptRequest, deps: AcceptDeps): Promise<Prepared> {
  return request.kind === 'bulk' ? prepareBulk(request, deps) : prepareEvents(request, deps)
}

async function prepareEvents(request: AcceptRequest, deps: AcceptDeps): Promise<Prepared> {
  const decoded = FORMATS[request.format ?? 'ndjson'](request.body, request.hints ?? {})
  if ('unreadable' in decoded) {
    return { batch: null, answer: () => ({ kind: 'unreadable', ...decoded.unreadable }) }
  }
  const { ingested, batchOf } = await ingest(request, deps, decoded.records, request.dataset)
  const rejections = [...decoded.rejections, ...ingested.rejections].sort((a, b) => a.line - b.line)
  return {
    batch: batchOf(rejections),
    answer(outcomes) {
      const count = (wanted: AppendOutcome) => outcomes.filter((outcome) => outcome === wanted).length
      const updated = count('updated')
      const errors = rejections
        .slice(0, SHOWN_ERRORS)
        .map(({ line, code, detail }) => ({ line, code, detail }))
      return {
        kind: 'events',
        answer: {
          accepted: count('accepted') + updated,
          updated,
          duplicates: count('duplicate'),
          rejected: rejections.length,
          errors,
        },
        counts: countByDataset(ingested.events, outcomes, rejections, request.dataset),
      }
    },
  }
}

/** Normalises the records of a request; `batchOf` matches what came of it and makes the batch to append. */
async function ingest(
  request: AcceptRequest,
  deps: AcceptDeps,
  records: readonly IngestRecord[],
  dataset: string | null,
) {
  const receipt = await findReceipt(request, deps)
  const { source, drill } = request
  const { now: receivedAt, geo } = deps
  const ingested = toEvents({ records, dataset, source, drill, receivedAt, batchId: receipt.id, geo })
  /** `guarded`: by line, the identity that an event must not have had before. */
  const batchOf = (rejections: Batch['rejections'], guarded?: ReadonlyMap<number, string>): Batch => ({
    events: ingested.events.map(({ event, line }) => ({
      event,
      line,
      hits: matchStored(event, deps.index),
      ...(guarded?.get(line) === event.identity ? { createOnly: true } : {}),
    })),
    rejections,
    source,
    receivedAt,
    ...(restsOnContent(ingested.events) ? { receipt } : {}),
  })
  return { ingested, batchOf }
}

async function prepareBulk(request: AcceptRequest, deps: AcceptDeps): Promise<Prepared> {
  const decoded = decodeBulk(request.body, request.index ?? null)
  if ('unreadable' in decoded) {
    return { batch: null, answer: () => ({ kind: 'unreadable', ...decoded.unreadable }) }
  }
  const items = await applyChanges(decoded.items, deps.store, deps.changed ?? new Map())
  const good = items.filter((item) => 'record' in item)
  const records = good.map((item) => ({
    line: item.position,
    raw: item.raw,
    record: item.record,
    index: item.index,
    ...(item.docId === null ? {} : { docId: item.docId }),
  }))
  const { ingested, batchOf } = await ingest(request, deps, records, null)
  const rejected = new Map(ingested.rejections.map((rejection) => [rejection.line, rejection]))
  // `create` guards the `_id`. A record with an id of its own is an update when it says more, as on every route.
  const guarded = new Map(
    good
      .filter((item) => item.action === 'create')
      .map((item) => [item.position, `${item.index}/${item.docId}`]),
  )
  const refused = [...ingested.rejections, ...unreadableItems(items)]
  return {
    batch: batchOf(refused, guarded),
    answer(outcomes) {
      const stored = new Map(
        ingested.events.map(({ event, line }, i) => [line, { event, outcome: outcomes[i]! }]),
      )
      return {
        kind: 'bulk',
        counts: countByDataset(ingested.events, outcomes, refused, null),
        items: items.map((item) => {
          const head = { action: item.action, index: item.index, id: item.docId ?? '' }
          if ('error' in item) {
            const { status, type, reason } = item.error
            return { ...head, status, error: { type, reason } }
          }
          const refusal = rejected.get(item.position)
          if (refusal) {
            return {
              ...head,
              status: 400,
              error: { type: 'document_parsing_exception', reason: `${refusal.code}: ${refusal.detail}` },
            }
          }
          const { event, outcome } = stored.get(item.position)!
          return bulkAnswer({ ...head, id: item.docId ?? event.id }, item.docId !== null, outcome)
        }),
      }
    },
  }
}

function bulkAnswer(
  head: { action: string; index: string; id: string },
  hasDocId: boolean,
  outcome: AppendOutcome,
): BulkAnswerItem {
  if (outcome === 'accepted') return { ...head, status: 201, result: 'created' }
  if (head.action !== 'create' || !hasDocId)
    return { ...head, status: 200, result: outcome === 'updated' ? 'updated' : 'noop' }
  const reason = `[${head.id}]: version conflict, document already exists`
  return { ...head, status: 409, error: { type: 'version_conflict_engine_exception', reason } }
}

function unreadableItems(items: BulkDocument[]): Batch['rejections'] {
  return items.flatMap((item) =>
    'error' in item
      ? [
          {
            line: item.position,
            code: item.error.code,
            detail: item.error.reason,
            dataset: null,
            raw: item.error.raw,
          },
        ]
      : [],
  )
}

function restsOnContent(events: { event: LogEvent }[]): boolean {
  return events.some(({ event }) => event.identity.startsWith('#'))
}

/** Receipts of the last minutes, for retries that arrive before the first try is committed. */
export type RecentReceipts = Map<string, { id: string; at: Millis }>

async function findReceipt(
  request: AcceptRequest,
  deps: AcceptDeps,
): Promise<{ digest: string; id: string }> {
  const digest = createHash('sha1')
    .update(`${request.keyId}\0${request.kind}\0${request.dataset ?? ''}\0${request.index ?? ''}\0`)
    .update(request.body)
    .digest('hex')
  const since = deps.now - RETRY_WINDOW
  for (const [old, { at }] of deps.recent) {
    if (at >= since) break
    deps.recent.delete(old)
  }
  const known = deps.recent.get(digest)?.id ?? (await deps.store.receipt(digest, since))
  const id = known ?? `${digest}@${deps.now}`
  if (!known) deps.recent.set(digest, { id, at: deps.now })
  return { digest, id }
}
