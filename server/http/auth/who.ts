import type { Role, Scope } from '../../domain/access.ts'
import type { Millis } from '../../domain/time.ts'

/** Whoever makes a request, as far as the server knows. */
export type Who = {
  via: 'key' | 'session' | 'nobody'
  /** The key's id, or `user:<name>`. */
  id: string
  /** Of the user or the key: stands in the audit trail. */
  name: string
  scopes: readonly Scope[]
  /** Of a signed-in person. */
  session: PersonSession | null
}

export type PersonSession = {
  id: string
  user: string
  role: Role
  expiresAt: Millis
  /** Nothing may be done with it but to set up a second factor. */
  mustEnrol: boolean
}

export const NOBODY: Who = { via: 'nobody', id: '', name: '', scopes: [], session: null }
