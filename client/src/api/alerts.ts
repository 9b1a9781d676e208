/** Calls about one alert, and about who can take it. */
import type { AlertDetail } from '../../../server/domain/api.ts'
import { request } from './request.ts'

/** Names of the people who may change alerts. */
export async function getAssignees(): Promise<string[]> {
  return (await request<{ assignees: string[] }>('/api/v1/assignees')).assignees
}

/** Ticks a step of what to do, or takes the tick back. */
export function putStep(id: string, step: string, done: boolean): Promise<AlertDetail> {
  return request(`/api/v1/alerts/${encodeURIComponent(id)}/steps/${encodeURIComponent(step)}`, {
    method: 'PUT',
    body: { done },
  })
}
