/** Calls about incidents. */
import type { AlertList, AlertPatch, AlertView, IncidentView } from '../../../server/domain/api.ts'
import type { Json } from '../../../server/domain/json.ts'
import { request } from './request.ts'

// As many as a page of the list holds; a story with more is told by its first ones.
const MOST_ALERTS = 200

/** Its page also tells what was reached; lists and the live feed do not. */
export type IncidentPage = IncidentView & { blastRadius?: { [name: string]: Json } | null }

export function getIncident(id: string, signal?: AbortSignal): Promise<IncidentPage> {
  return request(`/api/v1/incidents/${encodeURIComponent(id)}`, signal ? { signal } : {})
}

/** Changes all of its alerts. Fails with 412 when someone changed one since `version`. */
export function patchIncident(
  id: string,
  version: number,
  patch: Omit<AlertPatch, 'note'>,
): Promise<IncidentView> {
  return request(`/api/v1/incidents/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body: patch,
    ifMatch: version,
  })
}

/** Its alerts in the order of what happened. */
export async function getIncidentAlerts(id: string, signal?: AbortSignal): Promise<AlertView[]> {
  const query = new URLSearchParams({ incident: id, size: String(MOST_ALERTS) })
  const { alerts } = await request<AlertList>(`/api/v1/alerts?${query.toString()}`, signal ? { signal } : {})
  return alerts.toSorted(
    (a, b) => Date.parse(a.firstSeen) - Date.parse(b.firstSeen) || (a.id < b.id ? -1 : 1),
  )
}
