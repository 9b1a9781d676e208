/** Hits and the groups that wait because of them. */
import { dayOf, type Group, type Hit, type Pending } from '../../domain/hit.ts'
import type { Json } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import { type Connection, writing } from './connection.ts'
import { counter } from './counter.ts'
import { textHash } from './event-hash.ts'

type Touched = { rule: string; key: string; day: number; from: Millis; to: Millis; due: Millis }

export type HitWriter = {
  /** Stores those that are new and notes their groups; true if any was new. */
  add(hits: readonly Hit[], at: Millis): boolean
  /** Writes the groups noted since the last call: one row and one new revision each. */
  markPending(): void
  forget(): void
}

export function hitWriter(db: Connection): HitWriter {
  const insert = db.prepare(
    `INSERT INTO hit(rule, version, key, time, hash, step, event, account, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(rule, version, key, time, hash, step) DO NOTHING`,
  )
  const upsert = db.prepare(
    `INSERT INTO pending(rule, key, day, t_from, t_to, due, revision) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(rule, key, day) DO UPDATE SET t_from = min(t_from, excluded.t_from), t_to = max(t_to, excluded.t_to),
       due = min(due, excluded.due), revision = excluded.revision`,
  )
  // Numbers never come back, not even to a group that was settled and waits again: whoever read the old row must lose.
  const nextRevision = counter(db, 'pending')
  const touched = new Map<string, Touched>()

  function touch({ rule, key, time }: Hit, at: Millis): void {
    const day = dayOf(time)
    const name = `${rule}\0${key}\0${day}`
    const group = touched.get(name)
    if (!group) {
      touched.set(name, { rule, key, day, from: time, to: time, due: at })
      return
    }
    if (time < group.from) group.from = time
    if (time > group.to) group.to = time
    if (at < group.due) group.due = at
  }

  return {
    add(hits, at) {
      let isNew = false
      for (const hit of hits) {
        const { rule, version, key, time, step, event, account } = hit
        const value = hit.value === null ? null : JSON.stringify(hit.value)
        const { changes } = insert.run(rule, version, key, time, textHash(event), step, event, account, value)
        if (changes === 0) continue
        touch(hit, at)
        isNew = true
      }
      return isNew
    },
    markPending() {
      if (touched.size === 0) return
      let revision = nextRevision(touched.size)
      for (const { rule, key, day, from, to, due } of touched.values()) {
        upsert.run(rule, key, day, from, to, due, revision++)
      }
      touched.clear()
    },
    forget: () => touched.clear(),
  }
}

/** Hits that a re-match over stored events found: the same path, in a transaction of their own. */
export function hitAdder(db: Connection) {
  const writer = hitWriter(db)
  const inTransaction = writing(db, (hits: readonly Hit[], at: Millis): boolean => {
    const isNew = writer.add(hits, at)
    writer.markPending()
    return isNew
  })
  return {
    addHits(hits: readonly Hit[], at: Millis): boolean {
      try {
        return inTransaction(hits, at)
      } finally {
        writer.forget()
      }
    },
  }
}

type HitRow = Omit<Hit, 'value'> & { value: string | null }

export function hitReads(db: Connection) {
  const due = db.prepare<[Millis, number], Pending>(
    `SELECT rule, key, day, t_from AS "from", t_to AS "to", due, revision FROM pending WHERE due <= ?
     ORDER BY due, rule, key, day LIMIT ?`,
  )
  const inGroup = db.prepare<[string, number, string, Millis, Millis], HitRow>(
    `SELECT rule, version, key, time, event, step, account, value FROM hit
     WHERE rule = ? AND version = ? AND key = ? AND time BETWEEN ? AND ? ORDER BY time, step, event`,
  )
  return {
    pending: (until: Millis, limit: number): Pending[] => due.all(until, limit),
    hits: ({ rule, version, key }: Group, from: Millis, to: Millis): Hit[] =>
      inGroup
        .all(rule, version, key, from, to)
        .map((row) => ({ ...row, value: row.value === null ? null : (JSON.parse(row.value) as Json) })),
  }
}
