/** Reads the body of a request: unpacks it within the limit, then as JSON, as a rule file, or as bytes. */
import { pipeline, type Readable, type Transform } from 'node:stream'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import express, { type Request, type Response } from 'express'
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

/** The unpacked body. 413 beyond the limit, 400 for a broken coding, 415 for an unknown one. */
export async function readBody(request: Request, response: Response, limit: number): Promise<RawBody> {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  // The parser would unpack by itself, but refuses raw deflate; so it is told to hand over what came.
  delete request.headers['content-encoding']
  await new Promise<void>((resolve, reject) => {
    const parse = express.raw({ type: () => true, limit })
    parse(request, response, (error?: unknown) => (error ? reject(error as Error) : resolve()))
  })
  const packed: Uint8Array = Buffer.isBuffer(request.body) ? request.body : new Uint8Array()
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  return { bytes: await unpack(packed, coding, limit), type }
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

type Unpack = (packed: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>
const UNPACK: Record<string, Unpack> = {
  gzip: promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.gunzip),
  'x-gzip': promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.gunzip),
  br: promisify<Uint8Array, zlib.BrotliOptions, Uint8Array>(zlib.brotliDecompress),
  zstd: promisify<Uint8Array, zlib.ZstdOptions, Uint8Array>(zlib.zstdDecompress),
  deflate: (packed, options) =>
    hasZlibHeader(packed) ? inflate(packed, options) : inflateRaw(packed, options),
}
const inflate = promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.inflate)
const inflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.inflateRaw)

const UNPACK_STREAM: Record<string, () => Transform> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
  deflate: () => zlib.createInflate(),
}

/** The body of a request as it comes, unpacked; an error of the packing or of the connection ends the reading. */
export function unpackStream(request: Request): Readable {
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

export async function unpack(packed: Uint8Array, coding: string, limit: number): Promise<Uint8Array> {
  if (coding === 'identity' || coding === '') return packed
  const unpackBy = Object.hasOwn(UNPACK, coding) ? UNPACK[coding] : undefined
  if (!unpackBy) throw unknownCoding(coding, Object.keys(UNPACK).join(', '))
  try {
    return await unpackBy(packed, { maxOutputLength: limit })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Problem('bodyTooLarge', `Unpacked, the body is over ${limit} bytes: send smaller batches.`)
    }
    throw new Problem('unreadable', `The body is not valid ${coding}, or it was cut short.`)
  }
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
