/** Who is it, and may they: asked before anything else of a request is looked at. */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../domain/time.ts'
import type { Store } from '../../store/store.ts'
import { Problem } from '../problem.ts'
import { clientAddress } from '../proxy.ts'
import type { Access } from '../route.ts'
import { keyCandidates, sessionToken } from './credentials.ts'
import type { KeyRing } from './keys.ts'
import type { KeyUses } from './key-use.ts'
import { isOwnOrigin, type OwnOrigin } from './origin.ts'
import { findSession } from './sessions.ts'
import { NOBODY, type Who } from './who.ts'

export type Gate = {
  /** Throws 401 without credentials, 403 with too little scope or from a foreign page. */
  admit(request: IncomingMessage, access: Access): Promise<Who>
  /** Whether whoever was admitted to read still would be. */
  isStillIn(request: IncomingMessage): Promise<boolean>
}

export function createGate(parts: {
  store: Store
  clock: Clock
  keys: KeyRing
  uses: KeyUses
  own: OwnOrigin
}): Gate {
  async function identify(request: IncomingMessage, renew: boolean): Promise<Who> {
    const header = request.headers.authorization
    if (header !== undefined) {
      const from = clientAddress(request)
      const who = await parts.keys.find(keyCandidates(header))
      if (who) {
        parts.uses.used(who.id, from)
        return who
      }
      parts.uses.refused(from)
      throw unauthenticated('The key is not known here: it may be mistyped, revoked or expired.')
    }
    const token = sessionToken(request, parts.own.secure)
    if (token === null) throw unauthenticated('Send an API key, or sign in.')
    const who = await findSession(parts, token, renew)
    if (who) return who
    throw new Problem('sessionEnded', 'The session has expired or was ended: sign in again.')
  }

  return {
    async admit(request, access) {
      if (access === 'public') {
        // Even without a cookie, another site must not sign a person in as somebody else.
        if (!isRead(request) && request.headers.origin !== undefined) needOwnOrigin(request, parts.own)
        return NOBODY
      }
      const who = await identify(request, true)
      if (who.via === 'session' && !isRead(request)) needOwnOrigin(request, parts.own)
      if (who.session?.mustEnrol && access !== 'any') {
        throw new Problem('factorRequired', 'Everybody needs a second factor here: set yours up first.')
      }
      if (access !== 'any' && !access.some((scope) => who.scopes.includes(scope))) {
        throw new Problem(
          'forbidden',
          `This needs the scope ${access.join(' or ')}; these credentials have ${who.scopes.join(', ') || 'none'}.`,
        )
      }
      return who
    },
    async isStillIn(request) {
      try {
        const who = await identify(request, false)
        return !who.session?.mustEnrol
      } catch (error) {
        if (error instanceof Problem) return false
        throw error
      }
    },
  }
}

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

function needOwnOrigin(request: IncomingMessage, own: OwnOrigin): void {
  if (isOwnOrigin(request, own)) return
  throw new Problem(
    'foreignOrigin',
    "With a session cookie, changes are taken only from this server's own pages.",
  )
}

// No Basic challenge: browsers would answer it with a password box of their own.
function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, {
    headers: { 'www-authenticate': 'Bearer realm="Vedette", ApiKey' },
  })
}
