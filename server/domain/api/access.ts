/** What the API answers about signing in. */
import type { IsoTime } from '../api.ts'

/** A session that holds. */
export type SessionEntry = {
  id: string
  user: string
  createdAt: IsoTime
  lastSeen: IsoTime
  expiresAt: IsoTime
  address: string | null
  agent: string | null
  /** The one that asks. */
  current: boolean
}
