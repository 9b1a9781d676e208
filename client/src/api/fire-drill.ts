/** Calls about fire drills. */
import type {
  FireDrillRunView,
  FireDrillSchedule,
  FireDrillView,
} from '../../../server/domain/api/fire-drill.ts'
import { request } from './request.ts'

export type { FireDrillRunView, FireDrillSchedule, FireDrillView }

const PATH = '/api/v1/fire-drill'

export function getFireDrill(signal?: AbortSignal): Promise<FireDrillView> {
  return request(PATH, signal ? { signal } : {})
}

export function putFireDrill(schedule: FireDrillSchedule): Promise<FireDrillView> {
  return request(PATH, { method: 'PUT', body: schedule })
}

export function postFireDrill(): Promise<FireDrillView> {
  return request(`${PATH}/run`, { method: 'POST' })
}
