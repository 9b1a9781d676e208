/** Reads the body of a request: unpacks it within the limit, then as JSON, as a rule file, or as bytes. */
import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable, type Transform } from 'node:stream'
import zlib from 'node:zlib'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { checkInput, mistakeSummary } from './mistakes.ts'
import { Problem } from './problem.ts'

/** How a route takes its body. `media` is what the API description says; `read` throws a `Problem`. */
export type BodyReader<T> = {
  media: Record<string, z.ZodType>
  required: boolean
  /** The route reads the request itself, as it comes; `read` gets nothing. */
  streamed?: true
  read(body: RawBody): T
}
export type RawBody = { bytes: Uint8Array; type: string }

/** Room in memory for a body, which grows as it comes. */
export type BodyRoom = { grow(bytes: number): Promise<void> }

const UNBOUNDED: BodyRoom = { grow: async () => {} }

/** The unpacked body. 413 beyond the limit, 400 for a broken coding, 415 for an unknown one. */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  room: BodyRoom = UNBOUNDED,
): Promise<RawBody> {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const packed = await collect(request, limit, room)
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  return { bytes: await unpack(packed, coding, limit, room), type }
}

/** All that comes, in memory of its own, so that it can be handed to another thread without a copy. */
function collect(request: IncomingMessage, limit: number, room: BodyRoom): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const done = () => {
      request.off('data', take).off('end', end).off('error', broken).off('close', broken)
      request.on('error', () => {})
    }
    const fail = (error: unknown) => {
      done()
      // Read off, so that the answer reaches a client that is still sending.
      request.resume()
      reject(error as Error)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > limit) fail(tooLarge(limit))
      else if (!(size <= announced)) grow()
    }
    const grow = () => {
      request.pause()
      void room.grow(size).then(() => request.resume(), fail)
    }
    const end = () => {
      done()
      resolve(joined(chunks, size))
    }
    const broken = () => fail(new Problem('unreadable', 'The connection ended within the body.'))
    if (announced > limit) fail(tooLarge(limit))
    else if (request.readableEnded) end()
    else if (request.destroyed) broken()
    else request.on('data', take).on('end', end).on('error', broken).on('close', broken)
  })
}

function tooLarge(limit: number): Problem {
  return new Problem('bodyTooLarge', `The body is over ${limit} bytes: send smaller batches.`)
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

export function rawBody(description: string): BodyReader<Uint8Array> {
  const schema = z.string().meta({ description })
  return { media: { '*/*': schema }, required: true, read: ({ bytes }) => bytes }
}

/** A body without end: the route reads it from the request, through `unpackStream`. */
export function streamBody(media: string, description: string): BodyReader<undefined> {
  const schema = z.string().meta({ description })
  return { media: { [media]: schema }, required: true, streamed: true, read: () => undefined }
}

/** JSON that meets the schema. With `optional`, no body at all counts as `{}`. */
export function jsonBody<T extends z.ZodType>(schema: T, optional = false): BodyReader<z.output<T>> {
  return {
    media: { 'application/json': schema },
    required: !optional,
    read({ bytes, type }) {
      if (optional && bytes.length === 0) return check(schema, {})
      if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) {
        throw new Problem('unsupportedType', `Send application/json, not ${type}.`)
      }
      return check(schema, parseJson(decodeText(bytes)))
    },
  }
}

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/plain']

/** A rule file as JSON or YAML. YAML keeps its text, since a rule's errors point into it. */
export function ruleBody(
  description: z.ZodType,
): BodyReader<{ value: unknown } | { text: string; format: 'yaml' }> {
  return {
    media: { 'application/json': description, 'application/yaml': description },
    required: true,
    read({ bytes, type }) {
      const text = decodeText(bytes)
      if (YAML_TYPES.includes(type)) {
        parseYaml(text)
        return { text, format: 'yaml' }
      }
      if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) {
        throw new Problem('unsupportedType', `Send application/json or application/yaml, not ${type}.`)
      }
      return { value: parseJson(text) }
    },
  }
}

const CHUNK = 64 * 1024
const UNPACK_STREAM: Record<string, () => Transform> = {
  gzip: () => zlib.createGunzip({ chunkSize: CHUNK }),
  'x-gzip': () => zlib.createGunzip({ chunkSize: CHUNK }),
  br: () => zlib.createBrotliDecompress({ chunkSize: CHUNK }),
  zstd: () => zlib.createZstdDecompress({ chunkSize: CHUNK }),
  deflate: () => zlib.createInflate({ chunkSize: CHUNK }),
}

/** The body of a request as it comes, unpacked; an error of the packing or of the connection ends the reading. */
export function unpackStream(request: IncomingMessage): Readable {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (coding === 'identity' || coding === '') return request
  const create = Object.hasOwn(UNPACK_STREAM, coding) ? UNPACK_STREAM[coding] : undefined
  if (!create) throw unknownCoding(coding, Object.keys(UNPACK_STREAM).join(', '))
  // The reader sees the error; the callback is only there because the pipe demands one.
  return pipeline(request, create(), () => {})
}

function unknownCoding(coding: string, known: string): Problem {
  return new Problem('unsupportedCoding', `The coding is ${JSON.stringify(coding)}: send one of ${known}.`, {
    headers: { 'accept-encoding': known },
  })
}

async function unpack(
  packed: Uint8Array,
  coding: string,
  limit: number,
  room: BodyRoom,
): Promise<Uint8Array> {
  if (coding === 'identity' || coding === '') return packed
  const create = Object.hasOwn(UNPACK_STREAM, coding) ? UNPACK_STREAM[coding] : undefined
  if (!create) throw unknownCoding(coding, Object.keys(UNPACK_STREAM).join(', '))
  const isRaw = coding === 'deflate' && !hasZlibHeader(packed)
  const stream = isRaw ? zlib.createInflateRaw({ chunkSize: CHUNK }) : create()
  stream.end(packed)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > limit) break
      chunks.push(chunk)
      await room.grow(packed.length + size)
    }
  } catch {
    throw new Problem('unreadable', `The body is not valid ${coding}, or it was cut short.`)
  }
  if (size > limit) {
    throw new Problem('bodyTooLarge', `Unpacked, the body is over ${limit} bytes: send smaller batches.`)
  }
  return joined(chunks, size)
}

// RFC 1950: the compression method is 8, and the first two bytes are a multiple of 31.
function hasZlibHeader(packed: Uint8Array): boolean {
  return packed.length >= 2 && (packed[0]! & 0x0f) === 8 && (packed[0]! * 256 + packed[1]!) % 31 === 0
}

export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Problem('unreadable', 'The body is not UTF-8.')
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('unreadable', `The body is not JSON: ${(error as Error).message}.`)
  }
}

function parseYaml(text: string): unknown {
  // Aliases can make a short text huge (a "billion laughs").
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length === 0) {
    try {
      return document.toJS({ maxAliasCount: 100 })
    } catch (error) {
      throw new Problem('unreadable', `The body cannot be read as YAML: ${(error as Error).message}.`)
    }
  }
  const errors = document.errors.map((error) => ({ ...placeIn(text, error.pos[0]), message: error.message }))
  throw new Problem('unreadable', 'The body is not YAML.', { errors })
}

function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const checked = checkInput(schema, value)
  if ('value' in checked) return checked.value
  throw new Problem('invalid', mistakeSummary(checked.mistakes), { errors: checked.mistakes })
}
