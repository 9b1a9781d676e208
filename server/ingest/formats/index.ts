/** How each format is decoded. A new one is one line here. */
import { decodeEvents } from '../decode.ts'
import type { DecodeFormat, Format } from './format.ts'
import { decodeHecEvents, decodeHecRaw } from './hec.ts'
import { decodeJournal } from './journal.ts'
import { decodeOtlpJson } from './otlp-json.ts'
import { decodeOtlpProtobuf } from './otlp-protobuf.ts'

export type { Format, Hints } from './format.ts'

export const FORMATS: Record<Format, DecodeFormat> = {
  ndjson: decodeEvents,
  'hec-event': decodeHecEvents,
  'hec-raw': decodeHecRaw,
  'otlp-json': decodeOtlpJson,
  'otlp-protobuf': decodeOtlpProtobuf,
  journal: decodeJournal,
}
