/** What somebody is told of, and whether it says something that was not told yet. */
import { type Alert, type Incident, type Severity, severityRank } from '../domain/alert.ts'
import type { Told } from '../domain/channel.ts'
import { DAY, type Millis } from '../domain/time.ts'
import type { LiveChange, Store } from '../store/store.ts'

/** An incident with its alerts, or an alert that belongs to none. */
export type Subject = {
  id: string
  revision: number
  severity: Severity
  isOver: boolean
  drill: boolean
  incident: Incident | null
  alerts: Alert[]
}

/** Of an incident's alerts so many are looked at for what it is about. */
const MOST_ALERTS = 50
/** What grows for ever is told again. */
const AGAIN: Millis = DAY

export async function subjectsOf(
  store: Pick<Store, 'alert'>,
  changes: readonly LiveChange[],
): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const change of changes) {
    const subject =
      change.type === 'incident'
        ? await ofIncident(store, change.incident, change.revision)
        : ofAlert(change.alert, change.revision)
    if (subject) subjects.push(subject)
  }
  return subjects
}

async function ofIncident(
  store: Pick<Store, 'alert'>,
  incident: Incident,
  revision: number,
): Promise<Subject | null> {
  const read = await Promise.all(incident.alertIds.slice(-MOST_ALERTS).map((id) => store.alert(id)))
  const alerts = read.filter((alert): alert is Alert => alert !== null && alert.buildingBlock !== true)
  if (alerts.length === 0) return null
  const { id, severity, drill } = incident
  return { id, revision, severity, isOver: isOver(incident), drill, incident, alerts }
}

function ofAlert(alert: Alert, revision: number): Subject | null {
  if (alert.incidentId !== null || alert.buildingBlock === true) return null
  const { id, severity, drill } = alert
  return { id, revision, severity, isOver: isOver(alert), drill, incident: null, alerts: [alert] }
}

function isOver({ mergedInto, status }: Pick<Alert | Incident, 'mergedInto' | 'status'>): boolean {
  return mergedInto !== null || status === 'closed' || status === 'withdrawn'
}

/** Null: it says nothing that was not told. Evidence that grows is no news, until a day has passed. */
export function nextTold(subject: Subject, before: Told | null, at: Millis): Told | null {
  const { severity, isOver: closed, alerts } = subject
  const rules = [...new Set(alerts.map(({ ruleId }) => ruleId))].toSorted()
  const count = alerts.reduce((sum, alert) => sum + alert.count, 0)
  const now = { severity, rules, closed, at, count }
  if (before === null || before.closed) return closed ? null : { change: 'raised', ...now }
  if (closed) return { change: 'resolved', ...now }
  const graver = severityRank(severity) > severityRank(before.severity)
  const joined = alerts.some(
    (alert) =>
      !before.rules.includes(alert.ruleId) && severityRank(alert.severity) >= severityRank(before.severity),
  )
  const known = { ...now, rules: [...new Set([...rules, ...before.rules])] }
  if (graver || joined) return { change: 'escalated', ...known }
  return at - before.at >= AGAIN && count > before.count ? { change: 'ongoing', ...known } : null
}
