/** How each format is decoded. A new one is one line here. */
import { decodeEvents } from '../decode.ts'
import type { DecodeFormat, Format } from './format.ts'

export type { Format, Hints } from './format.ts'

export const FORMATS: Record<Format, DecodeFormat> = {
  ndjson: decodeEvents,
  'hec-event': decodeEvents,
  'hec-raw': decodeEvents,
  'otlp-json': decodeEvents,
  'otlp-protobuf': decodeEvents,
  journal: decodeEvents,
}
