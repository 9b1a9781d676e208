/** The live feed: alerts and incidents share one counter of revisions, so what is new is a range of it. */
import type { Alert, AlertChangeKind, Incident } from '../../domain/alert.ts'
import type { LiveChange } from '../store.ts'
import type { Connection } from './connection.ts'

type Row = { type: LiveChange['type']; revision: number; change: AlertChangeKind; body: string }

export function changeReads(db: Connection) {
  const since = db.prepare<[number, number, number], Row>(
    `SELECT * FROM (
       SELECT 'alert' AS type, revision, change, body FROM alert WHERE revision > ?
       UNION ALL SELECT 'incident', revision, change, body FROM incident WHERE revision > ?
     ) ORDER BY revision LIMIT ?`,
  )
  return {
    changesSince: (revision: number, limit: number): LiveChange[] =>
      since
        .all(revision, revision, limit)
        .map(({ type, revision: at, change, body }) =>
          type === 'alert'
            ? { type, revision: at, change, alert: JSON.parse(body) as Alert }
            : { type, revision: at, change, incident: JSON.parse(body) as Incident },
        ),
  }
}
