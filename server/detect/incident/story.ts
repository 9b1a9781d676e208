/** The story of an incident: one sentence an alert, by the time of what happened. */
import type { Alert, StoryLine } from '../../domain/alert.ts'
import { formatSpan, HOUR, type Millis, SECOND } from '../../domain/time.ts'
import { showValue } from '../summary.ts'
import { othersEntered } from './phrase.ts'

/** Logs that came so much later than those of the other alerts are told as late. */
const LATE: Millis = HOUR
const NAMED = 5

/** By event time; of those that began at once the one that ended first, then by rule. */
export function inOrder(alerts: readonly Alert[]): Alert[] {
  const once = new Map(alerts.map((alert) => [alert.id, alert]))
  return [...once.values()].sort(
    (a, b) =>
      a.firstSeen - b.firstSeen ||
      a.lastSeen - b.lastSeen ||
      compare(a.ruleId, b.ruleId) ||
      compare(a.id, b.id),
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * From alerts in order. A sentence after the first begins with the time since the one before (`12 min later: ...`) and
 * ends with what its alert does not say itself: how far, into whom else, that its logs came late.
 */
export function storyOf(alerts: readonly Alert[]): StoryLine[] {
  const soonest = Math.min(...alerts.map(delayOf))
  return alerts.map((alert, i) => {
    const before = alerts[i - 1]
    const gap = before ? alert.firstSeen - before.firstSeen : 0
    const parts = [
      gap >= SECOND ? `${formatSpan(gap)} later: ` : '',
      alert.status === 'withdrawn' ? `Withdrawn (${alert.withdrawReason ?? 'no longer so'}): ` : '',
      alert.summary,
      distance(alert),
      entered(alert),
      lateness(alert, soonest),
    ]
    return { time: alert.firstSeen, text: parts.join(''), alertId: alert.id }
  })
}

function distance({ facts, summary }: Alert): string {
  const km = facts['km']
  if (typeof km !== 'number') return ''
  const shown = Math.round(km).toLocaleString('en-US')
  return summary.includes(`${shown} km`) ? '' : `, ${shown} km away`
}

/** Who else was got into, where the sentence does not name them. */
function entered(alert: Alert): string {
  const others = othersEntered(alert).filter((one) => !alert.summary.includes(showValue(one)))
  if (others.length === 0) return ''
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : ''
  return `; also got into ${others.slice(0, NAMED).map(showValue).join(', ')}${more}`
}

function lateness(alert: Alert, soonest: Millis): string {
  if (alert.lateAfterClose) return ' (more of it came after it was closed)'
  const late = delayOf(alert) - soonest
  return late >= LATE ? ` (its logs came ${formatSpan(late)} late)` : ''
}

function delayOf({ evidence }: Alert): Millis {
  return Math.max(0, ...evidence.map(({ time, receivedAt }) => receivedAt - time))
}
