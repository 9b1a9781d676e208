/** Sends a recorded request as it was sent, with a key of ours in place of the one that was left out. */
import http from 'node:http'
import type { Recorded } from './transcripts.ts'

export type Reply = { status: number; headers: http.IncomingHttpHeaders; body: Buffer; text: string }

// The connection's own; the client here makes them anew.
const OWN = new Set(['host', 'connection', 'content-length'])

export function replay(url: string, key: string, recorded: Recorded): Promise<Reply> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(recorded.headers)) {
    if (!OWN.has(name.toLowerCase())) headers[name] = value
  }
  const named = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization')
  const scheme = named === undefined ? 'Bearer' : headers[named]!.split(' ', 1)[0]!
  headers[named ?? 'authorization'] =
    scheme === 'Basic' ? `Basic ${Buffer.from(`any:${key}`).toString('base64')}` : `${scheme} ${key}`
  return send(url + recorded.path, { method: recorded.method, headers }, recorded.body)
}

/** A request written by hand: any headers, and a body of bytes, in one piece or several. */
export function send(
  url: string,
  options: { method: string; headers: Record<string, string> },
  body: Uint8Array | readonly Uint8Array[],
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const whole = Buffer.concat(chunks)
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: whole,
          text: whole.toString('utf8'),
        })
      })
    })
    request.on('error', reject)
    const pieces = body instanceof Uint8Array ? [body] : body
    const waits = Object.keys(options.headers).some((name) => name.toLowerCase() === 'expect')
    const write = () => {
      for (const piece of pieces) if (piece.length > 0) request.write(piece)
      request.end()
    }
    if (waits) request.once('continue', write).flushHeaders()
    else write()
  })
}
