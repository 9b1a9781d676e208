/** One request exactly as a client sent it: its own headers and no others, its coding, over one real connection. */
import http from 'node:http'
import { gzipSync } from 'node:zlib'

export type Sent = {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  gzip?: boolean
}
export type Heard = { status: number; headers: http.IncomingHttpHeaders; text: string; json: any }

export function send(url: string, key: string | null, sent: Sent): Promise<Heard> {
  const body = Buffer.from(sent.body ?? '')
  const packed = sent.gzip ? gzipSync(body) : body
  const headers: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(sent.headers ?? {})) {
    if (!/^(?:host|connection|content-length|transfer-encoding|authorization)$/i.test(name))
      headers[name] = value
  }
  if (packed.length > 0) headers['content-length'] = packed.length
  if (sent.gzip) headers['content-encoding'] = 'gzip'
  if (key !== null) headers['authorization'] = `Basic ${Buffer.from(`shipper:${key}`).toString('base64')}`
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const request = http.request(
      { hostname, port, method: sent.method, path: sent.path, headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: response.statusCode!, headers: response.headers, text, json: parse(text) })
        })
      },
    )
    request.on('error', reject)
    request.end(packed)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
