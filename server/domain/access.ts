/** Who may do what: the scopes of API keys, the roles of people. */
export const SCOPES = ['ingest', 'read', 'write', 'admin'] as const
export type Scope = (typeof SCOPES)[number]
export const ROLES = ['viewer', 'analyst', 'admin'] as const
export type Role = (typeof ROLES)[number]

export const ROLE_SCOPES: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  analyst: ['read', 'write'],
  admin: ['ingest', 'read', 'write', 'admin'],
}
