/** Old incidents go whole, with all of their alerts and their evidence; so do old alerts that no incident has. */
import type { Millis } from '../../domain/time.ts'
import type { Connection } from './connection.ts'
import type { Remover } from './retention.ts'

/** Rows of evidence between two looks at the clock. */
const ROWS = 200

export function incidentRemover(db: Connection): Remover {
  const nextIncident = db
    .prepare<{ before: Millis }, string>(
      `SELECT id FROM incident AS one WHERE last_seen < :before AND body ->> 'raisedAt' < :before
         AND NOT EXISTS (SELECT 1 FROM alert WHERE incident = one.id
           AND (last_seen >= :before OR body ->> 'raisedAt' >= :before))
       ORDER BY last_seen, id LIMIT 1`,
    )
    .pluck()
  const nextAlert = db
    .prepare<{ before: Millis }, number>(
      `SELECT n FROM alert AS one INDEXED BY alert_seen WHERE last_seen < :before AND body ->> 'raisedAt' < :before
         AND NOT EXISTS (SELECT 1 FROM incident WHERE id = one.incident) ORDER BY last_seen, id LIMIT 1`,
    )
    .pluck()
  const alertsOf = db.prepare<[string], number>('SELECT n FROM alert WHERE incident = ?').pluck()
  const dropEvidence = db.prepare<[number, number]>(
    'DELETE FROM alert_evidence WHERE rowid IN (SELECT rowid FROM alert_evidence WHERE alert = ? LIMIT ?)',
  )
  const dropAlert = [
    'DELETE FROM alert_value WHERE alert = ?',
    'DELETE FROM alert_account WHERE alert = ?',
    'DELETE FROM alert_user WHERE alert = ?',
    'DELETE FROM alert WHERE n = ?',
  ].map((sql) => db.prepare<[number]>(sql))
  const dropTold = db.prepare<[string]>('DELETE FROM told WHERE subject = ?')
  const idOf = db.prepare<[number], string>('SELECT id FROM alert WHERE n = ?').pluck()
  const dropIncident = db.prepare<[string]>('DELETE FROM incident WHERE id = ?')

  /** False: time is over and some of it is still there. */
  function dropWhole(alert: number, isOver: () => boolean): boolean {
    while (dropEvidence.run(alert, ROWS).changes > 0) if (isOver()) return false
    dropTold.run(idOf.get(alert)!)
    for (const drop of dropAlert) drop.run(alert)
    return true
  }

  function dropNext(before: Millis, isOver: () => boolean): 'none' | 'whole' | 'part' {
    const incident = nextIncident.get({ before })
    if (incident !== undefined) {
      for (const alert of alertsOf.all(incident)) if (!dropWhole(alert, isOver)) return 'part'
      dropTold.run(incident)
      dropIncident.run(incident)
      return 'whole'
    }
    const alert = nextAlert.get({ before })
    if (alert === undefined) return 'none'
    return dropWhole(alert, isOver) ? 'whole' : 'part'
  }

  return (before, isOver) => {
    let items = 0
    do {
      const dropped = dropNext(before, isOver)
      if (dropped === 'none') return { items, more: false }
      if (dropped === 'whole') items++
    } while (!isOver())
    return { items, more: true }
  }
}
