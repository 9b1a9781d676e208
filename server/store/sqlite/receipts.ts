import type { Millis } from '../../domain/time.ts'
import type { Connection } from './connection.ts'

/** Keeps that a whole body was taken, in the transaction of its events. */
export function receiptWriter(db: Connection) {
  const keep = db.prepare(
    `INSERT INTO receipt(digest, id, received) VALUES (?, ?, ?)
     ON CONFLICT(digest) DO UPDATE SET id = excluded.id, received = excluded.received`,
  )
  return ({ digest, id }: { digest: string; id: string }, receivedAt: Millis): void => {
    keep.run(digest, id, receivedAt)
  }
}

export function receiptReads(db: Connection) {
  const find = db
    .prepare<[string, Millis], string>('SELECT id FROM receipt WHERE digest = ? AND received >= ?')
    .pluck()
  return { receipt: (digest: string, since: Millis): string | null => find.get(digest, since) ?? null }
}
