/** Whether a request comes from one of this server's own pages. */
import type { IncomingMessage } from 'node:http'
import { isEncrypted } from '../proxy.ts'

export type OwnOrigin = { publicUrl: string | null; secure: boolean }

/**
 * By `Origin`, which browsers send with every request that changes something and with every WebSocket, else by
 * `Sec-Fetch-Site`. With neither, it is not known to be ours.
 */
export function isOwnOrigin(request: IncomingMessage, own: OwnOrigin): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return request.headers['sec-fetch-site'] === 'same-origin'
  if (own.publicUrl !== null && origin === own.publicUrl) return true
  if (host === undefined || !URL.canParse(origin)) return false
  const { protocol, host: originHost } = new URL(origin)
  // Without TLS of our own a proxy that says nothing of it may still add it: the page is https, this request is not.
  const isAllowed = isEncrypted(request, own.secure)
    ? protocol === 'https:'
    : protocol === 'https:' || protocol === 'http:'
  return isAllowed && originHost === withoutDefaultPort(host.toLowerCase(), protocol)
}

function withoutDefaultPort(host: string, protocol: string): string {
  const port = protocol === 'https:' ? ':443' : ':80'
  return host.endsWith(port) ? host.slice(0, -port.length) : host
}
