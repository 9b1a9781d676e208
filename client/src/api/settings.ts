/** Calls about the installation: the organisation, keys, people, the audit trail. */
import type { Role, Scope } from '../../../server/domain/access.ts'
import type { MadeKey } from '../../../server/domain/api.ts'
import type { Json } from '../../../server/domain/json.ts'
import type { Organisation } from '../../../server/domain/organisation.ts'
import { request } from './request.ts'

export type KeyView = {
  id: string
  name: string
  scopes: Scope[]
  createdAt: string
  createdBy: string
  expires: string | null
  lastUsed: string | null
  lastUsedFrom: string | null
}
export type UserView = {
  id: string
  name: string
  role: Role
  disabled: boolean
  createdAt: string
  version: number
}
export type UserChange = { role?: Role; disabled?: boolean; password?: string }
export type AuditView = {
  id: number
  at: string
  actor: string
  verb: string
  subject: string
  detail: Json
  /** What differs; null where there was or is nothing. */
  before: Json
  after: Json
}
export type AboutView = {
  version: string
  runtime: string
  events: number
  bytes: number
  freeBytes: number | null
  retentionDays: number | null
  tls: boolean
  publicUrl: string | null
}
export type Effects = {
  effects: { ruleId: string; setting: string; events: number }[]
  learned: { network: string; kind: 'gateway' | 'carrier'; accounts: number; days: number }[]
}

export type Versioned<T> = { value: T; version: number }

export async function getOrganisation(signal?: AbortSignal): Promise<Versioned<Organisation>> {
  let version = 0
  const value = await request<Organisation>('/api/v1/organisation', {
    onVersion: (read) => (version = read),
    ...(signal ? { signal } : {}),
  })
  return { value, version }
}

export async function putOrganisation(
  organisation: Organisation,
  ifMatch: number,
): Promise<Versioned<Organisation>> {
  let version = ifMatch
  const value = await request<Organisation>('/api/v1/organisation', {
    method: 'PUT',
    body: organisation,
    ...(ifMatch > 0 ? { ifMatch } : {}),
    onVersion: (read) => (version = read),
  })
  return { value, version }
}

export function getEffects(signal?: AbortSignal): Promise<Effects> {
  return request('/api/v1/organisation/effects', signal ? { signal } : {})
}

export async function getKeys(signal?: AbortSignal): Promise<KeyView[]> {
  return (await request<{ keys: KeyView[] }>('/api/v1/keys', signal ? { signal } : {})).keys
}

export function postNewKey(key: { name: string; scopes: Scope[]; expires: string | null }): Promise<MadeKey> {
  return request('/api/v1/keys', { method: 'POST', body: key })
}

export function deleteKey(id: string): Promise<void> {
  return request(`/api/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export async function getUsers(signal?: AbortSignal): Promise<UserView[]> {
  return (await request<{ users: UserView[] }>('/api/v1/users', signal ? { signal } : {})).users
}

export function postUser(user: { name: string; password: string; role: Role }): Promise<UserView> {
  return request('/api/v1/users', { method: 'POST', body: user })
}

export function patchUser(user: UserView, change: UserChange): Promise<UserView> {
  const path = `/api/v1/users/${encodeURIComponent(user.id)}`
  return request(path, { method: 'PATCH', body: change, ifMatch: user.version })
}

export function deleteUser(id: string): Promise<void> {
  return request(`/api/v1/users/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export function getAudit(
  cursor: string | null,
  signal?: AbortSignal,
): Promise<{ audit: AuditView[]; nextCursor: string | null }> {
  const path = `/api/v1/audit?size=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
  return request(path, signal ? { signal } : {})
}

export function getAbout(signal?: AbortSignal): Promise<AboutView> {
  return request('/api/v1/about', signal ? { signal } : {})
}
