/** One OpenTelemetry log record, from either encoding, as the record that is stored. */
import type { Rejection } from '../../domain/event.ts'
import type { Fields, Json } from '../../domain/json.ts'
import { TOO_MANY, type Unreadable } from '../decode.ts'
import type { IngestRecord } from '../events.ts'
import { MAX_DEPTH } from '../json-text.ts'
import { MAX_RECORD_BYTES, MAX_RECORDS, tooLarge } from '../record.ts'
import type { FormatRecords } from './format.ts'

/** Why one log record cannot be taken; the others of its request can. */
export class RecordRefused extends Error {
  readonly code: string
  constructor(code: string, detail: string) {
    super(detail)
    this.name = 'RecordRefused'
    this.code = code
  }
}

/** `resource` holds the attributes of the resource; in `scope` and `log` only what is present. */
export type OtelLog = { resource: Fields; scope: Fields; log: Fields }

/** Reads the log records one by one; `whole` gives the text to keep of one that is refused. */
export function otelRecords(
  logs: Iterable<{ read: () => OtelLog; whole: () => string }>,
): FormatRecords | Unreadable {
  const records: IngestRecord[] = []
  const rejections: Rejection[] = []
  let line = 0
  for (const { read, whole } of logs) {
    line++
    if (line > MAX_RECORDS) return { unreadable: TOO_MANY }
    try {
      const { resource, scope, log } = read()
      const record: Fields = { otel: { resource, scope, log } }
      const raw = JSON.stringify(record)
      // A character is at least a byte, so most need no counting.
      if (raw.length * 3 > MAX_RECORD_BYTES && Buffer.byteLength(raw) > MAX_RECORD_BYTES) {
        rejections.push({ line, dataset: null, ...tooLarge(Buffer.from(raw)) })
      } else {
        records.push({ line, raw, record })
      }
    } catch (error) {
      rejections.push({ line, dataset: null, raw: whole(), ...reason(error as Error) })
    }
  }
  return { records, rejections }
}

function reason(error: Error): { code: string; detail: string } {
  if (error instanceof RecordRefused) return { code: error.code, detail: error.message }
  return { code: 'not-otlp', detail: `The log record cannot be read: ${error.message}.` }
}

/** Attributes by name; of one that is there twice, the last counts. */
export function attributesOf(pairs: Iterable<readonly [key: string, value: Json]>): Fields {
  const fields: Fields = {}
  for (const [key, value] of pairs) {
    if (key === '__proto__')
      throw new RecordRefused('unsafe-key', 'An attribute is named __proto__, which cannot be stored safely.')
    fields[key] = value
  }
  return fields
}

/** Throws for a value that nests deeper than a document may. */
export function checkDepth(depth: number): void {
  // The document itself has a few levels above an attribute.
  if (depth > MAX_DEPTH - 10)
    throw new RecordRefused(
      'too-deep',
      `A value nests deeper than ${MAX_DEPTH - 10} levels. Send it flatter.`,
    )
}

/** A 64-bit integer: a number while a double holds it exactly, else its digits. */
export function integer(digits: string): Json {
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : digits
}

/** A double as JSON can hold it: NaN and the infinities are their names. */
export function double(value: number): Json {
  return Number.isFinite(value) ? value : String(value)
}
