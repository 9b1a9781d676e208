/**
 * Events as the bytes of a block, and back. Documents: one line an event, the document as JSON, a tab, and the rest
 * of the event as a JSON array; JSON text holds neither tabs nor newlines of its own. Records as sent: a JSON array
 * of their byte lengths, a newline, their texts.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { eventId, type LogEvent } from '../../domain/event.ts'
import type { Fields } from '../../domain/json.ts'

/** Unpacked texts of one block: line `i` is `data[starts[i]..starts[i + 1])`. */
export type Lines = { data: Buffer; starts: number[] }
export type Packed = { body: Buffer; size: number }

/** What a line says beside the document. */
export type LineHead = Omit<LogEvent, 'id' | 'fields' | 'raw'>

const TAB = 9
const NEWLINE = 10
const LEVEL_1 = { [constants.ZSTD_c_compressionLevel]: 1 }

// One buffer for all blocks: fresh ones for each cost more than the copying.
let scratch = Buffer.allocUnsafeSlow(1 << 20)

/** The texts that make up an event's line. Not joined: joining would copy them once more. */
export function lineOf(event: LogEvent): string[] {
  const { time, receivedAt, dataset, identity, index, source, category, drill, ownTime } = event
  const rest = [time, receivedAt, dataset, identity, index, source, category, drill, ownTime ? 1 : 0]
  if (event.docId !== undefined || event.asSent) rest.push(event.docId ?? null, event.asSent ? 1 : 0)
  return [JSON.stringify(event.fields), '\t', JSON.stringify(rest), '\n']
}

/** The event of a line, with its record as sent. */
export function eventOf(line: Buffer, raw: string): LogEvent {
  const head = headOf(line)
  const fields = fieldsOf(line)
  return { id: eventId(head.dataset, head.identity, head.time, head.ownTime), ...head, fields, raw }
}

export function fieldsOf(line: Buffer): Fields {
  return JSON.parse(jsonOf(line)) as Fields
}

/** The document of a line as JSON text. */
export function jsonOf(line: Buffer): string {
  return line.toString('utf8', 0, line.lastIndexOf(TAB))
}

export function headOf(line: Buffer): LineHead {
  const [time, receivedAt, dataset, identity, index, source, category, drill, ownTime, docId, asSent] =
    JSON.parse(line.toString('utf8', line.lastIndexOf(TAB) + 1)) as Rest
  const head = { time, receivedAt, dataset, index, source, category, drill, ownTime: ownTime === 1, identity }
  return { ...head, ...(docId == null ? {} : { docId }), ...(asSent ? { asSent: true } : {}) }
}

type Rest = [
  ...[time: number, receivedAt: number, dataset: string, identity: string, index: string, source: string],
  ...[category: string[], drill: string | null, ownTime: 0 | 1, docId?: string | null, asSent?: 0 | 1],
]

export function packDocuments(lines: readonly (string | Buffer)[]): Packed {
  return compress(write(lines))
}

export function packRaw(texts: readonly (string | Buffer)[]): Packed {
  const lengths = texts.map((text) => (typeof text === 'string' ? Buffer.byteLength(text) : text.length))
  return compress(write([`${JSON.stringify(lengths)}\n`, ...texts]))
}

export function unpackDocuments(body: Buffer, size: number): Lines {
  const data = decompress(body, size)
  const starts = [0]
  for (let end = data.indexOf(NEWLINE); end !== -1; end = data.indexOf(NEWLINE, end + 1)) starts.push(end + 1)
  return { data, starts }
}

export function unpackRaw(body: Buffer, size: number): Lines {
  const data = decompress(body, size)
  const headEnd = data.indexOf(NEWLINE)
  let start = headEnd + 1
  const starts = [start]
  for (const length of JSON.parse(data.toString('utf8', 0, headEnd)) as number[])
    starts.push((start += length))
  return { data, starts }
}

/** Line `at`, without copying; a document's line keeps its newline. */
export function lineAt({ data, starts }: Lines, at: number): Buffer {
  return data.subarray(starts[at], starts[at + 1])
}

function write(texts: readonly (string | Buffer)[]): Buffer {
  let end = 0
  for (const text of texts) {
    const most = typeof text === 'string' ? text.length * 3 : text.length
    if (end + most > scratch.length) grow(end, end + most)
    end += typeof text === 'string' ? scratch.write(text, end) : text.copy(scratch, end)
  }
  return scratch.subarray(0, end)
}

function grow(used: number, needed: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, needed))
  scratch.copy(larger, 0, 0, used)
  scratch = larger
}

function compress(bytes: Buffer): Packed {
  // Room for the usual result in one piece; zlib's default of 16 KB would make many.
  const chunkSize = Math.max(4096, bytes.length >> 1)
  return { body: zstdCompressSync(bytes, { params: LEVEL_1, chunkSize }), size: bytes.length }
}

function decompress(body: Buffer, size: number): Buffer {
  // An exact chunk size spares zlib a second buffer.
  return zstdDecompressSync(body, { chunkSize: Math.max(64, size) })
}
