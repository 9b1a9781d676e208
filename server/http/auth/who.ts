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
  session: { id: string; user: string; role: Role; expiresAt: Millis } | null
}

export const NOBODY: Who = { via: 'nobody', id: '', name: '', scopes: [], session: null }
