/** The trail of what people did. */
import type { Json } from '../../domain/json.ts'
import type { AuditEntry, Page, StoredAudit } from '../store.ts'
import type { Connection } from './connection.ts'
import { decodeCursor, pageOf } from './cursor.ts'

export function auditWriter(db: Connection): (entry: AuditEntry) => void {
  const insert = db.prepare('INSERT INTO audit(time, actor, verb, subject, detail) VALUES (?, ?, ?, ?, ?)')
  return ({ at, actor, verb, subject, detail }) => {
    insert.run(at, actor, verb, subject, JSON.stringify(detail ?? null))
  }
}

type Row = Omit<StoredAudit, 'detail'> & { detail: string }

export function auditReads(db: Connection) {
  const before = db.prepare<[number, number], Row>(
    'SELECT id, time AS at, actor, verb, subject, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
  )
  return {
    audit(size: number, cursor?: string): Page<StoredAudit> {
      const [last] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, ['number'])
      const read = before.all(Number(last), size + 1)
      return pageOf(
        read.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Json })),
        size,
        ({ id }) => [id],
      )
    },
  }
}
