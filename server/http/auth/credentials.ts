/** What a request shows of its sender: a key in one of the forms that shippers can send, or a session cookie. */
import type { IncomingMessage } from 'node:http'
import { isEncrypted } from '../proxy.ts'

/**
 * Over TLS with the prefix that browsers give to no page of another host and to none without TLS (RFC 6265bis, 4.1.3):
 * nobody can plant a session of their own beside it.
 */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-vedette_session' : 'vedette_session'
}

/**
 * The texts in an `Authorization` header that may be a key, likeliest first. Each shipper can do only one of:
 * `Bearer KEY`, `Splunk KEY`, `ApiKey KEY`, Elasticsearch's `ApiKey base64(id:secret)`, and Basic with the key as
 * password or, from the user part of a URL, as user.
 */
export function keyCandidates(header: string): string[] {
  const parts = /^(\S+)\s+(\S+)$/.exec(header.trim())
  if (!parts) return []
  const [, scheme, value] = parts as unknown as [string, string, string]
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'splunk':
      return [value]
    case 'apikey': {
      const [id, secret] = splitPair(value)
      return secret ? [value, secret, `vdt_${id}_${secret}`] : [value]
    }
    case 'basic': {
      const [user, password] = splitPair(value)
      return [password, user].filter((text) => text !== '')
    }
    default:
      return []
  }
}

/** `secure`: by the settings every connection is encrypted. */
export function sessionToken(request: IncomingMessage, secure: boolean): string | null {
  return cookieOf(request, sessionCookieName(isEncrypted(request, secure)))
}

export function cookieOf(request: IncomingMessage, wanted: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === wanted && value) return value
  }
  return null
}

/** The part before the first colon, and the rest: a secret may hold colons, an id may not. */
function splitPair(base64: string): [string, string] {
  const text = Buffer.from(base64, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon === -1 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)]
}
