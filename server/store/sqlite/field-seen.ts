/** Which fields the events of each dataset have had a value in, and up to where that was looked at. */
import type { FieldNotes, FieldSeen } from '../store.ts'
import { type Connection, writing } from './connection.ts'

export function fieldReads(db: Connection) {
  const all = db.prepare<[], FieldSeen>(
    'SELECT dataset, path, first AS firstAt, last AS lastAt FROM field_seen ORDER BY dataset, path',
  )
  const seq = db.prepare<[], number>('SELECT seq FROM field_look').pluck()
  return {
    fieldsSeen: (): FieldSeen[] => all.all(),
    fieldsSeenUpTo: (): number => seq.get() ?? 0,
  }
}

export function fieldWrites(db: Connection) {
  const add = db.prepare(
    `INSERT INTO field_seen(dataset, path, first, last) VALUES (@dataset, @path, @at, @at)
     ON CONFLICT(dataset, path) DO UPDATE SET last = max(last, excluded.last), first = min(first, excluded.first)`,
  )
  const look = db.prepare(
    'INSERT INTO field_look(one, seq) VALUES (1, ?) ON CONFLICT(one) DO UPDATE SET seq = excluded.seq',
  )
  return {
    noteFields: writing(db, ({ seen, at, upTo }: FieldNotes): void => {
      for (const { dataset, path } of seen) add.run({ dataset, path, at })
      look.run(upTo)
    }),
  }
}
