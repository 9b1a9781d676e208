/** OTLP/HTTP's protobuf: an ExportLogsServiceRequest, with the field numbers of opentelemetry-proto 1.x. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Fields, Json } from '../../domain/json.ts'
import { put } from '../clean.ts'
import { MAX_RECORDS } from '../record.ts'
import type { DecodeFormat } from './format.ts'
import { attributesOf, checkDepth, double, integer, type OtelLog, otelRecords } from './otel-record.ts'

/** Unknown fields are skipped. Unreadable is only what breaks the frame around the log records; an empty body has none. */
export const decodeOtlpProtobuf: DecodeFormat = (body) => {
  try {
    // The whole frame is read before the first record: nothing is taken out of a body that was cut short.
    return otelRecords(logsOf(body))
  } catch (error) {
    const detail = `The body is no ExportLogsServiceRequest in protobuf, or was cut short: ${(error as Error).message}.`
    return { unreadable: { code: 'not-otlp', detail } }
  }
}

function logsOf(body: Uint8Array): { read: () => OtelLog; whole: () => string }[] {
  return messages(body, 1).flatMap((group) => {
    const resource = once(() => merged(messages(group, 1), (message) => attributes(messages(message, 1), 1)))
    return messages(group, 2).flatMap((inner) => {
      const scope = once(() => merged(messages(inner, 1), scopeOf))
      return messages(inner, 2).map((log) => ({
        read: () => ({ resource: resource(), scope: scope(), log: logOf(log) }),
        whole: () => Buffer.from(log).toString('base64'),
      }))
    })
  })
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** A message that is there in pieces is all of them together. */
function merged(pieces: Uint8Array[], read: (piece: Uint8Array) => Fields): Fields {
  return pieces.length === 1 ? read(pieces[0]!) : Object.assign({}, ...pieces.map(read))
}

function scopeOf(scope: Uint8Array): Fields {
  const fields: Fields = {}
  const pairs: Uint8Array[] = []
  read(scope, {
    1: [WireType.LengthDelimited, (reader) => put(fields, 'name', reader.string())],
    2: [WireType.LengthDelimited, (reader) => put(fields, 'version', reader.string())],
    3: [WireType.LengthDelimited, (reader) => pairs.push(reader.bytes())],
  })
  put(fields, 'attributes', attributes(pairs, 1))
  return fields
}

function logOf(log: Uint8Array): Fields {
  const fields: Fields = {}
  const pairs: Uint8Array[] = []
  read(log, {
    1: [WireType.Bit64, (reader) => put(fields, 'time_unix_nano', nanos(reader))],
    2: [WireType.Varint, (reader) => put(fields, 'severity_number', reader.int32() || undefined)],
    3: [WireType.LengthDelimited, (reader) => put(fields, 'severity_text', reader.string())],
    5: [WireType.LengthDelimited, (reader) => put(fields, 'body', anyValue(reader.bytes(), 1))],
    6: [WireType.LengthDelimited, (reader) => pairs.push(reader.bytes())],
    8: [WireType.Bit32, (reader) => put(fields, 'flags', reader.fixed32() || undefined)],
    9: [WireType.LengthDelimited, (reader) => put(fields, 'trace_id', hex(reader.bytes()))],
    10: [WireType.LengthDelimited, (reader) => put(fields, 'span_id', hex(reader.bytes()))],
    11: [WireType.Bit64, (reader) => put(fields, 'observed_time_unix_nano', nanos(reader))],
    12: [WireType.LengthDelimited, (reader) => put(fields, 'event_name', reader.string())],
  })
  put(fields, 'attributes', attributes(pairs, 1))
  return fields
}

function attributes(pairs: Uint8Array[], depth: number): Fields {
  return attributesOf(
    pairs.map((pair) => {
      let key = ''
      let value: Json = null
      read(pair, {
        1: [WireType.LengthDelimited, (reader) => (key = reader.string())],
        2: [WireType.LengthDelimited, (reader) => (value = anyValue(reader.bytes(), depth))],
      })
      return [key, value] as const
    }),
  )
}

/** AnyValue as plain JSON; null for one without a value. */
function anyValue(message: Uint8Array, depth: number): Json {
  checkDepth(depth)
  let value: Json = null
  const { LengthDelimited, Varint, Bit64 } = WireType
  read(message, {
    1: [LengthDelimited, (reader) => (value = reader.string())],
    2: [Varint, (reader) => (value = reader.bool())],
    3: [Varint, (reader) => (value = integer(String(reader.int64())))],
    4: [Bit64, (reader) => (value = double(reader.double()))],
    5: [
      LengthDelimited,
      (reader) => (value = messages(reader.bytes(), 1).map((item) => anyValue(item, depth + 1))),
    ],
    6: [LengthDelimited, (reader) => (value = attributes(messages(reader.bytes(), 1), depth + 1))],
    7: [LengthDelimited, (reader) => (value = Buffer.from(reader.bytes()).toString('base64'))],
  })
  return value
}

type FieldReader = readonly [WireType, (reader: BinaryReader) => unknown]

/** Reads the fields that are named by their numbers and have the wire type they should; skips all others. */
function read(message: Uint8Array, fields: { readonly [number: number]: FieldReader }): void {
  const reader = new BinaryReader(message)
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    const known = fields[number]
    if (known && known[0] === type) known[1](reader)
    else reader.skip(type, number)
  }
}

function messages(message: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = []
  const take = (reader: BinaryReader) => {
    if (found.push(reader.bytes()) > MAX_RECORDS) throw new Error(`more than ${MAX_RECORDS} records in one`)
  }
  read(message, { [number]: [WireType.LengthDelimited, take] })
  return found
}

/** Digits; nothing for 0, which stands for "unknown". */
function nanos(reader: BinaryReader): string | undefined {
  const digits = String(reader.fixed64())
  return digits === '0' ? undefined : digits
}

function hex(bytes: Uint8Array): string | undefined {
  return bytes.some((byte) => byte !== 0) ? Buffer.from(bytes).toString('hex') : undefined
}
