/** Events, hits, alerts and incidents to store, with only what a test says about them. */
import type { Alert, EvidenceRow, Incident } from '../../server/domain/alert.ts'
import { eventId, type LogEvent } from '../../server/domain/event.ts'
import { groupKey, type Hit } from '../../server/domain/hit.ts'
import type { Fields } from '../../server/domain/json.ts'
import type { Batch, MatchedEvent, MergeVersions, Settlement } from '../../server/store/store.ts'

/** 2026-03-02 09:00:00 UTC. */
export const T0 = Date.UTC(2026, 2, 2, 9)

/** Keeps every field that either version has; of two values the higher text. Commutative, as the real one has to be. */
export const mergeFields: MergeVersions = (stored, incoming) => {
  const merged: Fields = { ...stored }
  let changed = false
  for (const [name, value] of Object.entries(incoming)) {
    const was = merged[name]
    if (was !== undefined && JSON.stringify(was) >= JSON.stringify(value)) continue
    merged[name] = value
    changed = true
  }
  return changed ? merged : null
}

export function sampleEvent(given: Partial<LogEvent> = {}): LogEvent {
  const event = {
    time: T0,
    receivedAt: T0 + 60_000,
    dataset: 'o365.audit',
    index: 'logs-o365.audit-default',
    source: 'vector',
    category: ['web'],
    fields: { event: { action: 'Send', outcome: 'success' }, user: { email: 'ann@example.org' } },
    raw: '{"Operation":"Send"}',
    drill: null,
    ownTime: true,
    identity: 'a',
    ...given,
  }
  return { ...event, id: eventId(event.dataset, event.identity, event.time, event.ownTime) }
}

export function sampleHit(event: LogEvent, given: Partial<Hit> = {}): Hit {
  return {
    rule: 'bulk-send',
    version: 1,
    key: groupKey(['ann@example.org'], null),
    time: event.time,
    event: event.id,
    step: 0,
    account: 'ann@example.org',
    value: null,
    ...given,
  }
}

export function batchOf(events: (LogEvent | MatchedEvent)[], given: Partial<Batch> = {}): Batch {
  return {
    events: events.map((event, i) => ('event' in event ? event : { event, hits: [], line: i + 1 })),
    rejections: [],
    source: 'vector',
    receivedAt: T0 + 60_000,
    ...given,
  }
}

export function matched(event: LogEvent, ...hits: Hit[]): MatchedEvent {
  return { event, hits, line: 1 }
}

export function sampleAlert(id: string, given: Partial<Alert> = {}): Alert {
  return {
    id,
    ruleId: 'bulk-send',
    ruleVersion: 1,
    ruleName: 'More than 50 mails in an hour',
    kind: 'threshold',
    severity: 'high',
    confidence: 'high',
    status: 'open',
    closeReason: null,
    closedAt: null,
    withdrawReason: null,
    assignee: null,
    notes: [],
    tags: [],
    techniques: ['T1586.002'],
    key: groupKey(['ann@example.org'], null),
    user: 'ann@example.org',
    users: ['ann@example.org'],
    entity: { type: 'user', value: 'ann@example.org' },
    firstSeen: T0,
    lastSeen: T0,
    from: T0,
    to: T0,
    raisedAt: T0,
    revision: 0,
    version: 1,
    count: 1,
    summary: 'ann@example.org sent 51 mails in 20 min',
    evidence: [],
    facts: { count: 51 },
    incidentId: null,
    mergedInto: null,
    fromHistory: false,
    lateAfterClose: false,
    drill: false,
    ...given,
  }
}

export function sampleIncident(id: string, given: Partial<Incident> = {}): Incident {
  return {
    id,
    user: 'ann@example.org',
    entity: { type: 'user', value: 'ann@example.org' },
    summary: 'ann@example.org is in trouble',
    severity: 'high',
    riskScore: 70,
    status: 'open',
    firstSeen: T0,
    lastSeen: T0,
    raisedAt: T0,
    revision: 0,
    version: 1,
    mergedInto: null,
    alertIds: [],
    story: [],
    drill: false,
    ...given,
  }
}

export function row(event: string, time: number, given: Partial<EvidenceRow> = {}): EvidenceRow {
  return { event, time, step: 0, account: null, value: null, ...given }
}

export function settlement(given: Partial<Settlement>): Settlement {
  return { pending: [], alerts: [], incidents: [], ...given }
}
