/** Whether detection keeps up, in words. The connection may be fresh and detection not, or the other way round. */
import type { CorrelatorView } from '../../../server/domain/api.ts'
import { longSpan, shortSpan } from './age.ts'

// The heartbeat is every ten seconds; several that were missed, or a wait of as long, mean that it does not keep up.
const LATE = 60_000

export type Detection = { state: 'fresh' | 'behind' | 'stopped' | 'never'; words: string }

/** `now`: the server's time. */
export function detectionNow(correlator: CorrelatorView, now: number): Detection {
  const { lastRunAt, lagMs } = correlator
  if (lastRunAt === null) return { state: 'never', words: 'Detection has not run yet' }
  const since = now - Date.parse(lastRunAt)
  if (since > LATE) return { state: 'stopped', words: `Detection last ran ${shortSpan(since)} ago` }
  if (lagMs > LATE) return { state: 'behind', words: `Detection is ${longSpan(lagMs)} behind` }
  return { state: 'fresh', words: `Detection ran ${shortSpan(since)} ago` }
}
