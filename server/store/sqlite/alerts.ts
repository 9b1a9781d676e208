/** Alerts: read by id, by group and range, and as lists. */
import type { Alert } from '../../domain/alert.ts'
import type { Millis } from '../../domain/time.ts'
import type { AlertFilter, Page } from '../store.ts'
import type { Connection } from './connection.ts'
import { pageOf } from './cursor.ts'
import { conditions, NEWEST_FIRST } from './filter.ts'

type Row = { body: string }

export function alertReads(db: Connection) {
  const byId = db.prepare<[string], Row>('SELECT body FROM alert WHERE id = ?')
  const near = db.prepare<[string, string, Millis, Millis], Row>(
    `SELECT body FROM alert WHERE rule = ? AND key = ? AND t_to >= ? AND t_from <= ? AND merged_into IS NULL
     ORDER BY t_from, id`,
  )
  return {
    alert(id: string): Alert | null {
      const row = byId.get(id)
      return row ? alertOf(row) : null
    },
    alertsNear: (rule: string, key: string, from: Millis, to: Millis): Alert[] =>
      near.all(rule, key, from, to).map(alertOf),
    alerts(filter: AlertFilter): Page<Alert> {
      const where = conditions([
        [filter.merged ? undefined : true, 'merged_into IS NULL'],
        [filter.status, 'status IN (SELECT value FROM json_each(?))'],
        [filter.severity, 'severity IN (SELECT value FROM json_each(?))'],
        [filter.rule, 'rule = ?'],
        [filter.user?.toLowerCase(), 'n IN (SELECT alert FROM alert_user WHERE user = ?)'],
        [filter.incident, 'incident = ?'],
        [filter.from, 'last_seen >= ?'],
        [filter.to, 'first_seen <= ?'],
        [filter.drill === undefined ? undefined : Number(filter.drill), 'drill = ?'],
        [filter.buildingBlock === undefined ? undefined : Number(filter.buildingBlock), 'building_block = ?'],
        [filter.cursor, NEWEST_FIRST.after],
      ])
      const sql = `SELECT body FROM alert ${where.sql} ${NEWEST_FIRST.order} LIMIT ?`
      const read = db.prepare<unknown[], Row>(sql).all(...where.values, filter.size + 1)
      return pageOf(read.map(alertOf), filter.size, ({ lastSeen, id }) => [lastSeen, id])
    },
  }
}

function alertOf({ body }: Row): Alert {
  return JSON.parse(body) as Alert
}
