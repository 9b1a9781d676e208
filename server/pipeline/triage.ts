/** What people do to alerts: status, assignee, notes. Growing evidence is no conflict; another person's change is. */
import { isDeepStrictEqual } from 'node:util'
import type { Alert, AlertActivity, CloseReason } from '../domain/alert.ts'
import type { Fields } from '../domain/json.ts'
import type { Clock, Millis } from '../domain/time.ts'
import type { AlertWrite, IncidentWrite, Store } from '../store/store.ts'
import { incidentWrites } from './incident-writes.ts'

export type AlertPatch = {
  status?: 'open' | 'acknowledged' | 'closed'
  closeReason?: CloseReason | null
  assignee?: string | null
  note?: string
  /** Ticks a step of what to do, or takes the tick back. */
  step?: { id: string; done: boolean }
}
export type Refusal = { id: string; detail: string; code: 'not-found' | 'conflict' | 'invalid' }
export type Revised = { changed: Alert[]; refused: Refusal[] }

export type TriageDeps = {
  store: Store
  now: Clock
  /** A commit changed alerts: the live feed's newest number. */
  onSettled?(revision: number): void
}

/** The correlator may write in between; it never does so this often in a row. */
const MOST_TRIES = 50

/**
 * Changes alerts and their incidents in one commit, with an entry in the audit trail. `expectVersion` holds for each
 * of them. What cannot be changed is refused with the reason; the rest is changed.
 */
export async function reviseAlerts(
  deps: TriageDeps,
  ids: readonly string[],
  patch: AlertPatch,
  actor: string,
  expectVersion?: number,
): Promise<Revised> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const revised = await tryRevise(deps, ids, patch, actor, expectVersion)
    if (revised) return revised
  }
  throw new Error(`The alerts changed ${MOST_TRIES} times while they were being revised`)
}

async function tryRevise(
  deps: TriageDeps,
  ids: readonly string[],
  patch: AlertPatch,
  actor: string,
  expectVersion: number | undefined,
): Promise<Revised | null> {
  const { store } = deps
  const at = deps.now()
  const refused: Refusal[] = []
  const unchanged: Alert[] = []
  const before: Alert[] = []
  const revised: Alert[] = []
  for (const id of ids) {
    const alert = await store.alert(id)
    const refusal = refusalOf(id, alert, patch, expectVersion)
    if (refusal) refused.push(refusal)
    else if (alert) {
      const next = revise(alert, patch, actor, at)
      if (isDeepStrictEqual(next, alert)) unchanged.push(alert)
      else {
        before.push(alert)
        revised.push({ ...next, version: alert.version + 1 })
      }
    }
  }
  if (revised.length === 0) return { changed: unchanged, refused }
  const placed = await incidentWrites(store, revised, at)
  const subject = revised.length === 1 ? revised[0]!.id : `${revised.length} alerts`
  const settled = await store.settle({
    pending: [],
    alerts: placed.alerts.map(asWrite),
    incidents: await withUntold(store, revised, placed.incidents.map(byPerson)),
    audit: {
      at,
      actor,
      verb: 'alert.revise',
      subject,
      detail: { ids: revised.map(({ id }) => id), patch },
      change: { before: peoplesParts(before), after: peoplesParts(revised) },
    },
  })
  if (!settled.applied) return null
  deps.onSettled?.(settled.revision)
  const written = new Map([...unchanged, ...settled.alerts].map((alert) => [alert.id, alert]))
  return { changed: ids.flatMap((id) => written.get(id) ?? []), refused }
}

/** By alert, what a person can change of it; the notes as they were written. */
function peoplesParts(alerts: readonly Alert[]): Fields {
  return Object.fromEntries(
    alerts.map(({ id, status, closeReason, withdrawReason, assignee, notes, steps }) => [
      id,
      { status, closeReason, withdrawReason, assignee, notes, steps: steps ?? {} },
    ]),
  )
}

function refusalOf(
  id: string,
  alert: Alert | null,
  patch: AlertPatch,
  expectVersion: number | undefined,
): Refusal | null {
  if (!alert) return { id, code: 'not-found', detail: `There is no alert ${JSON.stringify(id)}.` }
  if (alert.mergedInto !== null) {
    return {
      id,
      code: 'invalid',
      detail: `This alert has become part of ${alert.mergedInto}: change that one.`,
    }
  }
  if (expectVersion !== undefined && expectVersion !== alert.version) {
    return { id, code: 'conflict', detail: `The alert is at version ${alert.version}: read it again.` }
  }
  if (patch.closeReason && (patch.status ?? alert.status) !== 'closed') {
    return {
      id,
      code: 'invalid',
      detail: 'Only a closed alert has a reason: send "status": "closed" with it.',
    }
  }
  return null
}

function revise(alert: Alert, patch: AlertPatch, actor: string, at: Millis): Alert {
  const next: Alert = { ...alert, status: patch.status ?? alert.status }
  if (next.status === 'closed') {
    next.closeReason = patch.closeReason === undefined ? alert.closeReason : patch.closeReason
    next.closedAt = alert.status === 'closed' ? alert.closedAt : at
  } else {
    next.closeReason = null
    next.closedAt = null
    next.lateAfterClose = false
  }
  if (next.status !== 'withdrawn') next.withdrawReason = null
  if (patch.assignee !== undefined) next.assignee = patch.assignee
  if (patch.note !== undefined) next.notes = [...alert.notes, { at, by: actor, text: patch.note }]
  if (patch.step) tick(next, patch.step, actor, at)
  const did = activityOf(alert, next, patch)
  if (did.length > 0) {
    const all = [...(alert.activity ?? []), ...did.map((one) => ({ at, by: actor, ...one }))]
    next.activity = all.slice(-MOST_ACTIVITY)
  }
  return next
}

// An alert is read whole wherever it is shown; what is older is in the audit trail.
const MOST_ACTIVITY = 200

/** Whoever ticked a step first stays the one who did. */
function tick(next: Alert, { id, done }: { id: string; done: boolean }, by: string, at: Millis): void {
  const { [id]: known, ...others } = next.steps ?? {}
  if (done === (known !== undefined)) return
  next.steps = done ? { ...others, [id]: { at, by } } : others
}

type Did = Pick<AlertActivity, 'did' | 'value' | 'detail'>

function activityOf(before: Alert, after: Alert, { step }: AlertPatch): Did[] {
  const did: Did[] = []
  if (before.status !== after.status || before.closeReason !== after.closeReason) {
    did.push({ did: 'status', value: after.status, detail: after.closeReason })
  }
  if (before.assignee !== after.assignee) {
    did.push({ did: 'assignee', value: after.assignee, detail: null })
  }
  if (step && before.steps !== after.steps) {
    did.push({ did: 'step', value: step.id, detail: step.done ? 'done' : 'undone' })
  }
  return did
}

function asWrite(alert: Alert): AlertWrite {
  return { expect: alert.revision, change: 'updated', alert, evidence: [], absorbed: [] }
}

/** An assignee or a note changes nothing that an incident tells, yet whoever looks at the incident must hear of it. */
async function withUntold(
  store: Store,
  revised: readonly Alert[],
  writes: readonly IncidentWrite[],
): Promise<IncidentWrite[]> {
  const told = new Set(writes.map(({ incident }) => incident.id))
  const untold = new Set(revised.flatMap(({ incidentId }) => incidentId ?? []).filter((id) => !told.has(id)))
  const incidents = await Promise.all([...untold].map((id) => store.incident(id)))
  const own = incidents.flatMap((one) => (one && !one.mergedInto ? [one] : []))
  return [
    ...writes,
    ...own.map((incident) => byPerson({ expect: incident.revision, change: 'extended', incident })),
  ]
}

function byPerson({ expect, change, incident }: IncidentWrite): IncidentWrite {
  if (change !== 'extended') return { expect, change, incident }
  return { expect, change: 'updated', incident: { ...incident, version: incident.version + 1 } }
}
