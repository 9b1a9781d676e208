/** What is old goes, in short transactions, and is counted by day. */
import { DAY, type Millis } from '../../domain/time.ts'
import type { Removable, Removal, Removed, RemovedOnDay } from '../store.ts'
import { auditWriter } from './audit.ts'
import type { BlockReader } from './blocks.ts'
import { type Connection, writing } from './connection.ts'
import { eventRemover } from './retention-events.ts'
import { incidentRemover } from './retention-incidents.ts'
import type { Terms } from './terms.ts'

/** What one transaction removed. `from`..`to`: times of its events. */
export type Gone = Removed & { from?: Millis; to?: Millis }
/** Removes what was received before `before` until `isOver`; the caller has opened the transaction. */
export type Remover = (before: Millis, isOver: () => boolean) => Gone

/** How long removals are told of. */
const TOLD: Millis = 2 * 365 * DAY
/** Rows between two looks at the clock: a rejected record can have a megabyte. */
const ROWS = 20

export function removals(db: Connection, reader: BlockReader, terms: Terms) {
  const removers: Record<Removable, Remover> = {
    events: eventRemover(db, reader),
    incidents: incidentRemover(db),
    rejected: rowRemover(
      db,
      'DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE received < ? ORDER BY received LIMIT ?)',
    ),
    receipts: rowRemover(
      db,
      'DELETE FROM receipt WHERE digest IN (SELECT digest FROM receipt WHERE received < ? ORDER BY received LIMIT ?)',
    ),
    // Of the oldest ones only, so that not all of them are looked at each time.
    deliveries: rowRemover(
      db,
      `DELETE FROM delivery WHERE created < ? AND state <> 'waiting' AND id IN (SELECT id FROM delivery ORDER BY id LIMIT ?)`,
    ),
  }
  const count = db.prepare(
    `INSERT INTO removed(day, reason, what, items, t_from, t_to, last) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(day, reason, what) DO UPDATE SET items = items + excluded.items, last = excluded.last,
       t_from = min(ifnull(t_from, excluded.t_from), ifnull(excluded.t_from, t_from)),
       t_to = max(ifnull(t_to, excluded.t_to), ifnull(excluded.t_to, t_to))`,
  )
  const removeOld = writing(db, ({ what, reason, before, at, budget }: Removal): Removed => {
    const deadline = performance.now() + budget
    const { items, more, from = null, to = null } = removers[what](before, () => performance.now() > deadline)
    if (items > 0) count.run(Math.floor(at / DAY), reason, what, items, from, to, at)
    return { items, more }
  })
  return { removeOld, noteRemoved: removalNotes(db), ...termSweep(db, terms) }
}

/** Removes plain rows; the statement takes the age and how many. */
function rowRemover(db: Connection, sql: string): Remover {
  const drop = db.prepare<[Millis, number]>(sql)
  return (before, isOver) => {
    let items = 0
    do {
      const { changes } = drop.run(before, ROWS)
      items += changes
      if (changes < ROWS) return { items, more: false }
    } while (!isOver())
    return { items, more: true }
  }
}

type Row = RemovedOnDay
const COLUMNS = 'day, last AS at, reason, what, items, t_from AS "from", t_to AS "to"'

function removalNotes(db: Connection): (day: number, at: Millis) => void {
  const note = auditWriter(db)
  const unnoted = db.prepare<[number], Row>(
    `SELECT ${COLUMNS} FROM removed WHERE noted = 0 AND day < ? AND what <> 'receipts' ORDER BY day, reason, what`,
  )
  const mark = db.prepare('UPDATE removed SET noted = 1 WHERE noted = 0 AND day < ?')
  const forget = db.prepare('DELETE FROM removed WHERE day < ?')
  return writing(db, (day: number, at: Millis): void => {
    for (const [on, rows] of Map.groupBy(unnoted.all(day), (row) => row.day)) {
      const detail = rows.map(({ reason, what, items }) => ({ reason, what, items }))
      note({ at, actor: 'vedette', verb: 'old-data.remove', subject: dayText(on), detail })
    }
    mark.run(day)
    forget.run(Math.floor((at - TOLD) / DAY))
  })
}

function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

export function retentionReads(db: Connection) {
  const removed = db.prepare<[number], Row>(
    `SELECT ${COLUMNS} FROM removed WHERE day >= ? ORDER BY day DESC, reason, what`,
  )
  const oldest = db.prepare<[], Millis | null>('SELECT min(received) FROM block').pluck()
  const size = db.prepare<[], { bytes: number; used: number }>(
    `SELECT page_count * page_size AS bytes, (page_count - freelist_count) * page_size AS used
     FROM pragma_page_count, pragma_page_size, pragma_freelist_count`,
  )
  return {
    removed: (since: number): RemovedOnDay[] => removed.all(since),
    oldestReceipt: (): Millis | null => oldest.get() ?? null,
    size: () => size.get()!,
  }
}

/** Accounts, actions and addresses that no event names any more: strangers who try passwords bring new ones for ever. */
function termSweep(db: Connection, terms: Terms) {
  const columns = ['account', 'action', 'ip'] as const
  const KIND = { account: 2, action: 3, ip: 4 }
  const end = db
    .prepare<[number, number], number | null>(
      'SELECT max(id) FROM (SELECT id FROM term WHERE id > ? ORDER BY id LIMIT ?)',
    )
    .pluck()
  const newest = db.prepare<[], number | null>('SELECT max(id) FROM term').pluck()
  const drops = columns.map((column) =>
    db.prepare<[number, number]>(
      `DELETE FROM term WHERE id > ? AND id <= ? AND kind = ${KIND[column]}
         AND NOT EXISTS (SELECT 1 FROM event INDEXED BY event_${column} WHERE ${column} = term.id)`,
    ),
  )
  const sweep = writing(db, (after: number, limit: number): { next: number | null; gone: number } => {
    // The last one stays, or its number would come back.
    const upTo = Math.min(end.get(after, limit) ?? 0, (newest.get() ?? 0) - 1)
    if (upTo <= after) return { next: null, gone: 0 }
    const gone = drops.reduce((sum, drop) => sum + drop.run(after, upTo).changes, 0)
    return { next: upTo, gone }
  })
  return {
    sweepTerms(after: number, limit: number): { next: number | null; gone: number } {
      const swept = sweep(after, limit)
      if (swept.gone > 0) terms.forget()
      return swept
    },
  }
}
