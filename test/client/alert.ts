import type { AlertView, EvidenceView } from '../../server/domain/api.ts'

const START = Date.parse('2026-03-10T13:00:00.000Z')

/** An instant so many seconds after 13:00 UTC. */
export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString()
}

/** An alert as the API shows it, with what a test does not care about filled in. */
export function alertOf(parts: Partial<AlertView> = {}): AlertView {
  return {
    id: 'a1',
    ruleId: 'rule',
    ruleName: 'A rule',
    kind: 'query',
    severity: 'high',
    confidence: 'high',
    status: 'open',
    closeReason: null,
    closedAt: null,
    withdrawReason: null,
    assignee: null,
    notes: [],
    tags: [],
    techniques: [],
    user: 'alice@example.com',
    users: ['alice@example.com'],
    entity: { type: 'user', value: 'alice@example.com' },
    firstSeen: at(0),
    lastSeen: at(0),
    raisedAt: at(10),
    revision: 1,
    version: 1,
    count: 1,
    summary: 'alice@example.com: something happened',
    eventIds: [],
    evidence: [],
    facts: {},
    incidentId: null,
    mergedInto: null,
    fromHistory: false,
    lateAfterClose: false,
    drill: false,
    buildingBlock: false,
    ...parts,
  }
}

export function evidenceOf(parts: Partial<EvidenceView> = {}): EvidenceView {
  return {
    eventId: 'e1',
    step: 0,
    time: at(0),
    receivedAt: at(60),
    dataset: 'o365.audit',
    matched: [],
    ...parts,
  }
}
