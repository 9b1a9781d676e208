/** Alerts of the product about itself: one while something is so, withdrawn with the reason when it no longer is. */
import { isDeepStrictEqual } from 'node:util'
import type { Alert, Entity, Severity } from '../domain/alert.ts'
import type { Json } from '../domain/json.ts'
import { OWN_RULES, type OwnRuleId } from '../domain/own-rules.ts'
import type { Clock, Millis } from '../domain/time.ts'
import { alertId } from '../detect/alert-id.ts'
import type { AlertWrite, Store } from '../store/store.ts'
import { incidentWrites } from './incident-writes.ts'

export type OwnFinding = {
  /** What it is about, the same for as long as it lasts. */
  entity: Entity
  /** Since when it is so: of the same entity, another time is another alert. */
  since: Millis
  summary: string
  severity?: Severity
  facts?: { [name: string]: Json }
}
export type OwnDeps = { store: Store; now: Clock; onSettled?(revision: number): void }

/** People and the correlator may write in between. */
const MOST_TRIES = 20

/**
 * Makes the alerts of one of the product's rules say what is found now. `over` gives the reason for ending one that is no
 * longer found. One that a person closed is not raised again for the same finding.
 */
export async function tellOwn(
  deps: OwnDeps,
  ruleId: OwnRuleId,
  findings: readonly OwnFinding[],
  over: (alert: Alert) => string,
): Promise<void> {
  const standing = await standingOf(deps.store, ruleId)
  const found = new Map(findings.map((finding) => [idOf(ruleId, finding), finding]))
  for (const [id, finding] of found) {
    await change(deps, id, (known, now) => told(ruleId, id, finding, known, now))
  }
  for (const alert of standing) {
    if (found.has(alert.id)) continue
    const withdrawReason = over(alert)
    await change(deps, alert.id, (known) =>
      known && isStanding(known) ? { ...known, status: 'withdrawn', withdrawReason } : null,
    )
  }
}

/** Open ones, and those that somebody works on. */
export async function standingOf(store: Pick<Store, 'alerts'>, ruleId: OwnRuleId): Promise<Alert[]> {
  const { items } = await store.alerts({ rule: ruleId, status: ['open', 'acknowledged'], size: 1000 })
  return items
}

function idOf(ruleId: OwnRuleId, { entity, since }: OwnFinding): string {
  return alertId(ruleId, JSON.stringify([entity.type, entity.value]), String(since))
}

function isStanding({ status, mergedInto }: Alert): boolean {
  return mergedInto === null && (status === 'open' || status === 'acknowledged')
}

async function change(
  { store, now, onSettled }: OwnDeps,
  id: string,
  next: (known: Alert | null, now: Millis) => Alert | null,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const at = now()
    const known = await store.alert(id)
    const alert = next(known, at)
    if (!alert || isDeepStrictEqual(alert, known)) return
    const placed = await incidentWrites(store, [alert], at)
    const settled = await store.settle({
      pending: [],
      alerts: placed.alerts.map((one): AlertWrite => ({
        expect: one.id === id ? (known?.revision ?? null) : one.revision,
        change: one.id !== id ? 'updated' : known === null ? 'raised' : kindOf(alert),
        alert: one,
        evidence: [],
        absorbed: [],
      })),
      incidents: placed.incidents,
    })
    if (settled.applied) return onSettled?.(settled.revision)
  }
}

function kindOf({ status }: Alert): AlertWrite['change'] {
  return status === 'withdrawn' ? 'withdrawn' : 'extended'
}

/** Null: it stays as it is. */
function told(
  ruleId: OwnRuleId,
  id: string,
  finding: OwnFinding,
  known: Alert | null,
  now: Millis,
): Alert | null {
  const { name, severity } = OWN_RULES[ruleId]
  const { summary, facts = {} } = finding
  const news = { summary, facts, severity: finding.severity ?? severity }
  if (known) return isStanding(known) ? { ...known, ...news } : null
  return {
    id,
    ruleId,
    ruleVersion: 1,
    ruleName: name,
    kind: 'query',
    confidence: 'high',
    status: 'open',
    closeReason: null,
    closedAt: null,
    withdrawReason: null,
    assignee: null,
    notes: [],
    tags: ['vedette'],
    techniques: [],
    key: JSON.stringify([finding.entity.type, finding.entity.value]),
    user: null,
    users: [],
    entity: finding.entity,
    firstSeen: finding.since,
    lastSeen: now,
    from: finding.since,
    to: finding.since,
    raisedAt: now,
    revision: 0,
    version: 0,
    count: 0,
    evidence: [],
    incidentId: null,
    mergedInto: null,
    fromHistory: false,
    lateAfterClose: false,
    drill: false,
    ...news,
  }
}
