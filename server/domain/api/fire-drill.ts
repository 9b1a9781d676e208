/** Fire drills as the API shows them: times as ISO 8601 in UTC. */
import type { FireDrillChannel, FireDrillRule, FireDrillRun, FireDrillSchedule } from '../fire-drill.ts'

export type FireDrillRunView = Omit<FireDrillRun, 'startedAt' | 'finishedAt'> & {
  startedAt: string
  finishedAt: string
}
export type FireDrillView = {
  schedule: FireDrillSchedule
  /** When the next one begins; null: they are switched off. */
  next: string | null
  /** When the one under way began. */
  running: string | null
  /** The last 30, newest first. */
  runs: FireDrillRunView[]
}
export type { FireDrillChannel, FireDrillRule, FireDrillSchedule }
