/** Updates of a part of a document: what the whole is afterwards, as Elasticsearch's `_update` has it. */
import { isDeepStrictEqual } from 'node:util'
import { type Fields, isObject } from '../domain/json.ts'
import type { BulkChange, BulkError, BulkItem } from '../ingest/bulk.ts'
import { parseJson } from '../ingest/json-text.ts'
import { MAX_RECORD_BYTES } from '../ingest/record.ts'
import type { Store } from '../store/store.ts'

/** A bulk item without updates: a document as it is to be stored, or an error. */
export type BulkDocument = Exclude<BulkItem, { change: unknown }>
/** The text of documents that are not stored yet, by index and `_id`; `isNew`: unless there is one already. */
export type ChangedDocuments = Map<string, { raw: string; isNew: boolean }>

/** Makes whole documents of updates. Adds to `changed` what these items do, in their order. */
export async function applyChanges(
  items: readonly BulkItem[],
  store: Pick<Store, 'document'>,
  changed: ChangedDocuments,
): Promise<BulkDocument[]> {
  const made: BulkDocument[] = []
  for (const item of items) {
    const document = 'change' in item ? await changedDocument(item, store, changed) : item
    made.push(document)
    if ('record' in document && document.docId !== null) {
      const key = keyOf(document)
      // A `create` does nothing where anything is known to be.
      const isNew = document.action === 'create'
      if (!isNew || !changed.has(key)) changed.set(key, { raw: document.raw, isNew })
    }
  }
  return made
}

type Update = Extract<BulkItem, { change: unknown }>

async function changedDocument(
  item: Update,
  store: Pick<Store, 'document'>,
  changed: ChangedDocuments,
): Promise<BulkDocument> {
  const { change, raw: line, ...head } = item
  const before = await textBefore(item, store, changed)
  const after = before === null ? newDocument(change) : changedText(before, change.doc)
  if (after === null) {
    return { ...head, error: refusal('bulk-missing', `[${item.docId}]: document missing`, line) }
  }
  if (Buffer.byteLength(after.raw) > MAX_RECORD_BYTES) {
    const reason = `With this change the document is over ${MAX_RECORD_BYTES} bytes; it stays as it was.`
    return { ...head, error: refusal('record-too-large', reason, line) }
  }
  return { ...head, ...after }
}

async function textBefore(
  { index, docId, ...item }: Update,
  store: Pick<Store, 'document'>,
  changed: ChangedDocuments,
): Promise<string | null> {
  const known = changed.get(keyOf({ index, docId, ...item }))
  if (known && !known.isNew) return known.raw
  const stored = await store.document(index, docId!)
  return stored?.raw ?? known?.raw ?? null
}

function newDocument({ upsert }: BulkChange): { raw: string; record: Fields } | null {
  return upsert && { raw: JSON.stringify(upsert), record: upsert }
}

/** The same text where nothing changes, so that it is known again as the same. */
function changedText(before: string, doc: Fields): { raw: string; record: Fields } {
  const parsed = parseJson(before)
  const source = 'value' in parsed && isObject(parsed.value) ? parsed.value : {}
  const record = joined(source, doc)
  return { record, raw: isDeepStrictEqual(record, source) ? before : JSON.stringify(record) }
}

/** Objects are joined; anything else, lists too, takes the place of what was there. */
function joined(source: Fields, doc: Fields): Fields {
  const record = { ...source }
  for (const [key, value] of Object.entries(doc)) {
    const was = Object.hasOwn(record, key) ? record[key] : undefined
    record[key] = isObject(was) && isObject(value) ? joined(was, value) : value
  }
  return record
}

function keyOf({ index, docId }: { index: string; docId: string | null }): string {
  return `${index}/${docId}`
}

function refusal(code: string, reason: string, raw: string): BulkError {
  if (code !== 'bulk-missing') return { status: 400, type: 'illegal_argument_exception', reason, code, raw }
  return { status: 404, type: 'document_missing_exception', reason, code, raw }
}
