/** The bodies of Splunk's HTTP Event Collector: envelopes with an `event`, or bare lines. */
import { isUtf8 } from 'node:buffer'
import type { Rejection } from '../../domain/event.ts'
import { type DecodedRecord, readItems, TOO_MANY } from '../decode.ts'
import type { IngestRecord } from '../events.ts'
import { MAX_RECORD_BYTES, MAX_RECORDS, toBytes, tooLarge } from '../record.ts'
import { lineEnd } from '../scan.ts'
import type { DecodeFormat, Hints } from './format.ts'
import { type HecEnvelope, hecRecord } from './hec-record.ts'

/**
 * Envelopes with nothing, blanks or lines between them, or in a list. Each has its number as `line`. What Splunk
 * would stop at is rejected alone: `event-missing`, `event-blank`, or what is wrong with the JSON.
 */
export const decodeHecEvents: DecodeFormat = (body, hints) => {
  const { items } = readItems(toBytes(body))
  if (items.length === 0) return { unreadable: NO_DATA }
  if (items.length > MAX_RECORDS) return { unreadable: TOO_MANY }
  const records: IngestRecord[] = []
  const rejections: Rejection[] = []
  for (const [index, item] of items.entries()) {
    const made = 'record' in item ? fromEnvelope(item, hints) : item
    if ('record' in made) records.push({ ...made, line: index + 1 })
    else rejections.push({ ...made, line: index + 1 })
  }
  return { records, rejections }
}

/** One event a line; what the query says holds for all of them. A line that is not UTF-8 is read as Latin-1. */
export const decodeHecRaw: DecodeFormat = (body, hints) => {
  const { buffer } = toBytes(body)
  const records: IngestRecord[] = []
  const rejections: Rejection[] = []
  const envelope = envelopeOf(hints)
  for (let at = 0; at < buffer.length;) {
    const end = lineEnd(buffer, at, buffer.length)
    const bytes = buffer.subarray(at, end)
    at = end + 1
    const line = records.length + rejections.length + 1
    if (line > MAX_RECORDS) return { unreadable: TOO_MANY }
    if (bytes.length > MAX_RECORD_BYTES) {
      rejections.push({ line, dataset: null, ...tooLarge(bytes) })
      continue
    }
    const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').trim()
    if (text !== '') records.push({ ...hecRecord(envelope, text, text), line })
  }
  if (records.length + rejections.length === 0) return { unreadable: NO_DATA }
  return { records, rejections }
}

const NO_DATA = { code: 'empty-body', detail: 'The body is empty: send at least one event.' }

function fromEnvelope(
  item: DecodedRecord,
  hints: Hints,
): Omit<IngestRecord, 'line'> | Omit<Rejection, 'line'> {
  const { event, ...envelope } = item.record
  if (event === undefined || event === null) return refused(item, 'event-missing', MISSING)
  if (typeof event === 'string' && event.trim() === '') return refused(item, 'event-blank', BLANK)
  return hecRecord({ ...envelopeOf(hints), ...envelope }, event, item.raw)
}

const MISSING = 'The envelope has no "event". Send {"event": ...}, with "time", "host" and others beside it.'
const BLANK = 'The "event" of the envelope is blank, so there is nothing to keep.'

function refused({ raw }: DecodedRecord, code: string, detail: string): Omit<Rejection, 'line'> {
  return { code, detail, dataset: null, raw }
}

function envelopeOf({ time, host, source, sourcetype, index }: Hints): HecEnvelope {
  return {
    ...(time === undefined ? {} : { time }),
    ...(host === undefined ? {} : { host }),
    ...(source === undefined ? {} : { source }),
    ...(sourcetype === undefined ? {} : { sourcetype }),
    ...(index === undefined ? {} : { index }),
  }
}
