/** Drains the queue of pending groups: reads a group's hits, correlates, and writes all that follows in one commit. */
import type { Alert, AlertChangeKind } from '../domain/alert.ts'
import type { Pending } from '../domain/hit.ts'
import type { Clock, Millis } from '../domain/time.ts'
import { correlate, reachOf } from '../detect/correlate.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { AlertWrite, IncidentWrite, Settled, Settlement, Store } from '../store/store.ts'
import { adoptOther } from './adopt.ts'
import { type DraftAlert, draftAlert } from './draft-alert.ts'
import { incidentWrites } from './incident-writes.ts'

export type SettleDeps = {
  store: Store
  rules(): ReadonlyMap<string, CompiledRule>
  now: Clock
  /** A commit changed alerts: the live feed's newest number. */
  onSettled?(revision: number): void
}

export type Drained = {
  settled: number
  raised: number
  extended: number
  merged: number
  withdrawn: number
}

/** Rows read at once; more wait for the next round. */
const ROUND = 500
/** Somebody else wins a group now and then; a group that is always lost is left for the next run. */
const MOST_LOSSES = 20

/**
 * Settles what is due, or with `force` also what still waits for late logs, until none is left. A group that fails
 * stays pending and does not hold up the others; the first failure is thrown at the end.
 */
export async function drain(deps: SettleDeps, options: { force?: boolean } = {}): Promise<Drained> {
  const drained: Drained = { settled: 0, raised: 0, extended: 0, merged: 0, withdrawn: 0 }
  const failed = new Map<string, unknown>()
  const losses = new Map<string, number>()
  const isLeft = (row: Pending) => !failed.has(nameOf(row)) && (losses.get(nameOf(row)) ?? 0) < MOST_LOSSES
  for (;;) {
    const due = options.force ? Number.MAX_SAFE_INTEGER : deps.now()
    const rows = (await deps.store.pending(due, ROUND + failed.size + losses.size)).filter(isLeft)
    if (rows.length === 0) break
    for (const group of groupsOf(rows, deps.rules())) {
      try {
        const done = await settleGroup(deps, group)
        if (done) add(drained, done)
        else for (const row of group.rows) losses.set(nameOf(row), (losses.get(nameOf(row)) ?? 0) + 1)
      } catch (error) {
        for (const row of group.rows) failed.set(nameOf(row), error)
      }
      await breathe()
    }
  }
  for (const error of failed.values()) throw error
  return drained
}

/** Pending rows of one group that lie so near each other that they are read together. */
type PendingGroup = { compiled: CompiledRule | null; key: string; from: Millis; to: Millis; rows: Pending[] }

function groupsOf(rows: readonly Pending[], rules: ReadonlyMap<string, CompiledRule>): PendingGroup[] {
  const groups: PendingGroup[] = []
  const byKey = Map.groupBy(rows, ({ rule, key }) => JSON.stringify([rule, key]))
  for (const ofKey of byKey.values()) {
    const compiled = rules.get(ofKey[0]!.rule) ?? null
    let group: PendingGroup | null = null
    for (const row of ofKey.toSorted((a, b) => a.from - b.from)) {
      if (group && (!compiled || reachOf(compiled, group).hits.to >= row.from)) {
        group.rows.push(row)
        group.to = Math.max(group.to, row.to)
      } else groups.push((group = { compiled, key: row.key, from: row.from, to: row.to, rows: [row] }))
    }
  }
  return groups
}

/** Null: something changed since it was read; the rows are still pending. */
async function settleGroup(deps: SettleDeps, group: PendingGroup): Promise<Drained | null> {
  const pending = group.rows.map(({ rule, key, day, revision }) => ({ rule, key, day, revision }))
  const drafts = group.compiled ? await draftGroup(deps, group, group.compiled) : []
  const placed = await incidentWrites(deps.store, drafts.flatMap(alertsOf), deps.now())
  const alerts = alertWrites(drafts, placed.alerts)
  const settled = await deps.store.settle({ pending, alerts, incidents: placed.incidents })
  if (!settled.applied) return null
  tell(deps, settled, alerts, placed.incidents)
  const count = (change: AlertChangeKind) => alerts.filter((write) => write.change === change).length
  return {
    settled: group.rows.length,
    raised: count('raised'),
    extended: count('extended'),
    merged: count('merged'),
    withdrawn: count('withdrawn'),
  }
}

async function draftGroup(
  deps: SettleDeps,
  group: PendingGroup,
  compiled: CompiledRule,
): Promise<DraftAlert[]> {
  const { store } = deps
  const { key, from, to } = group
  const { id: rule, version } = compiled.rule
  const reach = reachOf(compiled, { from, to })
  const hits = await store.hits({ rule, version, key }, reach.hits.from, reach.hits.to)
  if (hits.length === 0) return []
  const near = await store.alertsNear(rule, key, reach.alerts.from, reach.alerts.to)
  const input = { compiled, hits, near, from, to }
  const plans = await adoptOther(store, input, correlate(input))
  const drafts: DraftAlert[] = []
  for (const plan of plans) {
    const draft = await draftAlert(store, { compiled, key, plan, near, now: deps.now() })
    if (draft) drafts.push(draft)
  }
  return drafts
}

function alertsOf({ alert, absorbed }: DraftAlert): Alert[] {
  return [alert, ...absorbed]
}

/** The drafts with the incidents they were placed in, and the members of incidents that moved with them. */
export function alertWrites(drafts: readonly DraftAlert[], placed: readonly Alert[]): AlertWrite[] {
  const byId = new Map(placed.map((alert) => [alert.id, alert]))
  const writes: AlertWrite[] = []
  for (const { alert, absorbed, change, expect, rows } of drafts) {
    writes.push({
      expect,
      change,
      alert: byId.get(alert.id)!,
      evidence: rows,
      absorbed: absorbed.map(({ id }) => id),
    })
    for (const other of absorbed) writes.push(follow(byId.get(other.id)!, 'merged'))
  }
  const written = new Set(writes.map((write) => write.alert.id))
  for (const alert of placed) if (!written.has(alert.id)) writes.push(follow(alert, 'updated'))
  return writes
}

function follow(alert: Alert, change: AlertChangeKind): AlertWrite {
  return { expect: alert.revision, change, alert, evidence: [], absorbed: [] }
}

export function tell(
  deps: Pick<SettleDeps, 'onSettled'>,
  settled: Extract<Settled, { applied: true }>,
  alerts: Settlement['alerts'],
  incidents: readonly IncidentWrite[],
): void {
  if (alerts.length + incidents.length > 0) deps.onSettled?.(settled.revision)
}

function add(drained: Drained, done: Drained): void {
  for (const name of Object.keys(done) as (keyof Drained)[]) drained[name] += done[name]
}

function nameOf({ rule, key, day }: Pending): string {
  return JSON.stringify([rule, key, day])
}

/** Lets whatever else waits for this thread have its turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
