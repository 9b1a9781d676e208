import type { Connection } from './connection.ts'

export type CounterName =
  'revision' | 'pending' | 'pruned' | 'late' | 'ahead' | 'too_late' | 'block' | 'event'

/** Takes the next `n` numbers of a counter, which never come back; answers the first. Inside a transaction only. */
export function counter(db: Connection, name: CounterName): (n: number) => number {
  const take = db
    .prepare<[number, string], number>('UPDATE counter SET value = value + ? WHERE name = ? RETURNING value')
    .pluck()
  return (n) => take.get(n, name)! - n + 1
}

export function counterValue(db: Connection, name: CounterName): () => number {
  const read = db.prepare<[string], number>('SELECT value FROM counter WHERE name = ?').pluck()
  return () => read.get(name)!
}
