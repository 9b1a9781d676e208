/** What a person does to alerts: at once, with a way back, and never over someone else's change. */
import { signal } from '@preact/signals'
import type { CloseReason, Status } from '../../server/domain/alert.ts'
import type { AlertPatch, AlertView, BulkAnswer } from '../../server/domain/api.ts'
import { getAlert, patchAlert, postBulk } from './api/calls.ts'
import { Failure, failureText } from './api/request.ts'
import { receiveOwn } from './live/state.ts'
import { whoAmI } from './session.ts'
import { plural, reasonWord, statusWord } from './text/words.ts'
import { showToast } from './toast.ts'

/** A change that was refused because someone was faster. */
export type Conflict = { alert: AlertView; wanted: AlertPatch; said: string }
export const conflict = signal<Conflict | null>(null)

/** True when it was done. */
export async function changeAlert(
  alert: AlertView,
  patch: AlertPatch,
  said: string,
  undoable = true,
): Promise<boolean> {
  try {
    const changed = await patchAlert(alert.id, alert.version, patch)
    conflict.value = null
    receiveOwn(changed)
    showToast(said, undoable ? () => void undoChange(alert, changed) : null)
    return true
  } catch (cause) {
    if (cause instanceof Failure && cause.status === 412) {
      const theirs = await getAlert(alert.id)
      receiveOwn(theirs)
      conflict.value = { alert: theirs, wanted: patch, said }
    } else {
      showToast(`Not changed: ${failureText(cause)}`)
    }
    return false
  }
}

export function setStatus(alert: AlertView, status: Status): void {
  if (alert.status === status) return
  void changeAlert(alert, { status }, `Set to ${statusWord(status, null)}`)
}

export function closeAs(alert: AlertView, reason: CloseReason): void {
  void changeAlert(alert, { status: 'closed', closeReason: reason }, `Closed: ${reasonWord(reason)}`)
}

export function assignTo(alert: AlertView, assignee: string | null): void {
  if (alert.assignee === assignee) return
  void changeAlert(alert, { assignee }, assignee === null ? 'No longer assigned' : `Assigned to ${assignee}`)
}

/** To whoever is signed in, or to nobody when it is theirs already. */
export function toggleMine(alert: AlertView): void {
  const mine = alert.assignee === whoAmI()
  void changeAlert(
    alert,
    { assignee: mine ? null : whoAmI() },
    mine ? 'No longer assigned' : 'Assigned to you',
  )
}

// The server takes no more at once.
const MOST_AT_ONCE = 1000

export async function changeMany(
  alerts: readonly AlertView[],
  patch: Omit<AlertPatch, 'note'>,
  said: string,
): Promise<void> {
  try {
    const done = await changeAll(
      alerts.map((alert) => alert.id),
      patch,
    )
    const refused = done.refused[0]
    const changed = new Set(done.changed)
    const before = alerts.filter((alert) => changed.has(alert.id))
    showToast(
      `${plural(done.changed.length, 'alert')}: ${said}` +
        (refused ? `; ${done.refused.length} not changed (${refused.detail})` : ''),
      before.length > 0 ? () => void undoMany(before) : null,
    )
  } catch (cause) {
    showToast(`Not changed: ${failureText(cause)}`)
  }
}

async function changeAll(ids: readonly string[], patch: Omit<AlertPatch, 'note'>): Promise<BulkAnswer> {
  const all: BulkAnswer = { changed: [], refused: [] }
  for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
    const done = await postBulk(ids.slice(at, at + MOST_AT_ONCE), patch)
    all.changed.push(...done.changed)
    all.refused.push(...done.refused)
  }
  return all
}

/** Those that were alike become alike again, in one call each. */
async function undoMany(before: readonly AlertView[]): Promise<void> {
  const alike = Map.groupBy(before, (alert) => JSON.stringify(asBefore(alert)))
  try {
    for (const [patch, alerts] of alike) {
      await changeAll(
        alerts.map((alert) => alert.id),
        JSON.parse(patch) as AlertPatch,
      )
    }
    showToast(`${plural(before.length, 'alert')}: taken back`)
  } catch (cause) {
    showToast(`Not taken back: ${failureText(cause)}`)
  }
}

/** What a person set of it. A withdrawn alert was withdrawn by its rule; taken back, it is open. */
function asBefore(before: AlertView): AlertPatch {
  return {
    status: before.status === 'withdrawn' ? 'open' : before.status,
    assignee: before.assignee,
    ...(before.status === 'closed' && before.closeReason ? { closeReason: before.closeReason } : {}),
  }
}

async function undoChange(before: AlertView, after: AlertView): Promise<void> {
  await changeAlert(after, asBefore(before), 'Taken back', false)
}
