/** OTLP/HTTP's JSON: an ExportLogsServiceRequest of opentelemetry.proto.collector.logs.v1. */
import { isUtf8 } from 'node:buffer'
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { put } from '../clean.ts'
import { parseJson } from '../json-text.ts'
import { toBytes } from '../record.ts'
import type { DecodeFormat } from './format.ts'
import {
  attributesOf,
  checkDepth,
  double,
  integer,
  type OtelLog,
  otelRecords,
  RecordRefused,
} from './otel-record.ts'

/**
 * Names in lowerCamelCase, as the protocol has them, or in snake_case. 64-bit integers are digits or numbers; ids are
 * hexadecimal, or base64 as protobuf's own JSON writes them. No records at all is fine.
 */
export const decodeOtlpJson: DecodeFormat = (body) => {
  const { buffer } = toBytes(body)
  if (!isUtf8(buffer)) return unreadable('invalid-utf8', 'The body is not UTF-8.')
  const parsed = parseJson(buffer.toString('utf8'))
  if (!('value' in parsed)) return unreadable(parsed.code, PROBLEMS[parsed.code])
  if (!isObject(parsed.value)) return unreadable('not-otlp', NOT_OTLP)
  const groups = pick(parsed.value, 'resourceLogs')
  if (groups === undefined && Object.keys(parsed.value).length > 0) return unreadable('not-otlp', NOT_OTLP)
  if (groups !== undefined && groups !== null && !Array.isArray(groups))
    return unreadable('not-otlp', NOT_OTLP)
  return otelRecords(logsOf(list(groups)))
}

const NOT_OTLP = 'The body is no ExportLogsServiceRequest: expected {"resourceLogs":[...]}.'
const PROBLEMS = {
  'not-json': 'The body is not JSON, or was cut short: send an ExportLogsServiceRequest.',
  'too-deep': 'The body nests too deep. Send the inner part of the value as text.',
  'unsafe-key': 'The body has a key named __proto__, which cannot be stored safely.',
}

function unreadable(code: string, detail: string) {
  return { unreadable: { code, detail } }
}

function* logsOf(groups: Json[]): Generator<{ read: () => OtelLog; whole: () => string }> {
  for (const group of groups) {
    const resource = once(() => attributes(pick(object(pick(object(group), 'resource')), 'attributes')))
    const scopes = pick(object(group), 'scopeLogs') ?? pick(object(group), 'instrumentationLibraryLogs')
    for (const inner of list(scopes)) {
      const scope = once(() =>
        scopeOf(object(pick(object(inner), 'scope') ?? pick(object(inner), 'instrumentationLibrary'))),
      )
      for (const log of list(pick(object(inner), 'logRecords'))) {
        yield {
          read: () => ({ resource: resource(), scope: scope(), log: logOf(log) }),
          whole: () => JSON.stringify(log),
        }
      }
    }
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

function scopeOf(scope: Fields): Fields {
  const fields: Fields = {}
  put(fields, 'name', pick(scope, 'name'))
  put(fields, 'version', pick(scope, 'version'))
  put(fields, 'attributes', attributes(pick(scope, 'attributes')))
  return fields
}

function logOf(log: Json): Fields {
  if (!isObject(log)) throw new RecordRefused('not-otlp', 'A log record must be an object.')
  const fields: Fields = {}
  put(fields, 'time_unix_nano', nanos(pick(log, 'timeUnixNano')))
  put(fields, 'observed_time_unix_nano', nanos(pick(log, 'observedTimeUnixNano')))
  put(fields, 'severity_text', pick(log, 'severityText'))
  put(fields, 'severity_number', severity(pick(log, 'severityNumber')))
  const body = pick(log, 'body')
  if (body !== undefined && body !== null) put(fields, 'body', anyValue(body, 1))
  put(fields, 'attributes', attributes(pick(log, 'attributes')))
  put(fields, 'event_name', pick(log, 'eventName'))
  put(fields, 'trace_id', identifier(pick(log, 'traceId'), 32))
  put(fields, 'span_id', identifier(pick(log, 'spanId'), 16))
  put(fields, 'flags', pick(log, 'flags') || undefined)
  return fields
}

function attributes(pairs: Json | undefined, depth = 1): Fields {
  return attributesOf(
    list(pairs).flatMap((pair) => {
      const key = isObject(pair) ? pair['key'] : undefined
      return typeof key === 'string' ? [[key, anyValue((pair as Fields)['value'], depth)] as const] : []
    }),
  )
}

/** AnyValue as plain JSON. What has none of its forms is kept as it came. */
function anyValue(value: Json | undefined, depth: number): Json {
  checkDepth(depth)
  if (!isObject(value)) return value ?? null
  const number = pick(value, 'intValue')
  if (number !== undefined) return typeof number === 'string' ? integer(number) : number
  const real = pick(value, 'doubleValue')
  if (real !== undefined) return typeof real === 'string' && real !== '' ? double(Number(real)) : real
  const array = pick(value, 'arrayValue')
  if (array !== undefined) return list(pick(object(array), 'values')).map((item) => anyValue(item, depth + 1))
  const pairs = pick(value, 'kvlistValue')
  if (pairs !== undefined) return attributes(pick(object(pairs), 'values'), depth + 1)
  const plain = pick(value, 'stringValue') ?? pick(value, 'boolValue') ?? pick(value, 'bytesValue')
  return plain ?? (Object.keys(value).length === 0 ? null : value)
}

/** Digits; nothing for 0, which stands for "unknown". */
function nanos(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return Number(value) === 0 ? undefined : String(value)
}

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** The number, also of protobuf's name for it: SEVERITY_NUMBER_INFO2 is 10. */
function severity(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value || undefined
  const [, word, step] = /^SEVERITY_NUMBER_([A-Z]+)([2-4]?)$/.exec(value) ?? []
  const at = word === undefined ? -1 : SEVERITIES.indexOf(word)
  if (at !== -1) return at * 4 + Number(step || 1)
  return /^\d{1,2}$/.test(value) ? Number(value) || undefined : undefined
}

function identifier(value: Json | undefined, digits: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  const isHex = value.length === digits && /^[0-9a-f]+$/i.test(value)
  const bytes = isHex ? null : Buffer.from(value, 'base64')
  const hex = bytes?.length === digits / 2 ? bytes.toString('hex') : value.toLowerCase()
  return /^0*$/.test(hex) ? undefined : hex
}

/** The value of a key, in the protocol's spelling or in protobuf's own. */
function pick(from: Fields, name: string): Json | undefined {
  return from[name] ?? from[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]
}

function object(value: Json | undefined): Fields {
  return isObject(value) ? value : {}
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
