/** The calls the dashboard makes, one function each. */
import type { Scope } from '../../../server/domain/access.ts'
import type { Severity, Status } from '../../../server/domain/alert.ts'
import type {
  AlertDetail,
  AlertList,
  AlertPatch,
  AlertView,
  BulkAnswer,
  EventView,
  MadeKey,
  Overview,
  SessionView,
  SetupState,
} from '../../../server/domain/api.ts'
import { request } from './request.ts'

export type AlertQuery = {
  status: readonly Status[]
  severity: readonly Severity[]
  user: string
  size: number
  /** The id of a rule. */
  rule?: string
  /** With an event at or after this: ISO 8601, or relative such as `now-7d`. */
  from?: string
  /** Only drills, or none; absent: both. */
  drill?: boolean
  /** Those of building-block rules too. */
  buildingBlocks?: boolean
}

export function getSetup(): Promise<SetupState> {
  return request('/api/v1/setup')
}

export function postSetup(token: string, user: string, password: string): Promise<SessionView> {
  return request('/api/v1/setup', { method: 'POST', body: { token, user, password } })
}

export function getSession(): Promise<SessionView> {
  return request('/api/v1/session')
}

export function postSession(user: string, password: string, code?: string): Promise<SessionView> {
  return request('/api/v1/session', { method: 'POST', body: { user, password, ...(code ? { code } : {}) } })
}

export function deleteSession(): Promise<void> {
  return request('/api/v1/session', { method: 'DELETE' })
}

export function getOverview(): Promise<Overview> {
  return request('/api/v1/overview')
}

export function getAlerts(query: AlertQuery, cursor?: string, signal?: AbortSignal): Promise<AlertList> {
  const parameters = new URLSearchParams({ size: String(query.size) })
  if (query.status.length > 0) parameters.set('status', query.status.join(','))
  if (query.severity.length > 0) parameters.set('severity', query.severity.join(','))
  if (query.user) parameters.set('user', query.user)
  if (query.rule) parameters.set('rule', query.rule)
  if (query.from) parameters.set('from', query.from)
  if (query.drill !== undefined) parameters.set('drill', String(query.drill))
  if (query.buildingBlocks) parameters.set('buildingBlock', 'true')
  if (cursor) parameters.set('cursor', cursor)
  return request(`/api/v1/alerts?${parameters.toString()}`, signal ? { signal } : {})
}

export function getAlert(id: string, signal?: AbortSignal): Promise<AlertDetail> {
  return request(`/api/v1/alerts/${encodeURIComponent(id)}`, signal ? { signal } : {})
}

/** Fails with 412 when someone changed the alert since `version`. */
export function patchAlert(id: string, version: number, patch: AlertPatch): Promise<AlertView> {
  return request(`/api/v1/alerts/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body: patch,
    ifMatch: version,
  })
}

export function postBulk(ids: readonly string[], patch: Omit<AlertPatch, 'note'>): Promise<BulkAnswer> {
  return request('/api/v1/alerts/bulk', { method: 'POST', body: { ids, ...patch } })
}

export function getEvent(id: string): Promise<EventView> {
  return request(`/api/v1/events/${encodeURIComponent(id)}`)
}

export function postKey(name: string, scopes: readonly Scope[]): Promise<MadeKey> {
  return request('/api/v1/keys', { method: 'POST', body: { name, scopes } })
}
