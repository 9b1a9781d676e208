/** Elasticsearch's `_bulk` body -> its items. */
import { type Fields, type Json, isObject } from '../domain/json.ts'
import { TOO_MANY, type Unreadable } from './decode.ts'
import { type Bytes, MAX_RECORDS, readRecord, toBytes } from './record.ts'
import { lineEnd } from './scan.ts'

export type BulkAction = 'index' | 'create' | 'update' | 'delete'
/** `status`, `type` and `reason` are Elasticsearch's words; `code` is ours, for the list of rejected records. */
export type BulkError = { status: number; type: string; reason: string; code: string; raw: string }
type Head = {
  /** From 1, in the order of the answer. */
  position: number
  /** The physical line of the action, from 1. */
  line: number
  action: BulkAction
  index: string
  docId: string | null
}
/** What an `update` says: `doc` changes a known document, `upsert` is stored where there is none; null: nothing is. */
export type BulkChange = { doc: Fields; upsert: Fields | null }
export type BulkItem = Head &
  ({ raw: string; record: Fields } | { raw: string; change: BulkChange } | { error: BulkError })
export type BulkDecoded = { items: BulkItem[] } | Unreadable

/**
 * Reads pairs of an action line and a document line. `index` and `create` take any document, `update` one with `doc`
 * and perhaps `upsert` or `doc_as_upsert`, no script; `delete` is refused. Blank lines are skipped, unknown keys of an
 * action line ignored.
 * A broken line is an item with status 400 and stops no other. `defaultIndex` is the one in the URL.
 */
export function decodeBulk(body: Uint8Array, defaultIndex: string | null): BulkDecoded {
  const bytes = toBytes(body)
  const lines: Lines = { bytes, at: 0, number: 0 }
  const items: BulkItem[] = []
  for (let line = nextLine(lines); line; line = nextLine(lines)) {
    if (items.length === MAX_RECORDS) return { unreadable: TOO_MANY }
    const position = items.length + 1
    const action = readAction(bytes, line, defaultIndex)
    const head: Head = {
      position,
      line: line.number,
      action: action.action,
      index: action.index,
      docId: action.docId,
    }
    if (action.error) {
      // Its document is refused with it, unless what follows is an action itself.
      const isFollowed = action.action !== 'delete' && !isActionLine(bytes, peekLine(lines))
      const document = isFollowed ? nextLine(lines) : null
      items.push({ ...head, error: document ? keeping(action.error, bytes, document) : action.error })
    } else {
      items.push({ ...head, ...readSource(bytes, action.action, nextLine(lines)) })
    }
  }
  if (items.length > 0) return { items }
  return {
    unreadable: { code: 'empty-body', detail: 'The body is empty: send an action line and a document line.' },
  }
}

type Lines = { bytes: Bytes; at: number; number: number }
type Line = { start: number; end: number; number: number }

function nextLine(lines: Lines): Line | null {
  const { buffer } = lines.bytes
  while (lines.at < buffer.length) {
    const start = lines.at
    const end = lineEnd(buffer, start, buffer.length)
    lines.at = end + 1
    lines.number++
    if (!isBlank(buffer, start, end)) return { start, end, number: lines.number }
  }
  return null
}

function peekLine(lines: Lines): Line | null {
  return nextLine({ ...lines })
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (buffer[at]! > 0x20) return false
  return true
}

type Action = { action: BulkAction; index: string; docId: string | null; error: BulkError | null }

function readAction(bytes: Bytes, line: Line, defaultIndex: string | null): Action {
  const read = readRecord(bytes, line.start, line.end)
  const none: Action = { action: 'index', index: defaultIndex ?? '', docId: null, error: null }
  if ('code' in read)
    return { ...none, error: invalid(read.code, `Malformed action line: ${read.detail}`, read.raw) }
  const action = actionOf(read.record)
  if (!action) {
    const reason = 'Malformed action line: expected one of index, create, update with an object behind it'
    return { ...none, error: invalid('bulk-action', reason, read.raw) }
  }
  const meta = isObject(read.record[action]) ? (read.record[action] as Fields) : {}
  const index = meta['_index'] === undefined || meta['_index'] === null ? defaultIndex : meta['_index']
  const docId = idOf(meta['_id'])
  const head = { action, index: typeof index === 'string' ? index : '', docId: docId ?? null }
  return { ...head, error: actionError(head, docId, read.raw) }
}

function actionOf(record: Fields): BulkAction | null {
  return ACTIONS.find((action) => isObject(record[action]) || record[action] === null) ?? null
}

const ACTIONS: readonly BulkAction[] = ['index', 'create', 'update', 'delete']

/** Null: there is none; undefined: what there is cannot be one. */
function idOf(value: Json | undefined): string | null | undefined {
  if (value === undefined || value === null) return null
  const id = typeof value === 'number' ? String(value) : value
  return typeof id === 'string' && id !== '' && Buffer.byteLength(id) <= 512 ? id : undefined
}

function actionError(
  head: Omit<Action, 'error'>,
  docId: string | null | undefined,
  raw: string,
): BulkError | null {
  if (head.action === 'delete') {
    const reason =
      'Logs cannot be deleted one by one: they leave by age (VEDETTE_RETENTION). Remove the delete action.'
    return { ...invalid('bulk-delete', reason, raw), type: 'illegal_argument_exception' }
  }
  if (head.index === '') {
    const reason = 'index is missing: name it in the action line or in the URL'
    return { ...invalid('bulk-index', reason, raw), type: 'action_request_validation_exception' }
  }
  if (INDEX_NAME.test(head.index)) {
    const reason = `Invalid index name [${head.index.slice(0, 100)}]: it must not be longer than 255 bytes or contain / \\ * ? " < > | , or blanks`
    return { ...invalid('bulk-index', reason, raw), type: 'invalid_index_name_exception' }
  }
  if (docId === undefined) return invalid('bulk-id', '_id must be a non-empty text of at most 512 bytes', raw)
  if (head.action === 'update' && docId === null) return invalid('bulk-id', 'an update needs an _id', raw)
  return null
}

const INDEX_NAME = /[\s/\\*?"<>|,]|^.{256}/s

type Source = { raw: string; record: Fields } | { raw: string; change: BulkChange } | { error: BulkError }

function readSource(bytes: Bytes, action: BulkAction, line: Line | null): Source {
  if (!line)
    return { error: invalid('bulk-source', 'The document line behind the last action line is missing', '') }
  const read = readRecord(bytes, line.start, line.end)
  if ('code' in read) {
    const error = invalid(read.code, `failed to parse: ${read.detail}`, read.raw)
    return { error: { ...error, type: 'document_parsing_exception' } }
  }
  return action === 'update' ? readChange(read.record, read.raw) : read
}

function readChange(record: Fields, raw: string): Source {
  const { doc, upsert } = record
  if (record['script'] !== undefined || record['scripted_upsert'] === true) {
    const reason = 'Scripts are not run here: send what changes as "doc", or the whole document with "index".'
    return { error: invalid('bulk-script', reason, raw) }
  }
  if (!isObject(doc) || (upsert !== undefined && upsert !== null && !isObject(upsert))) {
    const reason =
      'An update needs an object "doc", and may have "doc_as_upsert": true or an object "upsert".'
    return { error: invalid('bulk-update', reason, raw) }
  }
  return { raw, change: { doc, upsert: record['doc_as_upsert'] === true ? doc : (upsert ?? null) } }
}

/** The refusal with the document kept, since shippers drop what is refused: it can be replayed without its action. */
function keeping(error: BulkError, { buffer }: Bytes, { start, end }: Line): BulkError {
  const reason = `${error.reason} (action line: ${error.raw.slice(0, 200)})`
  return { ...error, reason, raw: buffer.toString('utf8', start, end) }
}

/** Whether a line reads as an action, so that it is not taken for the document of a broken action before it. */
function isActionLine(bytes: Bytes, line: Line | null): boolean {
  if (!line || line.end - line.start > 2048) return false
  return /^\s*\{\s*"(?:index|create|update|delete)"\s*:\s*(?:\{|null)/.test(
    bytes.buffer.toString('latin1', line.start, line.end),
  )
}

function invalid(code: string, reason: string, raw: string): BulkError {
  return { status: 400, type: 'illegal_argument_exception', reason, code, raw }
}
