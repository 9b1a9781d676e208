/** Triage over a store: the version counts, the audit trail is written, the feed is told. */
import type { Alert } from '../../server/domain/alert.ts'
import type { TriagePort, TriageRefusal } from '../../server/http/parts.ts'
import type { Store } from '../../server/store/store.ts'

export function memoryTriage(
  store: Store,
  clock: () => number,
  announce: (revision: number) => void,
): TriagePort {
  return {
    async revise(ids, { note, step, ...patch }, actor, expectVersion) {
      const changed: Alert[] = []
      const refused: TriageRefusal[] = []
      for (const id of ids) {
        const alert = await store.alert(id)
        if (!alert) {
          refused.push({ id, code: 'not-found', detail: `There is no alert ${id}.` })
          continue
        }
        if (expectVersion !== undefined && expectVersion !== alert.version) {
          refused.push({ id, code: 'conflict', detail: `It is at version ${alert.version}.` })
          continue
        }
        if (patch.status === 'closed' && !patch.closeReason) {
          refused.push({ id, code: 'invalid', detail: 'Say why it is closed: closeReason.' })
          continue
        }
        const notes =
          note === undefined ? alert.notes : [...alert.notes, { at: clock(), by: actor, text: note }]
        const steps = step?.done ? { steps: { [step.id]: { at: clock(), by: actor } } } : {}
        const next: Alert = { ...alert, ...patch, ...steps, notes, version: alert.version + 1 }
        const settled = await store.settle({
          pending: [],
          alerts: [{ expect: alert.revision, change: 'updated', alert: next, evidence: [], absorbed: [] }],
          incidents: [],
          audit: { at: clock(), actor, verb: 'alert.change', subject: id, detail: patch },
        })
        if (!settled.applied) throw new Error('nobody else writes here')
        changed.push(settled.alerts[0]!)
        announce(settled.revision)
      }
      return { changed, refused }
    },
  }
}
