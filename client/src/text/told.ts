/** When an alert was raised, with the delays of the log and of this product kept apart. */
import type { AlertView } from '../../../server/domain/api.ts'
import { longSpan } from './age.ts'

type Source = Pick<AlertView, 'raisedAt' | 'lastSeen' | 'evidence' | 'fromHistory'>

/** The words after `Detected 14:17:08`; starts with a comma, or is empty. */
export function delaySentence(alert: Source): string {
  if (alert.fromHistory) return ', in logs stored before'
  const raised = Date.parse(alert.raisedAt)
  // Evidence that came later extended the alert; it does not say how fast the alert was.
  const before = alert.evidence.filter((one) => Date.parse(one.receivedAt) <= raised)
  if (before.length === 0) return ''
  const received = Math.max(...before.map((one) => Date.parse(one.receivedAt)))
  const happened = Math.max(...before.map((one) => Date.parse(one.time)))
  return `, ${longSpan(raised - received)} after the event was delivered, ${longSpan(raised - happened)} after it happened`
}
