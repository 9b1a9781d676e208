import type { Fields } from '../../../domain/json.ts'

/** What one line of an authentication log says. */
export type AuthEvent = {
  category: ('authentication' | 'session' | 'process' | 'iam' | 'network')[]
  type: string[]
  action: string
  outcome?: 'success' | 'failure'
  /** Why it failed, in the program's own words. */
  reason?: string
  /** Who it is about; of sudo and su, who called it. */
  user?: string
  userId?: string
  /** Who the caller became. */
  effective?: string
  /** Whose account was changed. */
  target?: string
  group?: string
  groupId?: string
  /** An address or a host name. */
  address?: string
  port?: number
  /** Further parts under the names of Elastic's `system.auth`. */
  auth?: Fields
}
