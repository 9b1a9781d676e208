/** systemd's Journal Export Format: https://systemd.io/JOURNAL_EXPORT_FORMATS. */
import { isUtf8 } from 'node:buffer'
import type { Rejection } from '../../domain/event.ts'
import type { Fields, Json } from '../../domain/json.ts'
import type { IngestRecord } from '../events.ts'
import { MAX_RECORD_BYTES, tooLarge } from '../record.ts'
import type { DecodeFormat } from './format.ts'

/**
 * Entries, each under `journald` with its fields as they were sent: of a field that is there several times a list,
 * of binary data that is no UTF-8 its base64. After something that is no entry, reading goes on with the next one.
 */
export const decodeJournal: DecodeFormat = (body, { cutFrom }) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (cutFrom !== undefined)
    return { records: [], rejections: [{ line: 1, dataset: null, ...tooLarge(bytes, cutFrom) }] }
  const records: IngestRecord[] = []
  const rejections: Rejection[] = []
  for (let at = skipNewlines(bytes, 0); at < bytes.length; at = skipNewlines(bytes, at)) {
    const line = records.length + rejections.length + 1
    const entry = readEntry(bytes, at)
    const { end } = entry
    const sent = bytes.subarray(at, end)
    at = end
    if (sent.length > MAX_RECORD_BYTES) {
      rejections.push({ line, dataset: null, ...tooLarge(sent) })
    } else if ('fault' in entry) {
      rejections.push({ line, dataset: null, ...broken(sent, entry.fault) })
    } else {
      const record: Fields = { journald: entry.fields }
      records.push({ line, raw: JSON.stringify(record), record })
    }
  }
  return { records, rejections }
}

type Entry = { fields: Fields; end: number }
type Fault = { fault: string; end: number }

function readEntry(bytes: Buffer, start: number): Entry | Fault {
  const values = new Map<string, Json[]>()
  let at = start
  while (at < bytes.length && bytes[at] !== 0x0a) {
    const newline = bytes.indexOf(0x0a, at)
    const stop = newline === -1 ? bytes.length : newline
    const equals = bytes.subarray(at, stop).indexOf(0x3d)
    if (equals !== -1) {
      add(values, bytes.toString('latin1', at, at + equals), textOf(bytes.subarray(at + equals + 1, stop)))
      at = stop + 1
      continue
    }
    const name = bytes.toString('latin1', at, stop)
    if (!NAME.test(name))
      return { fault: `${JSON.stringify(name.slice(0, 40))} is no field name`, end: resync(bytes, stop) }
    const data = stop + 9
    const size = data <= bytes.length ? bytes.readBigUInt64LE(stop + 1) : BigInt(bytes.length)
    if (size > BigInt(bytes.length - data))
      return { fault: `the data of ${name} is cut short`, end: resync(bytes, stop) }
    const after = data + Number(size)
    if (after < bytes.length && bytes[after] !== 0x0a)
      return { fault: `the data of ${name} is longer than its length says`, end: resync(bytes, stop) }
    add(values, name, textOf(bytes.subarray(data, after)))
    at = after + 1
  }
  const end = Math.min(at + 1, bytes.length)
  const bad = [...values.keys()].find((name) => !NAME.test(name))
  if (bad !== undefined) return { fault: `${JSON.stringify(bad.slice(0, 40))} is no field name`, end }
  const fields = [...values].map(([name, all]) => [name, all.length === 1 ? all[0]! : all] as const)
  return { fields: Object.fromEntries(fields), end }
}

// systemd allows capitals, digits and "_"; small letters do no harm.
const NAME = /^(?!__proto__$)[A-Za-z0-9_]{1,64}$/

function add(values: Map<string, Json[]>, name: string, value: string): void {
  const known = values.get(name)
  if (known) known.push(value)
  else values.set(name, [value])
}

function textOf(value: Buffer): string {
  return value.toString(isUtf8(value) ? 'utf8' : 'base64')
}

function broken(bytes: Buffer, fault: string): { code: string; detail: string; raw: string } {
  const detail = `The entry is not in the Journal Export Format: ${fault}.`
  return { code: 'not-journal', detail, raw: bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1') }
}

/** Where the next entry begins: journal senders start each with its cursor. */
function resync(bytes: Buffer, from: number): number {
  const found = bytes.indexOf('\n\n__CURSOR=', from)
  return found === -1 ? bytes.length : found + 2
}

function skipNewlines(bytes: Buffer, at: number): number {
  while (at < bytes.length && bytes[at] === 0x0a) at++
  return at
}
