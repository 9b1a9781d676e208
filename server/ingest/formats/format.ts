/** What a format is: one way in which shippers write records into a body. A new one is one file here and one line in `index.ts`. */
import type { Rejection } from '../../domain/event.ts'
import type { Unreadable } from '../decode.ts'
import type { IngestRecord } from '../events.ts'

export type Format = 'ndjson' | 'hec-event' | 'hec-raw' | 'otlp-json' | 'otlp-protobuf' | 'journal'

/** What the request says about all of its records beside the body. */
export type Hints = {
  host?: string
  source?: string
  sourcetype?: string
  /** A name as the protocol means it; not always an index of ours. */
  index?: string
  /** As sent. */
  time?: string
  /** The body is only the beginning of one record of this many bytes, which is more than is taken. */
  cutFrom?: number
}

/**
 * `line` of a record and of a rejection: the line where NDJSON starts it, else its position in the body, from 1.
 * `raw` of a record is JSON text that gives the same record when it is sent again as NDJSON.
 */
export type FormatRecords = { records: IngestRecord[]; rejections: Rejection[] }
/** Never throws for bad input. `unreadable`: there is no record in it that could be kept or rejected alone. */
export type DecodeFormat = (body: Uint8Array, hints: Hints) => FormatRecords | Unreadable
