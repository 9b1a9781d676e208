/** What the correlator or a person changes: alerts, incidents and the groups they settle, all of it or nothing. */
import type { Alert, Incident } from '../../domain/alert.ts'
import type { AlertWrite, IncidentWrite, Settled, SettledPending, Settlement } from '../store.ts'
import { auditWriter } from './audit.ts'
import { type Connection, writing } from './connection.ts'
import { counter, counterValue } from './counter.ts'
import { textHash } from './event-hash.ts'
import { evidenceWriter } from './evidence.ts'

export function settler(db: Connection) {
  const isCurrent = currentCheck(db)
  const done = db.prepare('DELETE FROM pending WHERE rule = ? AND key = ? AND day = ?')
  const postpone = db.prepare('UPDATE pending SET due = ?, t_from = ? WHERE rule = ? AND key = ? AND day = ?')
  const hide = db.prepare('INSERT INTO hidden(exception, hash) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const putAlert = alertWriter(db)
  const putIncident = incidentWriter(db)
  const nextRevision = counter(db, 'revision')
  const lastRevision = counterValue(db, 'revision')
  const note = auditWriter(db)

  function settle(settlement: Settlement): Settled {
    if (!isCurrent(settlement)) return { applied: false }
    for (const { rule, key, day, again } of settlement.pending) {
      if (again === undefined) done.run(rule, key, day)
      else postpone.run(again.due, again.from, rule, key, day)
    }
    for (const { exception, event } of settlement.hidden ?? []) hide.run(exception, textHash(event))
    const alerts = settlement.alerts.map((write) => putAlert(write, nextRevision(1)))
    const incidents = settlement.incidents.map((write) => putIncident(write, nextRevision(1)))
    if (settlement.audit) note(settlement.audit)
    return { applied: true, alerts, incidents, revision: lastRevision() }
  }

  function settleQuiet(groups: readonly SettledPending[][]): boolean[] {
    return groups.map((pending) => settle({ pending, alerts: [], incidents: [] }).applied)
  }
  return { settle: writing(db, settle), settleQuiet: writing(db, settleQuiet) }
}

/** Whether all that the writer read is still as it was. */
function currentCheck(db: Connection): (settlement: Settlement) => boolean {
  const ofPending = db
    .prepare<[string, string, number], number>(
      'SELECT revision FROM pending WHERE rule = ? AND key = ? AND day = ?',
    )
    .pluck()
  const ofAlert = db.prepare<[string], number>('SELECT revision FROM alert WHERE id = ?').pluck()
  const ofIncident = db.prepare<[string], number>('SELECT revision FROM incident WHERE id = ?').pluck()
  return ({ pending, alerts, incidents }) =>
    pending.every(({ rule, key, day, revision }) => ofPending.get(rule, key, day) === revision) &&
    alerts.every(({ alert, expect }) => (ofAlert.get(alert.id) ?? null) === expect) &&
    incidents.every(({ incident, expect }) => (ofIncident.get(incident.id) ?? null) === expect)
}

function alertWriter(db: Connection): (write: AlertWrite, revision: number) => Alert {
  const upsert = db
    .prepare<unknown[], number>(
      `INSERT INTO alert(id, rule, key, severity, status, incident, merged_into, drill, building_block, t_from, t_to,
         first_seen, last_seen, revision, change, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT(id) DO UPDATE SET rule = excluded.rule, key = excluded.key, severity = excluded.severity,
         status = excluded.status, incident = excluded.incident, merged_into = excluded.merged_into,
         drill = excluded.drill, building_block = excluded.building_block, t_from = excluded.t_from, t_to = excluded.t_to, first_seen = excluded.first_seen,
         last_seen = excluded.last_seen, revision = excluded.revision, change = excluded.change, body = excluded.body
       RETURNING n`,
    )
    .pluck()
  const numberOf = db.prepare<[string], number>('SELECT n FROM alert WHERE id = ?').pluck()
  const clearUsers = db.prepare('DELETE FROM alert_user WHERE alert = ?')
  const addUser = db.prepare('INSERT INTO alert_user(user, alert) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const evidence = evidenceWriter(db)

  return ({ alert: given, change, evidence: rows, absorbed }, revision) => {
    const alert: Alert = { ...given, revision }
    const { id, ruleId, key, severity, status, incidentId, mergedInto, drill } = alert
    const range = [alert.from, alert.to, alert.firstSeen, alert.lastSeen]
    const flags = [drill, alert.buildingBlock ?? false].map(Number)
    const columns = [id, ruleId, key, severity, status, incidentId, mergedInto, ...flags, ...range]
    const n = upsert.get(...columns, revision, change, JSON.stringify(alert))!
    clearUsers.run(n)
    for (const user of [alert.user, ...alert.users]) if (user !== null) addUser.run(user.toLowerCase(), n)
    for (const other of absorbed) {
      const from = numberOf.get(other)
      if (from !== undefined && from !== n) evidence.move(from, n)
    }
    evidence.add(n, rows)
    return alert
  }
}

function incidentWriter(db: Connection): (write: IncidentWrite, revision: number) => Incident {
  const upsert = db.prepare(
    `INSERT INTO incident(id, user, user_lower, entity, status, merged_into, drill, first_seen, last_seen, revision,
       change, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(id) DO UPDATE SET user = excluded.user, user_lower = excluded.user_lower, entity = excluded.entity,
       status = excluded.status, merged_into = excluded.merged_into, drill = excluded.drill,
       first_seen = excluded.first_seen, last_seen = excluded.last_seen, revision = excluded.revision,
       change = excluded.change, body = excluded.body`,
  )
  return ({ incident: given, change }, revision) => {
    const incident: Incident = { ...given, revision }
    const { id, user, entity, status, mergedInto, drill, firstSeen, lastSeen } = incident
    const about = [id, user, user?.toLowerCase() ?? null, entity.value]
    const body = JSON.stringify(incident)
    upsert.run(...about, status, mergedInto, Number(drill), firstSeen, lastSeen, revision, change, body)
    return incident
  }
}
