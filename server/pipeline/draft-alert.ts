/** From a plan to the alert as it would be stored, or nothing where it is stored so already. */
import { isDeepStrictEqual } from 'node:util'
import type { Alert, AlertChangeKind, EvidenceRow } from '../domain/alert.ts'
import type { Millis } from '../domain/time.ts'
import { alertId } from '../detect/alert-id.ts'
import type { AlertPlan } from '../detect/correlate.ts'
import { describe, documentsOf } from '../detect/describe.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { Store, StoredEvent } from '../store/store.ts'
import { historyOf } from './history.ts'

export type DraftAlert = {
  alert: Alert
  change: AlertChangeKind
  /** The revision read; null for a new alert. */
  expect: number | null
  rows: EvidenceRow[]
  /** Alerts that end in this one, as they will be stored. */
  absorbed: Alert[]
}

type DraftStore = Pick<Store, 'alert' | 'evidence' | 'events' | 'record'>
export type DraftInput = {
  compiled: CompiledRule
  key: string
  plan: AlertPlan
  /** The alerts as they are stored. */
  near: readonly Alert[]
  now: Millis
  /** Only what its sentence speaks of is read: the values in its evidence are left out. */
  brief?: boolean
}

export async function draftAlert(store: DraftStore, input: DraftInput): Promise<DraftAlert | null> {
  const { compiled, key, plan, now } = input
  const { survivor, absorbed } = plan
  const stored = survivor && (input.near.find(({ id }) => id === survivor.id) ?? survivor)
  const id = survivor?.id ?? (await freeId(store, compiled, key, plan))
  const tally = await store.evidence(
    [...(survivor ? [survivor.id] : []), ...absorbed.map((one) => one.id)],
    plan.rows,
  )
  const events = await store.events(documentsOf(plan, tally, input.brief))
  const documents = new Map(events.map((event) => [event.id, event]))
  const fromHistory = await isFromHistory(store, compiled, plan, documents)
  const alert = describe({ id, key, plan, compiled, tally, documents, now, fromHistory })
  if (stored && absorbed.length === 0 && isDeepStrictEqual(alert, stored)) return null
  return {
    alert,
    change: changeOf(stored, alert),
    expect: stored?.revision ?? null,
    rows: plan.rows,
    absorbed: absorbed.map((other) => ({ ...other, mergedInto: id })),
  }
}

function changeOf(stored: Alert | null, alert: Alert): AlertChangeKind {
  // A withdrawn alert that stands again has to be told again.
  if (stored === null || stored.status === 'withdrawn') return 'raised'
  const isGrown = alert.count > stored.count || alert.from < stored.from || alert.to > stored.to
  return isGrown || alert.severity !== stored.severity || alert.user !== stored.user ? 'extended' : 'updated'
}

/** A completion may have founded an alert before, which has ended in another since. */
async function freeId(
  store: DraftStore,
  compiled: CompiledRule,
  key: string,
  plan: AlertPlan,
): Promise<string> {
  for (let again = 0; ; again++) {
    const id = alertId(compiled.rule.id, key, plan.completions[0]!.event, again)
    if (!(await store.alert(id))) return id
  }
}

/** Found in stored events: every completion of it was received before this version of the rule was there. */
async function isFromHistory(
  store: DraftStore,
  compiled: CompiledRule,
  { survivor, completions }: AlertPlan,
  documents: ReadonlyMap<string, StoredEvent>,
): Promise<boolean> {
  if (survivor && !survivor.fromHistory) return false
  const history = await historyOf(store, compiled.rule)
  if (history === null) return false
  const unread = completions.map(({ event }) => event).filter((event) => !documents.has(event))
  const events = [...documents.values(), ...(await store.events(unread))]
  const completing = new Set(completions.map(({ event }) => event))
  return events.every(({ id, receivedAt }) => !completing.has(id) || receivedAt < history)
}
