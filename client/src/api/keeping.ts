/** Calls about what is kept: retention and backups. */
import type {
  BackupScheduleView,
  BackupsView,
  MadeBackupView,
  RetentionView,
} from '../../../server/domain/api/keeping.ts'
import { request } from './request.ts'

export type { BackupScheduleView, BackupsView, RetentionView }

export function getRetention(signal?: AbortSignal): Promise<RetentionView> {
  return request('/api/v1/retention', signal ? { signal } : {})
}

export function getBackups(signal?: AbortSignal): Promise<BackupsView> {
  return request('/api/v1/backups', signal ? { signal } : {})
}

export function postBackup(): Promise<MadeBackupView> {
  return request('/api/v1/backups', { method: 'POST' })
}

export function putSchedule(schedule: BackupScheduleView): Promise<BackupsView> {
  return request('/api/v1/backups/schedule', { method: 'PUT', body: schedule })
}
