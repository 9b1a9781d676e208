/** One record out of the bytes of a body: the checks that every way of delivery shares. */
import { isAscii, isUtf8 } from 'node:buffer'
import { type Fields, isObject } from '../domain/json.ts'
import { parseJson } from './json-text.ts'

/** A larger record is rejected alone. */
export const MAX_RECORD_BYTES = 1024 * 1024

/** More in one request would be held in memory together: the smallest records are two bytes each. */
export const MAX_RECORDS = 250_000

/** How much of a record that is too large is kept with its rejection. */
const KEPT_OF_TOO_LARGE = 2048

export type Bytes = { buffer: Buffer; ascii: boolean; utf8: boolean }
export type ReadRecord = { raw: string; record: Fields } | RecordProblem
export type RecordProblem = { code: string; detail: string; raw: string }

/** The bytes of a body without a byte order mark, as UTF-8 (PowerShell 5 writes UTF-16), and what is known of them. */
export function toBytes(body: Uint8Array): Bytes {
  let buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (buffer[0] === 0xff && buffer[1] === 0xfe) buffer = Buffer.from(buffer.toString('utf16le', 2), 'utf8')
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) buffer = buffer.subarray(3)
  const ascii = isAscii(buffer)
  return { buffer, ascii, utf8: ascii || isUtf8(buffer) }
}

/** The record between `start` and `end`, or what is wrong with it. Its text is a copy, so it does not keep the body alive. */
export function readRecord(bytes: Bytes, start: number, end: number): ReadRecord {
  while (start < end && bytes.buffer[start]! <= 0x20) start++
  while (end > start && bytes.buffer[end - 1]! <= 0x20) end--
  if (end - start > MAX_RECORD_BYTES) return tooLarge(bytes.buffer.subarray(start, end))
  const raw = textOf(bytes, start, end)
  if (!bytes.utf8 && !isUtf8(bytes.buffer.subarray(start, end))) {
    return {
      code: 'invalid-utf8',
      detail:
        'The record is not valid UTF-8. Set the shipper to send UTF-8; the rest of the batch was taken.',
      raw,
    }
  }
  if (isTorn(raw)) return { code: 'not-json', detail: TORN, raw }
  const parsed = parseJson(raw)
  if (!('value' in parsed)) return { ...parsed, raw }
  if (isObject(parsed.value)) return { raw, record: parsed.value }
  const what = Array.isArray(parsed.value)
    ? 'a list'
    : parsed.value === null
      ? 'null'
      : `a ${typeof parsed.value}`
  return {
    code: 'not-an-object',
    detail: `A record must be a JSON object; this is ${what}. Send {"message": ...} around it.`,
    raw,
  }
}

/** What to say of a record over the limit, of which only the beginning is kept. */
export function tooLarge(record: Buffer, size = record.length): RecordProblem {
  return {
    code: 'record-too-large',
    detail: `The record has ${size} bytes; at most ${MAX_RECORD_BYTES} are taken. Split it, or leave out its large fields.`,
    raw: record.toString('utf8', 0, KEPT_OF_TOO_LARGE),
  }
}

// Seen without the parser, whose exceptions are dear: a body of a million torn lines must not cost seconds.
function isTorn(raw: string): boolean {
  return (raw.startsWith('{') && !raw.endsWith('}')) || (raw.startsWith('[') && !raw.endsWith(']'))
}

const TORN =
  'Not JSON: the text ends before the closing bracket of its object. Send one whole JSON object a line.'

function textOf(bytes: Bytes, start: number, end: number): string {
  return bytes.buffer.toString(bytes.ascii ? 'latin1' : 'utf8', start, end)
}
