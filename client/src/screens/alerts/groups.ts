/** The lines of the table: alerts one by one, or those of an incident together under a line of their own. */
import type { AlertView } from '../../../../server/domain/api.ts'

export type Line =
  | { kind: 'alert'; alert: AlertView }
  /** `about`: whom the first alert is about. */
  | { kind: 'incident'; id: string; about: string; count: number }

/** An incident stands where its first alert stands; a single alert needs no line above it. */
export function linesOf(alerts: readonly AlertView[], grouped: boolean): Line[] {
  if (!grouped) return alerts.map((alert) => ({ kind: 'alert', alert }))
  const together = Map.groupBy(alerts, (alert) => alert.incidentId ?? `alone ${alert.id}`)
  return [...together.values()].flatMap((members): Line[] => {
    const [first] = members
    const lines = members.map((alert): Line => ({ kind: 'alert', alert }))
    if (members.length < 2 || !first?.incidentId) return lines
    const about = first.user ?? first.entity.value
    return [{ kind: 'incident', id: first.incidentId, about, count: members.length }, ...lines]
  })
}
