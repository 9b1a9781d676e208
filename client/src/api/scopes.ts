/** What a key can be allowed, as `server/domain/access.ts` has it: the page may only take types from there. */
import type { Role, Scope } from '../../../server/domain/access.ts'

export type { Role, Scope }
export const SCOPES: readonly Scope[] = ['ingest', 'read', 'write', 'admin']
/** The one that may do most first. */
export const ROLES_DOWN: readonly Role[] = ['admin', 'analyst', 'viewer']
