/** Alerts that an edited rule no longer gives: withdrawn with the reason, or marked where a person touched them. */
import type { Alert } from '../domain/alert.ts'
import type { Clock } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { AlertWrite, Store } from '../store/store.ts'
import { contradict } from './contradict.ts'
import { incidentWrites } from './incident-writes.ts'

type WithdrawDeps = { store: Store; now: Clock; onSettled?(revision: number): void }

export const RULE_EDITED = 'rule edited'
const MOST_TRIES = 50

/** To be called when the new version has settled: what it found again carries its version. */
export async function withdrawOutdated(deps: WithdrawDeps, compiled: CompiledRule): Promise<void> {
  for (const alert of await outdated(deps.store, compiled)) {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const now = tries === 0 ? alert : await deps.store.alert(alert.id)
      if (!now || !isOutdated(now, compiled) || (await write(deps, now))) break
    }
  }
}

async function write(deps: WithdrawDeps, alert: Alert): Promise<boolean> {
  const { store } = deps
  const next = contradict(alert, RULE_EDITED)
  const placed = await incidentWrites(store, [next], deps.now())
  const change = next.status === 'withdrawn' ? 'withdrawn' : 'updated'
  const settled = await store.settle({
    pending: [],
    alerts: placed.alerts.map((one): AlertWrite => ({
      expect: one.revision,
      change: one.id === alert.id ? change : 'updated',
      alert: one,
      evidence: [],
      absorbed: [],
    })),
    incidents: placed.incidents,
  })
  if (settled.applied) deps.onSettled?.(settled.revision)
  return settled.applied
}

async function outdated(store: Store, compiled: CompiledRule): Promise<Alert[]> {
  const found: Alert[] = []
  for (let cursor: string | null = null; ;) {
    const page = await store.alerts({
      rule: compiled.rule.id,
      size: 1000,
      ...(cursor === null ? {} : { cursor }),
    })
    for (const alert of page.items) {
      if (isOutdated(alert, compiled) && (await isStored(store, alert))) found.push(alert)
    }
    cursor = page.nextCursor
    if (cursor === null) return found
  }
}

function isOutdated(alert: Alert, { rule }: CompiledRule): boolean {
  const isStanding = alert.status === 'open' || alert.status === 'acknowledged'
  return (
    isStanding &&
    alert.mergedInto === null &&
    alert.ruleVersion !== rule.version &&
    !alert.facts['contradicted']
  )
}

/** Alerts outlive their events: what cannot be looked at again is not contradicted. */
async function isStored(store: Store, alert: Alert): Promise<boolean> {
  const ids = alert.evidence.map(({ eventId }) => eventId)
  return (await store.events(ids)).length === ids.length
}
