/**
 * What a reverse proxy says of the client before it: `X-Forwarded-For` and `X-Forwarded-Proto`. Believed only from a
 * proxy on this machine: anybody else could write what they like there.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** The address of who asks, IPv4 as such; null when the connection is gone. */
export function clientAddress({ socket, headers }: IncomingMessage): string | null {
  const direct = socket.remoteAddress === undefined ? null : plainAddress(socket.remoteAddress)
  if (direct === null || !isOnThisMachine(direct)) return direct
  const named = valuesOf(headers['x-forwarded-for']).map(plainAddress)
  // From the right: each proxy adds whom it was asked by, and what stands further left is only claimed.
  for (const address of named.reverse()) {
    // Not an address: whoever is before that is not known.
    if (isIP(address) === 0) return direct
    if (!isOnThisMachine(address)) return address
  }
  return direct
}

/** Whether the client's connection is encrypted. `secure`: by the settings it always is. */
export function isEncrypted({ socket, headers }: IncomingMessage, secure: boolean): boolean {
  if (secure) return true
  if (!isOnThisMachine(plainAddress(socket.remoteAddress ?? ''))) return false
  return valuesOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase() === 'https'
}

function isOnThisMachine(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

/** Without the port and the brackets that some proxies write, and IPv4 as itself. */
function plainAddress(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare
}

function valuesOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
}
