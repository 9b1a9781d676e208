/** Log records in both encodings of OTLP, written from one description: AnyValues are the plain values they hold. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

export type Plain =
  string | boolean | number | bigint | null | Uint8Array | Plain[] | { [key: string]: Plain }
export type Log = {
  time?: bigint
  observed?: bigint
  severity?: number
  severityText?: string
  body?: Plain
  attributes?: Record<string, Plain>
  eventName?: string
  trace?: Uint8Array
  span?: Uint8Array
  flags?: number
}
export type Sent = { resource: Record<string, Plain>; scope: string; logs: Log[] }[]

export function inJson(sent: Sent): string {
  return JSON.stringify({
    resourceLogs: sent.map(({ resource, scope, logs }) => ({
      resource: { attributes: pairs(resource) },
      scopeLogs: [
        {
          scope: { name: scope },
          logRecords: logs.map((log) => ({
            timeUnixNano: log.time?.toString(),
            observedTimeUnixNano: log.observed?.toString(),
            severityNumber: log.severity,
            severityText: log.severityText,
            body: log.body === undefined ? undefined : jsonValue(log.body),
            attributes: pairs(log.attributes ?? {}),
            eventName: log.eventName,
            traceId: log.trace && Buffer.from(log.trace).toString('hex'),
            spanId: log.span && Buffer.from(log.span).toString('hex'),
            flags: log.flags,
          })),
        },
      ],
    })),
  })
}

function pairs(from: Record<string, Plain>) {
  return Object.entries(from).map(([key, value]) => ({ key, value: jsonValue(value) }))
}

function jsonValue(value: Plain): object {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: value.toString() }
  if (typeof value === 'number') return { doubleValue: Number.isFinite(value) ? value : String(value) }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(jsonValue) } }
  return { kvlistValue: { values: pairs(value) } }
}

export function inProtobuf(sent: Sent): Uint8Array {
  const writer = new BinaryWriter()
  for (const { resource, scope, logs } of sent) {
    writer.tag(1, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.LengthDelimited).fork()
    writePairs(writer, 1, resource)
    writer.join()
    writer.tag(2, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(scope).join()
    for (const log of logs) {
      writer.tag(2, WireType.LengthDelimited).fork()
      writeLog(writer, log)
      writer.join()
    }
    writer.join().join()
  }
  return writer.finish()
}

function writeLog(writer: BinaryWriter, log: Log): void {
  if (log.time !== undefined) writer.tag(1, WireType.Bit64).fixed64(log.time)
  if (log.severity !== undefined) writer.tag(2, WireType.Varint).int32(log.severity)
  if (log.severityText !== undefined) writer.tag(3, WireType.LengthDelimited).string(log.severityText)
  if (log.body !== undefined) writeValue(writer.tag(5, WireType.LengthDelimited), log.body)
  writePairs(writer, 6, log.attributes ?? {})
  // dropped_attributes_count, which nothing here reads, and a field that no version has yet.
  writer.tag(7, WireType.Varint).uint32(3).tag(99, WireType.LengthDelimited).string('new')
  if (log.flags !== undefined) writer.tag(8, WireType.Bit32).fixed32(log.flags)
  if (log.trace) writer.tag(9, WireType.LengthDelimited).bytes(log.trace)
  if (log.span) writer.tag(10, WireType.LengthDelimited).bytes(log.span)
  if (log.observed !== undefined) writer.tag(11, WireType.Bit64).fixed64(log.observed)
  if (log.eventName !== undefined) writer.tag(12, WireType.LengthDelimited).string(log.eventName)
}

function writePairs(writer: BinaryWriter, field: number, from: Record<string, Plain>): void {
  for (const [key, value] of Object.entries(from)) {
    writer.tag(field, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key)
    writeValue(writer.tag(2, WireType.LengthDelimited), value)
    writer.join()
  }
}

function writeValue(writer: BinaryWriter, value: Plain): void {
  writer.fork()
  if (typeof value === 'string') writer.tag(1, WireType.LengthDelimited).string(value)
  else if (typeof value === 'boolean') writer.tag(2, WireType.Varint).bool(value)
  else if (typeof value === 'bigint') writer.tag(3, WireType.Varint).int64(value)
  else if (typeof value === 'number') writer.tag(4, WireType.Bit64).double(value)
  else if (value instanceof Uint8Array) writer.tag(7, WireType.LengthDelimited).bytes(value)
  else if (Array.isArray(value)) {
    writer.tag(5, WireType.LengthDelimited).fork()
    for (const item of value) writeValue(writer.tag(1, WireType.LengthDelimited), item)
    writer.join()
  } else if (value !== null) {
    writer.tag(6, WireType.LengthDelimited).fork()
    writePairs(writer, 1, value)
    writer.join()
  }
  writer.join()
}
