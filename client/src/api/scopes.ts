/** What a key can be allowed, as `server/domain/access.ts` has it: the page may only take types from there. */
import type { Scope } from '../../../server/domain/access.ts'

export type { Scope }
export const SCOPES: readonly Scope[] = ['ingest', 'read', 'write', 'admin']
