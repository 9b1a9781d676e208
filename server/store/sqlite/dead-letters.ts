/** Rejected records, kept with the reason until someone replays or forgets them. */
import type { Millis } from '../../domain/time.ts'
import type { AuditEntry, Batch, DeadLetter, Page } from '../store.ts'
import { auditWriter } from './audit.ts'
import { type Connection, writing } from './connection.ts'
import { decodeCursor, pageOf } from './cursor.ts'

export function addDeadLetters(db: Connection): (batch: Batch) => void {
  const insert = db.prepare(
    'INSERT INTO dead_letter(received, dataset, source, code, detail, raw) VALUES (?, ?, ?, ?, ?, ?)',
  )
  return ({ rejections, receivedAt, source }) => {
    for (const { dataset, code, detail, raw } of rejections) {
      insert.run(receivedAt, dataset, source, code, detail, raw)
    }
  }
}

export function deadLetterWrites(db: Connection) {
  const note = auditWriter(db)
  const mark = db.prepare('UPDATE dead_letter SET replayed = ? WHERE id = ?')
  return {
    markReplayed: writing(db, (id: string, at: Millis, audit: AuditEntry): void => {
      mark.run(at, Number(id))
      note(audit)
    }),
  }
}

type Row = Omit<DeadLetter, 'id'> & { id: number }
const COLUMNS = 'id, received AS receivedAt, dataset, source, code, detail, raw, replayed AS replayedAt'

export function deadLetterReads(db: Connection) {
  const before = db.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM dead_letter WHERE id < ? ORDER BY id DESC LIMIT ?`,
  )
  const one = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM dead_letter WHERE id = ?`)
  return {
    deadLetters(size: number, cursor?: string): Page<DeadLetter> {
      const [last] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, ['number'])
      const read = before.all(Number(last), size + 1).map(withTextId)
      return pageOf(read, size, ({ id }) => [Number(id)])
    },
    deadLetter(id: string): DeadLetter | null {
      const row = /^\d+$/.test(id) ? one.get(Number(id)) : undefined
      return row ? withTextId(row) : null
    },
  }
}

function withTextId(row: Row): DeadLetter {
  return { ...row, id: String(row.id) }
}
