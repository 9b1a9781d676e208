/**
 * What is to be told of what changed. The durable feed of changes is the source, and what follows from a stretch of it is
 * kept together with how far it was read: nothing is forgotten and nothing told twice, wherever the process stops.
 */
import { type Alert, type Incident, type Severity, severityRank } from '../domain/alert.ts'
import type { Channel, Message, NewDelivery, Told } from '../domain/channel.ts'
import { DAY, type Millis, toIso } from '../domain/time.ts'
import type { DeliveryStore, ToldRow } from '../store/store.ts'
import type { Store } from '../store/store.ts'
import { messageOf, type Views } from './message.ts'
import { dueAt, wants } from './routing.ts'

export type PlanStore = DeliveryStore & Pick<Store, 'changesSince' | 'alert' | 'state'>
export type PlanParts = { store: PlanStore; channels(): Promise<Channel[]>; now: Millis; views: Views }

/** Changes read at once. */
const MOST = 200
/** Of an incident's alerts so many are looked at for what it is about. */
const MOST_ALERTS = 50
/** Evidence that is older is no news, but history. */
const OLD: Millis = 7 * DAY

/** What somebody is told of: an incident with its alerts, or an alert that belongs to none. */
type Subject = {
  id: string
  revision: number
  severity: Severity
  isOver: boolean
  incident: Incident | null
  alerts: Alert[]
}

/** Reads on from where it was; true: there may be more. */
export async function planNext({ store, channels, now, views }: PlanParts): Promise<boolean> {
  const from = await store.deliveryCursor()
  // Whoever sets up a channel wants to hear of what comes, not of all that was.
  if (from === null)
    return store.planDeliveries({
      expect: 0,
      cursor: (await store.state()).revision,
      deliveries: [],
      told: [],
      at: now,
    })
  const changes = await store.changesSince(from, MOST)
  const last = changes.at(-1)
  if (!last) return false
  const subjects = await subjectsOf(store, changes)
  const known = await store.toldOf(subjects.map(({ id }) => id))
  const deliveries: NewDelivery[] = []
  const told: ToldRow[] = []
  for (const channel of await channels()) {
    const old: { subject: Subject; told: Told }[] = []
    for (const subject of subjects) {
      const before =
        known.find((row) => row.channel === channel.id && row.subject === subject.id)?.told ?? null
      const next = nextTold(subject, before)
      if (!next || !isFor(channel, subject, next, before)) continue
      told.push({ channel: channel.id, subject: subject.id, told: next })
      if (next.change === 'raised' && isHistory(subject, now)) old.push({ subject, told: next })
      else deliveries.push(await deliveryOf(channel, subject, next, now, views))
    }
    if (old.length > 0)
      deliveries.push(
        digestOf(
          channel,
          old.map(({ subject }) => subject),
          now,
          views,
        ),
      )
  }
  await store.planDeliveries({ expect: from, cursor: last.revision, deliveries, told, at: now })
  return changes.length === MOST
}

async function subjectsOf(
  store: PlanStore,
  changes: Awaited<ReturnType<PlanStore['changesSince']>>,
): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const change of changes) {
    if (change.type === 'incident') {
      const { incident, revision } = change
      if (incident.drill) continue
      const read = await Promise.all(incident.alertIds.slice(-MOST_ALERTS).map((id) => store.alert(id)))
      const alerts = read.filter((alert): alert is Alert => alert !== null && alert.buildingBlock !== true)
      const isOver =
        incident.mergedInto !== null || incident.status === 'closed' || incident.status === 'withdrawn'
      if (alerts.length > 0)
        subjects.push({ id: incident.id, revision, severity: incident.severity, isOver, incident, alerts })
    } else if (
      change.alert.incidentId === null &&
      !change.alert.drill &&
      change.alert.buildingBlock !== true
    ) {
      const { alert, revision } = change
      const isOver = alert.mergedInto !== null || alert.status === 'closed' || alert.status === 'withdrawn'
      subjects.push({
        id: alert.id,
        revision,
        severity: alert.severity,
        isOver,
        incident: null,
        alerts: [alert],
      })
    }
  }
  return subjects
}

/** Null: it says nothing that was not told. Evidence that grows is no news. */
function nextTold(subject: Subject, before: Told | null): Told | null {
  const { severity, isOver } = subject
  const rules = [...new Set(subject.alerts.map(({ ruleId }) => ruleId))].toSorted()
  const now = { severity, rules, closed: isOver }
  if (before === null || before.closed) return isOver ? null : { change: 'raised', ...now }
  if (isOver) return { change: 'resolved', ...now }
  const graver = severityRank(severity) > severityRank(before.severity)
  const joined = subject.alerts.some(
    (alert) =>
      !before.rules.includes(alert.ruleId) && severityRank(alert.severity) >= severityRank(before.severity),
  )
  return graver || joined
    ? { change: 'escalated', ...now, rules: [...new Set([...rules, ...before.rules])] }
    : null
}

function isFor(channel: Channel, { severity, alerts }: Subject, next: Told, before: Told | null): boolean {
  // Who was told that it began is told that it is over, whatever it is now.
  if (next.change === 'resolved') return before !== null && channel.enabled
  return wants(channel, severity, alerts) && alerts.some(({ raisedAt }) => raisedAt >= channel.createdAt)
}

function isHistory({ alerts }: Subject, now: Millis): boolean {
  return alerts.every(({ fromHistory, lastSeen }) => fromHistory || lastSeen < now - OLD)
}

async function deliveryOf(
  channel: Channel,
  subject: Subject,
  { change, severity }: Told,
  now: Millis,
  views: Views,
): Promise<NewDelivery> {
  const body: Message = await messageOf({ change, ...subject }, views)
  return {
    channel: channel.id,
    subject: subject.id,
    revision: subject.revision,
    due: dueAt(channel.quiet, severity, now),
    body: JSON.stringify(body),
  }
}

/** One message for all that lies back: nobody has to run. */
function digestOf(channel: Channel, subjects: readonly Subject[], now: Millis, views: Views): NewDelivery {
  const gravest = subjects.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0]!
  const lines = subjects.map(({ incident, alerts }) => {
    const { summary, lastSeen } = incident ?? alerts.at(-1)!
    return `${toIso(lastSeen)} ${summary}`
  })
  const count = subjects.length === 1 ? 'One incident was' : `${subjects.length} incidents were`
  const body: Message = {
    change: 'digest',
    severity: gravest.severity,
    sentence: `${count} found in logs that lie back`,
    lines: lines.slice(0, 50),
    steps: [],
    link: views.link(null),
    incident: null,
    alert: null,
  }
  const revision = Math.max(...subjects.map((one) => one.revision))
  const due = dueAt(channel.quiet, gravest.severity, now)
  return { channel: channel.id, subject: `digest-${revision}`, revision, due, body: JSON.stringify(body) }
}
