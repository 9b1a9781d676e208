/** Alerts and incidents with just what a test cares about set by it, put into a store. */
import type { Alert, AlertChangeKind, EvidenceRow, Incident } from '../../server/domain/alert.ts'
import type { Store } from '../../server/store/store.ts'
import { START } from './world.ts'

export function anAlert(given: Partial<Alert> & { id: string }): Alert {
  return {
    ruleId: 'inbox-rule',
    ruleVersion: 1,
    ruleName: 'Risky sign-in, then an inbox rule',
    kind: 'sequence',
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
    key: '["alice@contoso.com"]',
    user: 'alice@contoso.com',
    users: ['alice@contoso.com'],
    entity: { type: 'user', value: 'alice@contoso.com' },
    firstSeen: START - 60_000,
    lastSeen: START,
    from: START,
    to: START,
    raisedAt: START,
    revision: 0,
    version: 1,
    count: 2,
    summary: 'alice@contoso.com: risky sign-in, then a forwarding rule 1 min later',
    evidence: [],
    facts: { gapMs: 60_000 },
    incidentId: null,
    mergedInto: null,
    fromHistory: false,
    lateAfterClose: false,
    drill: false,
    ...given,
  }
}

export function anIncident(given: Partial<Incident> & { id: string }): Incident {
  return {
    user: 'alice@contoso.com',
    entity: { type: 'user', value: 'alice@contoso.com' },
    summary: 'alice@contoso.com is in trouble',
    severity: 'high',
    riskScore: 70,
    status: 'open',
    firstSeen: START - 60_000,
    lastSeen: START,
    raisedAt: START,
    revision: 0,
    version: 1,
    mergedInto: null,
    alertIds: [],
    story: [],
    drill: false,
    ...given,
  }
}

/** Writes them as the correlator would; gives the last revision. */
export async function put(
  store: Store,
  items: { alerts?: Alert[]; incidents?: Incident[]; evidence?: EvidenceRow[]; change?: AlertChangeKind },
): Promise<number> {
  const { alerts = [], incidents = [], evidence = [], change = 'raised' } = items
  const expect = async (stored: Promise<{ revision: number } | null>) => (await stored)?.revision ?? null
  const settled = await store.settle({
    pending: [],
    alerts: await Promise.all(
      alerts.map(async (alert) => ({
        expect: await expect(store.alert(alert.id)),
        change,
        alert,
        evidence,
        absorbed: [],
      })),
    ),
    incidents: await Promise.all(
      incidents.map(async (incident) => ({
        expect: await expect(store.incident(incident.id)),
        change,
        incident,
      })),
    ),
  })
  if (!settled.applied) throw new Error('something else wrote to the store')
  return settled.revision
}
