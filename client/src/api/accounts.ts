/** Calls about accounts. */
import type { AccountView, IncidentList, IncidentView } from '../../../server/domain/api.ts'
import { request } from './request.ts'

export function getAccount(address: string, signal?: AbortSignal): Promise<AccountView> {
  return request(`/api/v1/accounts/${encodeURIComponent(address)}`, signal ? { signal } : {})
}

/** Those that are open, drills left out. */
export async function getOpenIncidents(signal?: AbortSignal): Promise<IncidentView[]> {
  const path = '/api/v1/incidents?status=open,acknowledged&size=500'
  const { incidents } = await request<IncidentList>(path, signal ? { signal } : {})
  return incidents.filter((one) => !one.drill)
}
