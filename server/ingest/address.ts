/** Network addresses as Microsoft writes them, taken apart. */
import { isIP, isIPv4 } from 'node:net'
import type { Fields } from '../domain/json.ts'
import { put } from './clean.ts'

export type ClientAddress = { address?: string; port?: number; domain?: string }

/**
 * The forms of `ClientIP`, first match wins: `[IP]:port`, `IP`, `[IP]`, `v4:port`, a word without a blank (a name,
 * whole), `NAME (address)` with or without brackets, and anything else as an address that is none.
 */
export function parseClient(text: string): ClientAddress {
  const plain = text.replace(MAPPED, '$1')
  if (isIP(plain)) return { address: plain }
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(plain)
  if (bracketed && isIP(bracketed[1]!)) return withPort(bracketed[1]!, bracketed[2])
  const v4 = /^([\d.]+):(\d{1,5})$/.exec(plain)
  if (v4 && isIPv4(v4[1]!)) return withPort(v4[1]!, v4[2])
  if (!/\s/.test(plain)) return { domain: plain }
  return parseHost(plain) ?? { address: plain }
}

// An IPv4 address in IPv6 clothes.
const MAPPED = /::ffff:(\d{1,3}(?:\.\d{1,3}){3})/gi

/** `HOST (address)`, as `OriginatingServer` has it, with or without brackets around; null when it is not that. */
export function parseHost(text: string): { domain: string; address: string } | null {
  const parts = /^\[?(\S+) \(([^()]+)\)\]?$/.exec(text.trim())
  return parts && { domain: parts[1]!, address: parts[2]! }
}

/** Puts `client.*`, `source.*` and `network.type` of an audit record's address. Returns the address if it is a valid IP. */
export function putClient(fields: Fields, text: string): string | undefined {
  const { address, port, domain } = parseClient(text)
  const family = address === undefined ? 0 : isIP(address)
  const client: Fields = {}
  put(client, 'address', address)
  put(client, 'domain', domain)
  if (family) client['ip'] = address!
  put(client, 'port', port)
  put(fields, 'client', client)
  if (!family) return undefined
  fields['source'] = port === undefined ? { ip: address! } : { ip: address!, port }
  fields['network'] = { type: family === 6 ? 'ipv6' : 'ipv4' }
  return address
}

function withPort(address: string, port: string | undefined): ClientAddress {
  return port === undefined ? { address } : { address, port: Number(port) }
}
