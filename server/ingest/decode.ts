/** The body of a request -> its records, whatever the shape: lines, one object, a list, an envelope around a list. */
import type { Rejection } from '../domain/event.ts'
import type { Fields } from '../domain/json.ts'
import { type Bytes, MAX_RECORD_BYTES, MAX_RECORDS, type ReadRecord, readRecord, toBytes } from './record.ts'
import { type Patience, envelopeList, lineEnd, listElements, valueEnd } from './scan.ts'

/**
 * `line`: the physical line where NDJSON starts a record, the position in a list, each from 1. `raw` is the text of
 * this record alone, exactly as sent.
 */
export type DecodedRecord = { line: number; raw: string; record: Fields }
export type Unreadable = { unreadable: { code: string; detail: string } }
export type Decoded = { records: DecodedRecord[]; rejections: Rejection[] } | Unreadable

/**
 * Reads NDJSON (blank lines, CRLF, a byte order mark), one object over many lines, objects with nothing between them,
 * a list, `{"records":[...]}`, `{"value":[...]}`, and any mixture. What is broken is rejected alone, with its line;
 * `unreadable` only when nothing in the body is JSON at all, or the body is empty.
 */
export function decodeEvents(body: Uint8Array): Decoded {
  const bytes = toBytes(body)
  const { items, lists } = readItems(bytes)
  if (items.length > MAX_RECORDS) return { unreadable: TOO_MANY }
  const records = items.filter((item): item is DecodedRecord => 'record' in item)
  if (records.length === items.length && records.length > 0) return { records, rejections: [] }
  const rejections = items.filter((item): item is Rejection => !('record' in item))
  if (records.length > 0) return { records, rejections }
  if (rejections.length === 0 && lists === 0) return { unreadable: EMPTY }
  if (rejections.length > 0 && rejections.every((rejection) => rejection.code === 'not-json')) {
    return { unreadable: { code: 'not-json', detail: hint(bytes) ?? rejections[0]!.detail } }
  }
  return { records, rejections }
}

/**
 * What stands in the bytes, good or not, in the order in which it stands there; with more than `MAX_RECORDS`, not all
 * of it.
 */
export function readItems(bytes: Bytes): { items: (DecodedRecord | Rejection)[]; lists: number } {
  const patience = { left: EFFORT * bytes.buffer.length }
  const reading: Reading = { bytes, items: [], line: 1, patience, joined: false, lineEnd: -1 }
  let at = 0
  let lists = 0
  for (;;) {
    at = skipBlank(reading, at)
    if (at >= bytes.buffer.length || reading.items.length > MAX_RECORDS)
      return { items: reading.items, lists }
    const list = listAt(reading, at)
    if (list) {
      lists++
      at = readList(reading, at, list)
    } else {
      at = readObject(reading, at)
    }
  }
}

type Reading = {
  bytes: Bytes
  items: (DecodedRecord | Rejection)[]
  line: number
  patience: Patience
  /** Objects stand in one line, so each is looked for by its braces first. */
  joined: boolean
  /** The end of the line that was looked at last: a line may hold very many objects. */
  lineEnd: number
}

// A whole body is looked at once to find an envelope and once more for its elements.
const EFFORT = 4

const EMPTY = {
  code: 'empty-body',
  detail: 'The body is empty. Send at least one record: NDJSON, a JSON object, or a JSON array.',
}

export const TOO_MANY = {
  code: 'too-many-records',
  detail: `The body holds more than ${MAX_RECORDS.toLocaleString('en')} records. Send it in several requests.`,
}

type List = { start: number; end: number | null }

function listAt(reading: Reading, at: number): List | null {
  const { buffer } = reading.bytes
  if (buffer[at] === 0x5b) return { start: at, end: null }
  if (!ENVELOPE_START.test(buffer.toString('latin1', at, at + 64))) return null
  const envelope = envelopeList(buffer, at, buffer.length, reading.patience)
  return envelope && { start: envelope.list, end: envelope.end }
}

const ENVELOPE_START = /^\{\s*"(?:(?:records|value|count|total|nextLink)"|@?odata\.)/

/** A list that is the whole body counts positions; one among other lines keeps its line. */
function readList(reading: Reading, at: number, list: List): number {
  const { buffer } = reading.bytes
  const { spans, end } = listElements(buffer, list.start, buffer.length, reading.patience, MAX_RECORDS)
  const next = list.end ?? end
  const alone = reading.items.length === 0 && isBlankFrom(buffer, next)
  for (const [index, span] of spans.entries()) {
    const read = readRecord(reading.bytes, span.start, span.end)
    keep(reading, read, alone ? index + 1 : reading.line)
  }
  countLines(reading, at, next)
  return next
}

/** The object that starts here: its line, or, where the line alone is not JSON, as far as its braces reach. */
function readObject(reading: Reading, at: number): number {
  const { bytes, patience } = reading
  const { buffer } = bytes
  if (at > reading.lineEnd) reading.lineEnd = lineEnd(buffer, at, buffer.length)
  const line = reading.lineEnd
  if (reading.joined || line - at > MAX_RECORD_BYTES) {
    const end = joinedEnd(buffer, at, line)
    if (end < line) {
      reading.joined = true
      keep(reading, readRecord(bytes, at, end), reading.line)
      return end
    }
  }
  const read = readRecord(bytes, at, line)
  if (isBroken(read) && buffer[at] === OPEN && patience.left > 0) {
    const end = valueEnd(buffer, at, buffer.length, true)
    patience.left -= (end === -1 ? buffer.length : end) - at
    const longer = end === -1 || end === line ? read : readRecord(bytes, at, end)
    if (!isBroken(longer)) {
      reading.joined ||= end < line
      keep(reading, longer, reading.line)
      countLines(reading, at, end)
      return end
    }
  }
  keep(reading, read, reading.line)
  return line
}

/** Where the object ends, or, where none begins, where the next one does; at most at the line's end. */
function joinedEnd(buffer: Buffer, at: number, line: number): number {
  const end = buffer[at] === OPEN ? valueEnd(buffer, at, line) : buffer.indexOf(OPEN, at)
  return end === -1 ? line : Math.min(end, line)
}

const OPEN = 0x7b

function isBroken(read: ReadRecord): boolean {
  return 'code' in read && read.code === 'not-json'
}

function keep(reading: Reading, read: ReadRecord, line: number): void {
  if (!('code' in read)) {
    reading.items.push({ line, raw: read.raw, record: read.record })
    return
  }
  reading.items.push({ line, code: read.code, detail: read.detail, dataset: null, raw: read.raw })
}

/** The next byte that is no blank. A comma between objects is forgiven. */
function skipBlank(reading: Reading, at: number): number {
  const { buffer } = reading.bytes
  for (; at < buffer.length; at++) {
    const byte = buffer[at]!
    if (byte === 0x0a) reading.line++
    else if (byte > 0x20 && byte !== 0x2c) break
  }
  return at
}

function countLines(reading: Reading, from: number, to: number): void {
  const { buffer } = reading.bytes
  for (let at = buffer.indexOf(0x0a, from); at !== -1 && at < to; at = buffer.indexOf(0x0a, at + 1)) {
    reading.line++
  }
}

function isBlankFrom(buffer: Buffer, at: number): boolean {
  while (at < buffer.length && buffer[at]! <= 0x20) at++
  return at === buffer.length
}

function hint(bytes: Bytes): string | null {
  const start = bytes.buffer.toString('latin1', 0, 500)
  if (!/AuditData/.test(start) || !start.includes(',')) return null
  return 'Not JSON: this looks like the CSV export of the audit log. Convert it first, in PowerShell: Import-Csv FILE | ForEach-Object { $_.AuditData } > FILE.ndjson'
}
