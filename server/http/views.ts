/** What the API shows of what the store holds: times as ISO 8601, internal fields left out. */
import type { AlertDetail, AlertView, EventView, IncidentView, IsoTime, LiveMessage } from '../domain/api.ts'
import type { Alert, Incident } from '../domain/alert.ts'
import type { LogEvent } from '../domain/event.ts'
import { type Millis, toIso } from '../domain/time.ts'
import type { DeadLetter, LiveChange, StoredAudit } from '../store/store.ts'

// Named one by one: a field that the store gains must not show by itself.
export function alertView(alert: Alert): AlertView {
  return {
    id: alert.id,
    ruleId: alert.ruleId,
    ruleName: alert.ruleName,
    kind: alert.kind,
    severity: alert.severity,
    confidence: alert.confidence,
    status: alert.status,
    closeReason: alert.closeReason,
    closedAt: isoOrNull(alert.closedAt),
    withdrawReason: alert.withdrawReason,
    assignee: alert.assignee,
    notes: alert.notes.map(({ at, by, text }) => ({ at: toIso(at), by, text })),
    tags: alert.tags,
    techniques: alert.techniques,
    user: alert.user,
    users: alert.users,
    entity: alert.entity,
    firstSeen: toIso(alert.firstSeen),
    lastSeen: toIso(alert.lastSeen),
    raisedAt: toIso(alert.raisedAt),
    revision: alert.revision,
    version: alert.version,
    count: alert.count,
    summary: alert.summary,
    eventIds: [...new Set(alert.evidence.map(({ eventId }) => eventId))],
    evidence: alert.evidence.map((one) => ({
      eventId: one.eventId,
      step: one.step,
      time: toIso(one.time),
      receivedAt: toIso(one.receivedAt),
      dataset: one.dataset,
      matched: one.matched,
    })),
    facts: alert.facts,
    incidentId: alert.incidentId,
    mergedInto: alert.mergedInto,
    fromHistory: alert.fromHistory,
    lateAfterClose: alert.lateAfterClose,
    drill: alert.drill,
    buildingBlock: alert.buildingBlock ?? false,
  }
}

type Extras = Pick<AlertDetail, 'why'> & { respond: Omit<AlertDetail['respond'][number], 'done'>[] }

export function alertDetailView(alert: Alert, { why, respond }: Extras): AlertDetail {
  return {
    ...alertView(alert),
    why,
    respond: respond.map((step) => {
      const done = alert.steps?.[step.id]
      return { ...step, done: done ? { at: toIso(done.at), by: done.by } : null }
    }),
    activity: (alert.activity ?? []).map(({ at, by, did, value, detail }) => ({
      at: toIso(at),
      by,
      did,
      value,
      detail,
    })),
  }
}

export function incidentView(incident: Incident): IncidentView {
  return {
    id: incident.id,
    user: incident.user,
    entity: incident.entity,
    summary: incident.summary,
    severity: incident.severity,
    riskScore: incident.riskScore,
    status: incident.status,
    firstSeen: toIso(incident.firstSeen),
    lastSeen: toIso(incident.lastSeen),
    raisedAt: toIso(incident.raisedAt),
    revision: incident.revision,
    version: incident.version,
    mergedInto: incident.mergedInto,
    alertIds: incident.alertIds,
    related: incident.related ?? [],
    story: incident.story.map(({ time, text, alertId }) => ({ time: toIso(time), text, alertId })),
    drill: incident.drill,
  }
}

export function eventView(event: LogEvent): EventView {
  return {
    id: event.id,
    time: toIso(event.time),
    receivedAt: toIso(event.receivedAt),
    dataset: event.dataset,
    index: event.index,
    source: event.source,
    fields: event.fields,
    raw: event.raw,
  }
}

export function changeView(change: LiveChange): LiveMessage {
  const { revision, change: kind } = change
  return change.type === 'alert'
    ? { type: 'alert', revision, change: kind, alert: alertView(change.alert) }
    : { type: 'incident', revision, change: kind, incident: incidentView(change.incident) }
}

export function rejectedView(letter: DeadLetter) {
  const { id, dataset, source, code, detail, raw } = letter
  return {
    id,
    receivedAt: toIso(letter.receivedAt),
    dataset,
    source,
    code,
    detail,
    raw,
    replayedAt: isoOrNull(letter.replayedAt),
  }
}

export function auditView({ id, at, actor, verb, subject, detail, before, after, hash }: StoredAudit) {
  return { id, at: toIso(at), actor, verb, subject, detail, before, after, hash }
}

export function isoOrNull(time: Millis | null): IsoTime | null {
  return time === null ? null : toIso(time)
}
