/** Drains the queue of pending groups: reads a group's hits, correlates, and writes all that follows in one commit. */
import type { Alert, AlertChangeKind } from '../domain/alert.ts'
import type { Pending } from '../domain/hit.ts'
import type { Clock } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { Allowances } from '../rules/allowances.ts'
import type { CompiledException } from '../rules/exceptions.ts'
import type { AlertWrite, IncidentWrite, Settled, SettledPending, Settlement, Store } from '../store/store.ts'
import type { DraftAlert } from './draft-alert.ts'
import { draftGroup } from './draft-group.ts'
import { breathe } from './group-hits.ts'
import { type QuietGroups, quietGroups } from './quiet-groups.ts'
import { type CommonKey, groupsOf, MANY_HITS, partsOf, type PendingGroup } from './pending-groups.ts'
import { incidentWrites } from './incident-writes.ts'
import { type Learning, isLearning } from './learning.ts'
import { tuningOf } from './tuning.ts'

export type SettleDeps = {
  store: Store
  rules(): ReadonlyMap<string, CompiledRule>
  now: Clock
  /** A commit changed alerts: the live feed's newest number. */
  onSettled?(revision: number): void
  /** What people leave out; none if absent. */
  exceptions?(): readonly CompiledException[]
  /** What the organisation's settings explain; nothing if absent. */
  allowances?(): Allowances | null
  /** What is learned of places and networks; nothing if absent. */
  learning?: Learning
  /** Rules whose groups wait, because their hits are still being found in the history. */
  held?(): Promise<readonly string[]>
  /** A key that very many events have in common. */
  onCommonKey?(key: CommonKey): void
  /** Alerts are described by their sentence alone, for who asks only what would be raised. */
  brief?: boolean
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
  const drained = none()
  const force = options.force ?? false
  const held = [...((await deps.held?.()) ?? [])]
  const failed = new Map<string, unknown>()
  const losses = new Map<string, number>()
  const isLeft = (row: Pending) => !failed.has(nameOf(row)) && (losses.get(nameOf(row)) ?? 0) < MOST_LOSSES
  const lost = (group: PendingGroup) => {
    for (const row of group.rows) losses.set(nameOf(row), (losses.get(nameOf(row)) ?? 0) + 1)
  }
  const fail = (group: PendingGroup, error: unknown) => {
    for (const row of group.rows) failed.set(nameOf(row), error)
  }
  const quiet = quietGroups(deps.store, { lost, fail, done: (count) => (drained.settled += count) })
  for (;;) {
    const due = force ? Number.MAX_SAFE_INTEGER : deps.now()
    const rows = (await deps.store.pending(due, ROUND + failed.size + losses.size, held)).filter(isLeft)
    if (rows.length === 0) break
    const learned = rows.filter(isLearning)
    if (learned.length > 0) {
      // First, since what is learned decides about the others.
      await deps.learning?.learn(learned, deps)
      await deps.store.settle({ pending: learned.map((row) => pendingOf(row)), alerts: [], incidents: [] })
      continue
    }
    for (const group of groupsOf(rows, deps.rules())) {
      try {
        const done = await settleGroup(deps, group, force, quiet)
        if (done) add(drained, done)
        else lost(group)
      } catch (error) {
        fail(group, error)
      }
      await breathe()
    }
    await quiet.flush()
  }
  for (const error of failed.values()) throw error
  return drained
}

/** Null: something changed since it was read; the rows are still pending. Where nothing follows, `quiet` takes them. */
async function settleGroup(
  deps: SettleDeps,
  group: PendingGroup,
  force: boolean,
  quiet: QuietGroups,
): Promise<Drained | null> {
  const { compiled } = group
  if (!compiled) return write(deps, { pending: group.rows.map((row) => pendingOf(row)) })
  const total = none()
  const parts = await partsOf(deps.store, group, compiled, deps.onCommonKey)
  for (const [i, range] of parts.entries()) {
    const tuning = tuningOf(compiled, {
      exceptions: deps.exceptions?.() ?? [],
      allowance: deps.allowances?.()?.of(compiled.rule) ?? null,
      learned: deps.learning?.learned ?? null,
    })
    const brief = deps.brief ?? false
    const input = { compiled, key: group.key, range, tuning, now: deps.now(), force, brief }
    const { drafts, hidden, again, read } = await draftGroup(deps.store, input)
    if (read > MANY_HITS) deps.onCommonKey?.({ rule: compiled.rule.id, key: group.key, hits: read })
    // The rows are done with the last part only: a stop in between begins again, and finds what it wrote.
    const isLast = i === parts.length - 1
    const pending = isLast ? group.rows.map((row) => pendingOf(row, again(row))) : []
    if (drafts.length + hidden.length > 0) {
      const done = await write(deps, { pending, drafts, hidden })
      if (!done) return null
      add(total, done)
    } else if (isLast) await quiet.add(group, pending)
    if (!isLast) await breathe()
  }
  return total
}

/** One commit of what follows for a group, or of a part of it. */
async function write(
  deps: SettleDeps,
  {
    pending,
    drafts = [],
    hidden = [],
  }: Pick<Settlement, 'pending' | 'hidden'> & { drafts?: readonly DraftAlert[] },
): Promise<Drained | null> {
  const placed = await incidentWrites(deps.store, drafts.flatMap(alertsOf), deps.now())
  const alerts = alertWrites(drafts, placed.alerts)
  const settled = await deps.store.settle({
    pending,
    alerts,
    incidents: placed.incidents,
    ...(hidden.length > 0 ? { hidden } : {}),
  })
  if (!settled.applied) return null
  tell(deps, settled, alerts, placed.incidents)
  const count = (change: AlertChangeKind) => alerts.filter((one) => one.change === change).length
  return {
    settled: pending.filter(({ again }) => again === undefined).length,
    raised: count('raised'),
    extended: count('extended'),
    merged: count('merged'),
    withdrawn: count('withdrawn'),
  }
}

function pendingOf({ rule, key, day, revision }: Pending, again?: SettledPending['again']): SettledPending {
  return { rule, key, day, revision, ...(again && { again }) }
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

function none(): Drained {
  return { settled: 0, raised: 0, extended: 0, merged: 0, withdrawn: 0 }
}

function add(drained: Drained, done: Drained): void {
  for (const name of Object.keys(done) as (keyof Drained)[]) drained[name] += done[name]
}

function nameOf({ rule, key, day }: Pending): string {
  return JSON.stringify([rule, key, day])
}
