/** The narrow row of each event: found by identity, written, moved. For the writer, inside its transactions. */
import { accountOf } from '../../domain/account.ts'
import type { LogEvent } from '../../domain/event.ts'
import { type Fields, valuesAt } from '../../domain/json.ts'
import type { Place } from './blocks.ts'
import type { Connection } from './connection.ts'
import { eventHash } from './event-hash.ts'
import { SEVERAL, TERM, type TermKind, type Terms } from './terms.ts'

export type KnownRow = Place & { seq: number }

export type EventRows = {
  /** At the start of each transaction: goes on numbering where the table ends. */
  begin(): void
  /** Adds a row at this place, or gives the row of the same event that is there already. */
  add(event: LogEvent, place: Place): KnownRow | null
  /** Points the row of an event at its merged document. */
  move(seq: number, event: LogEvent, place: Place): void
}

export function eventRows(db: Connection, terms: Terms): EventRows {
  const insert = db.prepare(
    `INSERT INTO event(seq, time, hash, dataset, account, action, ip, outcome, block, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(second, hash) DO NOTHING`,
  )
  const find = db.prepare<[number, bigint], KnownRow>(
    'SELECT seq, block, at FROM event WHERE second = ? AND hash = ?',
  )
  const update = db.prepare(
    'UPDATE event SET time = ?, account = ?, action = ?, ip = ?, outcome = ?, block = ?, at = ? WHERE seq = ?',
  )
  const addSeen = db.prepare(
    'INSERT INTO seen(hash, time, received) VALUES (?, ?, ?) ON CONFLICT(hash) DO NOTHING',
  )
  const findSeen = db.prepare<[bigint], number>('SELECT time FROM seen WHERE hash = ?').pluck()
  const setSeen = db.prepare('UPDATE seen SET time = ?, received = ? WHERE hash = ?')

  const lastSeq = db
    .prepare<[], number>(
      `SELECT max(ifnull((SELECT max(seq) FROM event), 0), (SELECT value FROM counter WHERE name = 'event'))`,
    )
    .pluck()
  // Not SQLite's own choice, which gives a number out again when the last events were removed.
  let last = 0

  /** The row of an event without a time of its own, which came before under another receive time. */
  function seenBefore({ time, receivedAt }: LogEvent, hash: bigint): KnownRow | null {
    if (addSeen.run(hash, time, receivedAt).changes === 1) return null
    const row = find.get(Math.floor(findSeen.get(hash)! / 1000), hash)
    if (row) return row
    // Its event has been deleted by age meanwhile: this is the first one again.
    setSeen.run(time, receivedAt, hash)
    return null
  }

  return {
    begin() {
      last = lastSeq.get()!
    },
    add(event, { block, at }) {
      const hash = eventHash(event)
      if (!event.ownTime) {
        const row = seenBefore(event, hash)
        if (row) return row
      }
      const dataset = terms.idOf(TERM.dataset, event.dataset)
      const [account, action, ip, outcome] = columnsOf(event.fields, terms)
      const added = insert.run(last + 1, event.time, hash, dataset, account, action, ip, outcome, block, at)
      if (added.changes === 0) return find.get(Math.floor(event.time / 1000), hash) ?? null
      last++
      return null
    },
    move(seq, event, { block, at }) {
      update.run(event.time, ...columnsOf(event.fields, terms), block, at, seq)
      if (!event.ownTime) setSeen.run(event.time, event.receivedAt, eventHash(event))
    },
  }
}

type Columns = [account: number | null, action: number | null, ip: number | null, outcome: number | null]

function columnsOf(fields: Fields, terms: Terms): Columns {
  const account = accountOf(fields)
  const emails = valuesAt(fields, 'user.email').length
  return [
    emails > 1 ? SEVERAL : account === null ? null : terms.idOf(TERM.account, account),
    termAt(fields, 'event.action', TERM.action, terms),
    termAt(fields, 'source.ip', TERM.ip, terms),
    termAt(fields, 'event.outcome', TERM.outcome, terms),
  ]
}

function termAt(fields: Fields, path: string, kind: TermKind, terms: Terms): number | null {
  const values = valuesAt(fields, path)
  if (values.length === 0) return null
  const [value] = values
  return values.length === 1 && typeof value === 'string' ? terms.idOf(kind, value) : SEVERAL
}
