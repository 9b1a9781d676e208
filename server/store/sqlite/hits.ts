/** Hits and the groups that wait because of them. */
import { dayOf, isForLater, type Group, type Hit, type HitContext, type Pending } from '../../domain/hit.ts'
import type { Json } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import type { Page, Span } from '../store.ts'
import { type Connection, writing } from './connection.ts'
import { counter } from './counter.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { textHash } from './event-hash.ts'
import type { GoneTimes } from './gone-times.ts'
import type { KnownPresence } from './known-presence.ts'

type Touched = { rule: string; key: string; day: number; from: Millis; to: Millis; due: Millis }

export type HitWriter = {
  /** Stores those that are new and notes their groups. Too late: among times where hits were deleted. */
  add(hits: readonly Hit[], at: Millis): { isNew: boolean; isTooLate: boolean }
  /** Notes a group though its hits are known. */
  touch(hit: Pick<Hit, 'rule' | 'key' | 'time' | 'due'>, at: Millis): void
  /** Writes the groups noted since the last call: one row and one new revision each. */
  markPending(): void
  forget(): void
}

export function hitWriter(db: Connection, gone: GoneTimes, present: KnownPresence): HitWriter {
  const insert = db.prepare(
    // Of two copies of an event the one that tells more for tuning counts, whichever came first.
    `INSERT INTO hit(rule, version, key, time, hash, step, event, account, value, received, context)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(rule, version, key, time, hash, step) DO UPDATE SET context = excluded.context
       WHERE (length(excluded.context), excluded.context) > (coalesce(length(context), 0), coalesce(context, ''))`,
  )
  const upsert = db.prepare(
    `INSERT INTO pending(rule, key, day, t_from, t_to, due, revision) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(rule, key, day) DO UPDATE SET t_from = min(t_from, excluded.t_from), t_to = max(t_to, excluded.t_to),
       due = min(due, excluded.due), revision = excluded.revision`,
  )
  // Numbers never come back, not even to a group that was settled and waits again: whoever read the old row must lose.
  const nextRevision = counter(db, 'pending')
  const touched = new Map<string, Touched>()

  function touch({ rule, key, time, due }: Pick<Hit, 'rule' | 'key' | 'time' | 'due'>, now: Millis): void {
    const at = Math.max(now, due ?? now)
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
      let isTooLate = false
      for (const hit of hits) {
        if (present.has(hit)) continue
        const { rule, version, key, time, step, event, account } = hit
        const value = hit.value === null ? null : JSON.stringify(hit.value)
        const context = hit.context ? JSON.stringify(hit.context) : null
        const row = [rule, version, key, time, textHash(event), step, event, account, value, at, context]
        const { changes } = insert.run(...row)
        present.add(hit)
        if (changes === 0 || isForLater(hit, at)) continue
        touch(hit, at)
        isNew = true
        if (gone.has(hit)) isTooLate = true
      }
      return { isNew, isTooLate }
    },
    touch,
    markPending() {
      if (touched.size === 0) return
      let revision = nextRevision(touched.size)
      for (const { rule, key, day, from, to, due } of touched.values()) {
        upsert.run(rule, key, day, from, to, due, revision++)
      }
      touched.clear()
    },
    forget() {
      touched.clear()
      present.forget()
    },
  }
}

/** Hits that a re-match over stored events found: the same path, in a transaction of their own. */
export function hitAdder(db: Connection, gone: GoneTimes, present: KnownPresence) {
  const writer = hitWriter(db, gone, present)
  const inTransaction = writing(db, (hits: readonly Hit[], at: Millis): boolean => {
    const { isNew } = writer.add(hits, at)
    writer.markPending()
    return isNew
  })
  const after = db.prepare<[string, number, string, Millis, bigint, number, number], TouchRow>(
    `SELECT key, time, CAST(hash AS TEXT) AS place, step FROM hit
     WHERE rule = ? AND version = ? AND (key, time, hash, step) > (?, ?, ?, ?)
     ORDER BY key, time, hash, step LIMIT ?`,
  )
  const ofKey = db.prepare<[string, number, string, number, bigint, number, number], TouchRow>(
    `SELECT key, time, CAST(hash AS TEXT) AS place, step FROM hit
     WHERE rule = ? AND version = ? AND key = ? AND (time, hash, step) > (?, ?, ?)
     ORDER BY time, hash, step LIMIT ?`,
  )
  const touchPage = writing(
    db,
    (
      { rule, version, key: only }: Pick<Group, 'rule' | 'version'> & { key?: string },
      at: Millis,
      limit: number,
      cursor?: string,
    ): string | null => {
      const place =
        cursor === undefined ? FIRST : decodeCursor(cursor, ['string', 'number', 'string', 'number'])
      const [key, time, hash, step] = place as [string, number, string, number]
      const rows =
        only === undefined
          ? after.all(rule, version, key, time, BigInt(hash), step, limit)
          : ofKey.all(rule, version, only, cursor === undefined ? EARLIEST : time, BigInt(hash), step, limit)
      for (const row of rows) writer.touch({ rule, ...row }, at)
      writer.markPending()
      const last = rows.at(-1)
      if (!last || rows.length < limit) return null
      return encodeCursor([last.key, last.time, last.place, last.step])
    },
  )
  return {
    settleAgain(...args: Parameters<typeof touchPage>): string | null {
      try {
        return touchPage(...args)
      } finally {
        writer.forget()
      }
    },
    addHits(hits: readonly Hit[], at: Millis): boolean {
      try {
        return inTransaction(hits, at)
      } finally {
        writer.forget()
      }
    },
  }
}

type TouchRow = { key: string; time: Millis; place: string; step: number }
/** Before every key: none is empty. */
const FIRST = ['', 0, '0', 0]
/** Before any date. */
const EARLIEST = -1e16

type HitRow = Omit<Hit, 'value' | 'context'> & { value: string | null; context: string | null }
type PageRow = HitRow & { place: string }
/** Before the least of all hashes of its time. */
const LEAST = String(-(2n ** 63n))

export function hitReads(db: Connection) {
  const due = db.prepare<[Millis, string, number], Pending>(
    `SELECT rule, key, day, t_from AS "from", t_to AS "to", due, revision FROM pending
     WHERE due <= ? AND rule NOT IN (SELECT value FROM json_each(?)) ORDER BY due, rule, key, day LIMIT ?`,
  )
  const inGroup = db.prepare<[string, number, string, Millis, Millis], HitRow>(
    `SELECT rule, version, key, time, event, step, account, value, context FROM hit
     WHERE rule = ? AND version = ? AND key = ? AND time BETWEEN ? AND ? ORDER BY time, step, event`,
  )
  const paged = db.prepare<[string, number, string, Millis, Millis, Millis, bigint, number, number], PageRow>(
    `SELECT rule, version, key, time, event, step, account, value, context, CAST(hash AS TEXT) AS place FROM hit
     WHERE rule = ? AND version = ? AND key = ? AND time BETWEEN ? AND ? AND (time, hash, step) > (?, ?, ?)
     ORDER BY time, hash, step LIMIT ?`,
  )
  const ofRule = db.prepare<[string, number, string, Millis, bigint, number, Millis, Millis, number], HitRow>(
    `SELECT rule, version, key, time, event, step, account, value, context FROM hit
     WHERE rule = ? AND version = ? AND (key, time, hash, step) > (?, ?, ?, ?) AND time BETWEEN ? AND ?
     ORDER BY key, time, hash, step LIMIT ?`,
  )
  return {
    ruleHits(
      { rule, version }: Pick<Group, 'rule' | 'version'>,
      { from, to }: Span,
      size: number,
      cursor?: string,
    ): Page<Hit> {
      const [key, time, event, step] = (
        cursor === undefined
          ? ['', 0, null, 0]
          : decodeCursor(cursor, ['string', 'number', 'string', 'number'])
      ) as [string, number, string | null, number]
      const hash = event === null ? 0n : textHash(event)
      const rows = ofRule.all(rule, version, key, time, hash, step, from, to, size)
      const last = rows.at(-1)
      return {
        items: rows.map(hitOf),
        nextCursor:
          last && rows.length === size ? encodeCursor([last.key, last.time, last.event, last.step]) : null,
      }
    },
    pending: (until: Millis, limit: number, except: readonly string[] = []): Pending[] =>
      due.all(until, JSON.stringify(except), limit),
    hitPage(
      { rule, version, key }: Group,
      from: Millis,
      to: Millis,
      size: number,
      cursor?: string,
    ): Page<Hit> {
      const place =
        cursor === undefined ? [from, LEAST, 0] : decodeCursor(cursor, ['number', 'string', 'number'])
      const [time, hash, step] = place as [number, string, number]
      const rows = paged.all(rule, version, key, Math.max(from, time), to, time, BigInt(hash), step, size + 1)
      const items = rows.slice(0, size)
      const last = items.at(-1)
      return {
        items: items.map(hitOf),
        nextCursor: rows.length > size && last ? encodeCursor([last.time, last.place, last.step]) : null,
      }
    },
    hits: ({ rule, version, key }: Group, from: Millis, to: Millis): Hit[] =>
      inGroup.all(rule, version, key, from, to).map(hitOf),
  }
}

function hitOf({ rule, version, key, time, event, step, account, value, context }: HitRow): Hit {
  const parsed = value === null ? null : (JSON.parse(value) as Json)
  const hit = { rule, version, key, time, event, step, account, value: parsed }
  return context === null ? hit : { ...hit, context: JSON.parse(context) as HitContext }
}
