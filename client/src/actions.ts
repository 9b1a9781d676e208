/** What a person does to alerts: at once, with a way back, and never over someone else's change. */
import { signal } from '@preact/signals'
import type { CloseReason, Status } from '../../server/domain/alert.ts'
import type { AlertPatch, AlertView } from '../../server/domain/api.ts'
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

/** To whoever is signed in, or to nobody when it is theirs already. */
export function toggleMine(alert: AlertView): void {
  const mine = alert.assignee === whoAmI()
  void changeAlert(
    alert,
    { assignee: mine ? null : whoAmI() },
    mine ? 'No longer assigned' : 'Assigned to you',
  )
}

export async function changeMany(
  alerts: readonly AlertView[],
  patch: Omit<AlertPatch, 'note'>,
  said: string,
): Promise<void> {
  try {
    const done = await postBulk(
      alerts.map((alert) => alert.id),
      patch,
    )
    const refused = done.refused[0]
    showToast(
      `${plural(done.changed.length, 'alert')}: ${said}` +
        (refused ? `; ${done.refused.length} not changed (${refused.detail})` : ''),
    )
  } catch (cause) {
    showToast(`Not changed: ${failureText(cause)}`)
  }
}

async function undoChange(before: AlertView, after: AlertView): Promise<void> {
  const back: AlertPatch = {
    status: before.status,
    assignee: before.assignee,
    ...(before.status === 'closed' && before.closeReason ? { closeReason: before.closeReason } : {}),
  }
  await changeAlert(after, back, 'Taken back', false)
}
