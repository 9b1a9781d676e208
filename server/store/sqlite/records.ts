/** What people make, each put with its audit entry, and what it changed, in one transaction. */
import type { Json } from '../../domain/json.ts'
import { recordChange } from '../audit-record.ts'
import type { RecordKind, RecordPut, RecordWritten, StoredRecord } from '../store.ts'
import { auditWriter } from './audit.ts'
import { type Connection, writing } from './connection.ts'

type Row = Omit<StoredRecord, 'body'> & { body: string }
const COLUMNS = 'kind, id, version, body, created AS createdAt, updated AS updatedAt'

export function recordReads(db: Connection) {
  const one = db.prepare<[string, string], Row>(`SELECT ${COLUMNS} FROM record WHERE kind = ? AND id = ?`)
  const all = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM record WHERE kind = ? ORDER BY id`)
  return {
    record(kind: RecordKind, id: string): StoredRecord | null {
      const row = one.get(kind, id)
      return row ? recordOf(row) : null
    },
    records: (kind: RecordKind): StoredRecord[] => all.all(kind).map(recordOf),
  }
}

export function recordWrites(db: Connection) {
  const note = auditWriter(db)
  const versionOf = db
    .prepare<[string, string], number>('SELECT version FROM record WHERE kind = ? AND id = ?')
    .pluck()
  const bodyOf = db
    .prepare<[string, string], string>('SELECT body FROM record WHERE kind = ? AND id = ?')
    .pluck()
  const upsert = db
    .prepare<[string, string, string, number, number], number>(
      `INSERT INTO record(kind, id, version, body, created, updated) VALUES (?, ?, 1, ?, ?, ?)
       ON CONFLICT(kind, id) DO UPDATE SET version = version + 1, body = excluded.body, updated = excluded.updated
       RETURNING version`,
    )
    .pluck()
  const remove = db.prepare('DELETE FROM record WHERE kind = ? AND id = ?')

  function put({ kind, id, body, expect, audit, at }: RecordPut): RecordWritten {
    if (expect !== undefined && expect !== (versionOf.get(kind, id) ?? 0)) throw new Refused()
    if (audit) {
      const before = JSON.parse(bodyOf.get(kind, id) ?? 'null') as Json
      note({ ...audit, change: recordChange(kind, id, before, body) })
    }
    if (body !== null) return { written: true, version: upsert.get(kind, id, JSON.stringify(body), at, at)! }
    remove.run(kind, id)
    return { written: true, version: 0 }
  }
  const putAll = writing(db, (puts: RecordPut[]) => puts.map(put))

  return {
    putRecords(puts: RecordPut[]): RecordWritten[] {
      try {
        return putAll(puts)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return puts.map(({ kind, id }) => ({ written: false, version: versionOf.get(kind, id) ?? 0 }))
      }
    },
  }
}

/** Rolls back all puts of a call when one finds another version than it expects. */
class Refused extends Error {}

function recordOf(row: Row): StoredRecord {
  return { ...row, body: JSON.parse(row.body) as Json }
}
