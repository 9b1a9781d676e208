/** Requests of real shippers, recorded; read from beside the project, and absent where it stands alone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

const FOLDER = new URL('../../../shared/shippers/', import.meta.url)

export type Transcript = { file: string; client: string; requests: Recorded[] }
export type Recorded = { method: string; path: string; headers: Record<string, string>; body: Buffer }

export const hasTranscripts = existsSync(FOLDER)

/** The transcripts whose file name matches. */
export function readTranscripts(name: RegExp): Transcript[] {
  if (!hasTranscripts) return []
  return readdirSync(FOLDER)
    .filter((file) => file !== 'index.json' && name.test(file))
    .map((file) => {
      const { client, requests } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as {
        client: string
        requests: Stored[]
      }
      return { file, client, requests: requests.map(recorded) }
    })
}

type Stored = {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
  bodyBase64?: string
  contentEncoding?: string | null
}

function recorded({ method, path, headers, body, bodyBase64, contentEncoding }: Stored): Recorded {
  const plain = bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64')
  return { method, path, headers, body: pack(plain, contentEncoding ?? null) }
}

function pack(body: Buffer, coding: string | null): Buffer {
  if (coding === 'gzip') return gzipSync(body)
  if (coding === 'deflate') return deflateSync(body)
  return coding === 'zstd' ? zstdCompressSync(body) : body
}
