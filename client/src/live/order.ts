/** In which order alerts are listed. */
import type { AlertView } from '../../../server/domain/api.ts'
import { SEVERITY_ORDER } from '../text/words.ts'

/** Real before drill, most severe first, then newest. */
export function bySeverity(a: AlertView, b: AlertView): number {
  return (
    Number(a.drill) - Number(b.drill) ||
    SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) ||
    byNewest(a, b)
  )
}

// All times are written alike, so their texts compare as they do; parsing ten thousand takes too long.
export function byNewest(a: AlertView, b: AlertView): number {
  if (a.raisedAt !== b.raisedAt) return a.raisedAt < b.raisedAt ? 1 : -1
  return a.id < b.id ? -1 : 1
}
