/** Incidents: read by id, by whom they are about, and as lists. */
import type { Incident } from '../../domain/alert.ts'
import type { Millis } from '../../domain/time.ts'
import type { IncidentFilter, Page } from '../store.ts'
import type { Connection } from './connection.ts'
import { pageOf } from './cursor.ts'
import { conditions, NEWEST_FIRST } from './filter.ts'

type Row = { body: string }

export function incidentReads(db: Connection) {
  const byId = db.prepare<[string], Row>('SELECT body FROM incident WHERE id = ?')
  const touching = `drill = ? AND last_seen >= ? AND first_seen <= ? AND merged_into IS NULL ORDER BY first_seen, id`
  const byUser = db.prepare<[string, number, Millis, Millis], Row>(
    `SELECT body FROM incident WHERE user = ? AND ${touching}`,
  )
  const byEntity = db.prepare<[string, number, Millis, Millis], Row>(
    `SELECT body FROM incident WHERE user IS NULL AND entity = ? AND ${touching}`,
  )
  return {
    incident(id: string): Incident | null {
      const row = byId.get(id)
      return row ? incidentOf(row) : null
    },
    incidentsNear(
      about: { user: string } | { entity: string },
      drill: boolean,
      from: Millis,
      to: Millis,
    ): Incident[] {
      const rows =
        'user' in about
          ? byUser.all(about.user, Number(drill), from, to)
          : byEntity.all(about.entity, Number(drill), from, to)
      return rows.map(incidentOf)
    },
    incidents(filter: IncidentFilter): Page<Incident> {
      const where = conditions([
        [true, 'merged_into IS NULL'],
        [filter.status, 'status IN (SELECT value FROM json_each(?))'],
        [filter.user?.toLowerCase(), 'user_lower = ?'],
        [filter.from, 'last_seen >= ?'],
        [filter.to, 'first_seen <= ?'],
        [filter.cursor, NEWEST_FIRST.after],
      ])
      const sql = `SELECT body FROM incident ${where.sql} ${NEWEST_FIRST.order} LIMIT ?`
      const read = db.prepare<unknown[], Row>(sql).all(...where.values, filter.size + 1)
      return pageOf(read.map(incidentOf), filter.size, ({ lastSeen, id }) => [lastSeen, id])
    },
  }
}

function incidentOf({ body }: Row): Incident {
  return JSON.parse(body) as Incident
}
