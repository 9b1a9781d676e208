/** The trail of what people did: a chain, each entry holding the hash of the one before. */
import { CHAIN_START, type ChainedEntry, chainHash, type ChainVerdict, verifyChain } from '../audit-chain.ts'
import { entryText, readEntryText } from '../audit-entry.ts'
import type { AuditEntry, Page, StoredAudit } from '../store.ts'
import { type Connection, writing } from './connection.ts'
import { decodeCursor, pageOf } from './cursor.ts'

type Row = ChainedEntry & { hash: string }
const COLUMNS = 'id, time AS at, actor, verb, subject, detail, hash'

export function auditWriter(db: Connection): (entry: AuditEntry) => void {
  const insert = db.prepare('INSERT INTO audit(time, actor, verb, subject, detail) VALUES (?, ?, ?, ?, ?)')
  const before = db
    .prepare<[number], string>('SELECT hash FROM audit WHERE id < ? ORDER BY id DESC LIMIT 1')
    .pluck()
  const seal = db.prepare('UPDATE audit SET hash = ? WHERE id = ?')
  return writing(db, (given: AuditEntry): void => {
    const { at, actor, verb, subject } = given
    const text = entryText(given)
    const id = Number(insert.run(at, actor, verb, subject, text).lastInsertRowid)
    const entry = { id, at, actor, verb, subject, detail: text }
    seal.run(chainHash(before.get(id) ?? CHAIN_START, entry), id)
  })
}

/** Chains what was written by a version that did not; once, when the file is opened. */
export function chainAudit(db: Connection): void {
  const unsealed = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM audit WHERE hash = '' ORDER BY id`)
  const before = db
    .prepare<[number], string>('SELECT hash FROM audit WHERE id < ? ORDER BY id DESC LIMIT 1')
    .pluck()
  const seal = db.prepare('UPDATE audit SET hash = ? WHERE id = ?')
  writing(db, (): void => {
    const rows = unsealed.all()
    let hash = rows[0] ? (before.get(rows[0].id) ?? CHAIN_START) : CHAIN_START
    for (const row of rows) {
      hash = chainHash(hash, row)
      seal.run(hash, row.id)
    }
  })()
}

export function auditReads(db: Connection) {
  const before = db.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`,
  )
  return {
    audit(size: number, cursor?: string): Page<StoredAudit> {
      const [last] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(cursor, ['number'])
      const read = before.all(Number(last), size + 1)
      return pageOf(
        read.map((row) => ({ ...row, ...readEntryText(row.detail) })),
        size,
        ({ id }) => [id],
      )
    },
    verifyAudit: (): ChainVerdict => verifyAudit(db),
  }
}

/** Also for a connection that only reads, while a server writes. */
export function verifyAudit(db: Connection): ChainVerdict {
  return db.transaction(() => {
    const all = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM audit ORDER BY id`)
    // SQLite keeps the highest id that it gave, so that cutting off the end is found too.
    const newest = db.prepare<[], number>(`SELECT seq FROM sqlite_sequence WHERE name = 'audit'`).pluck()
    return verifyChain(all.iterate(), newest.get() ?? 0)
  })()
}
