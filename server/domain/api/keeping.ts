/** The answers about what is kept: retention and backups. */
import type { IsoTime } from '../api.ts'

/** What was removed on one day for one reason. `from`..`to`: times of the events; null where none went. */
export type RemovedView = {
  at: IsoTime
  reason: 'age' | 'disk'
  events: number
  incidents: number
  rejected: number
  from: IsoTime | null
  to: IsoTime | null
}
/** `POST /api/v1/backups`. It lies in `backups/` of the data folder. */
export type MadeBackupView = { file: string; bytes: number; events: number; checked: true; tookMs: number }
/** `checked`: it was restored once after it was made; `events` and `tookMs` are null where nobody knows. */
export type BackupView = {
  file: string
  bytes: number
  at: IsoTime
  events: number | null
  checked: boolean
  tookMs: number | null
}
export type BackupScheduleView = { enabled: boolean; time: string; keep: number }
/** `GET /api/v1/backups`, newest first. */
export type BackupsView = {
  backups: BackupView[]
  nextCursor: null
  schedule: BackupScheduleView & { next: IsoTime | null }
  running: boolean
  /** The last one that failed, if none has succeeded since. */
  failure: { at: IsoTime; detail: string } | null
}
/** `GET /api/v1/retention`. Sizes in bytes. */
export type RetentionView = {
  /** A span such as `90d`; null: nothing goes by age. */
  retention: string | null
  /** How long incidents and alerts are kept, with the evidence that they copied. */
  incidents: string | null
  /** What the data folder may take; null: unknown. */
  maxDisk: number | null
  /** What it takes: the stored logs, the log of changes and the backups. */
  bytes: number
  /** True: the limit cannot be kept without removing logs of the last day, which stay. */
  short: boolean
  /** When the oldest stored events were received. */
  oldestEvent: IsoTime | null
  removed: RemovedView[]
  /** What goes next by age; null: there is nothing to go. */
  next: { at: IsoTime; reason: 'age' } | null
}
