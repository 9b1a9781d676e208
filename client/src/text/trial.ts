/** What a back-test says. */
import type { BacktestView, ComparedAlert } from '../../../server/domain/api.ts'
import { plural, statusLook } from './words.ts'

const DAY = 24 * 60 * 60 * 1000

export type TrialRow = { alert: ComparedAlert; change: 'new' | 'lost' | 'kept' }

/** What changes first, then what stays; the newest first in each. */
export function trialRows(found: BacktestView): TrialRow[] {
  return (['new', 'lost', 'kept'] as const).flatMap((change) =>
    found[change].map((alert) => ({ alert, change })),
  )
}

/** `1 in 10 days`, `3 a day`. Drills are no alerts to expect. */
export function pace(count: number, days: number): string {
  if (count === 0) return `none in ${days} days`
  if (count < days) return `1 in ${plural(Math.round(days / count), 'day')}`
  return `${Math.round((count / days) * 10) / 10} a day`
}

export function perDay(found: BacktestView, days: number, now: number): number[] {
  const counts = Array.from({ length: days }, () => 0)
  for (const { firstSeen } of found.alerts) {
    const age = Math.floor((now - Date.parse(firstSeen)) / DAY)
    if (age >= 0 && age < days) counts[days - 1 - age]!++
  }
  return counts
}

/** How it stands to what people decided; empty when they decided nothing. */
export function verdict(found: BacktestView): string {
  const looks = (alerts: readonly ComparedAlert[], look: 'fp' | 'done') =>
    alerts.filter((one) => one.status === 'closed' && statusLook('closed', one.closeReason) === look).length
  const parts = [
    said(looks(found.lost, 'fp'), 'loses', 'that you closed as false'),
    said(looks(found.lost, 'done'), 'loses', 'that you closed as real'),
    said(looks(found.kept, 'fp'), 'keeps', 'that you closed as false'),
    said(looks(found.kept, 'done'), 'keeps', 'that you closed as real'),
  ].filter((part) => part !== '')
  return parts.length > 0 ? `It ${parts.join(', ')}.` : ''
}

function said(count: number, verb: string, which: string): string {
  return count === 0 ? '' : `${verb} ${plural(count, 'alert')} ${which}`
}
