/** The evidence of alerts, uncapped, and what it amounts to: kept as tallies, so that a big alert is not counted anew. */
import type { EvidenceRow } from '../../domain/alert.ts'
import type { Json } from '../../domain/json.ts'
import type { EvidenceSummary, Page } from '../store.ts'
import { type Connection, reading } from './connection.ts'
import { decodeCursor, pageOf } from './cursor.ts'
import { textHash } from './event-hash.ts'

/** How many rows a summary shows from each end, and how many accounts it names. */
const EDGE = 100
const ACCOUNTS_SHOWN = 1000

type Row = Omit<EvidenceRow, 'value'> & { value: string | null }
const COLUMNS = 'event, time, step, account, value'

export type EvidenceWriter = {
  add(alert: number, rows: readonly EvidenceRow[]): void
  /** Moves all rows of one alert to another; rows that are there already stay as they are. */
  move(from: number, to: number): void
}

export function evidenceWriter(db: Connection): EvidenceWriter {
  const isKnown = knownEvents(db)
  const insert = db.prepare(
    `INSERT INTO alert_evidence(alert, hash, step, time, event, account, value) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(alert, hash, step) DO NOTHING`,
  )
  const addEvents = db.prepare('UPDATE alert SET events = events + ? WHERE n = ?')
  const addValue = db.prepare('INSERT INTO alert_value(alert, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const addAccount = db.prepare(
    'INSERT INTO alert_account(alert, account) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const moves = moveStatements(db)

  return {
    add(alert, rows) {
      let events = 0
      for (const { event, step, time, account, value } of rows) {
        const hash = textHash(event)
        const isNewEvent = !isKnown(alert, hash)
        const text = value === null ? null : JSON.stringify(value)
        if (insert.run(alert, hash, step, time, event, account, text).changes === 0) continue
        if (isNewEvent) events++
        if (text !== null) addValue.run(alert, text)
        if (account !== null) addAccount.run(alert, account)
      }
      if (events > 0) addEvents.run(events, alert)
    },
    move(from, to) {
      for (const statement of moves) statement.run({ from, to })
    },
  }
}

function moveStatements(db: Connection) {
  return [
    `INSERT INTO alert_evidence(alert, hash, step, time, event, account, value)
       SELECT :to, hash, step, time, event, account, value FROM alert_evidence WHERE alert = :from
       ON CONFLICT(alert, hash, step) DO NOTHING`,
    'DELETE FROM alert_evidence WHERE alert = :from AND :to IS NOT NULL',
    `INSERT INTO alert_value(alert, value) SELECT DISTINCT :to, value FROM alert_evidence
       WHERE alert = :to AND value IS NOT NULL AND :from IS NOT NULL ON CONFLICT DO NOTHING`,
    `INSERT INTO alert_account(alert, account) SELECT DISTINCT :to, account FROM alert_evidence
       WHERE alert = :to AND account IS NOT NULL AND :from IS NOT NULL ON CONFLICT DO NOTHING`,
    'DELETE FROM alert_value WHERE alert = :from AND :to IS NOT NULL',
    'DELETE FROM alert_account WHERE alert = :from AND :to IS NOT NULL',
    `UPDATE alert SET events = CASE n WHEN :from THEN 0
       ELSE (SELECT count(DISTINCT hash) FROM alert_evidence WHERE alert = :to) END WHERE n IN (:from, :to)`,
  ].map((sql) => db.prepare<{ from: number; to: number }>(sql))
}

export function evidenceReads(db: Connection) {
  const alertOf = db.prepare<[string], { n: number; events: number }>(
    'SELECT n, events FROM alert WHERE id = ?',
  )
  const isKnownEvent = knownEvents(db)
  const knownRow = db
    .prepare<[number, bigint, number], 1>(
      'SELECT 1 FROM alert_evidence WHERE alert = ? AND hash = ? AND step = ?',
    )
    .pluck()
  const knownValue = db
    .prepare<[number, string], 1>('SELECT 1 FROM alert_value WHERE alert = ? AND value = ?')
    .pluck()
  const countValues = db.prepare<[number], number>('SELECT count(*) FROM alert_value WHERE alert = ?').pluck()
  const accountsOf = db.prepare<[number], string>('SELECT account FROM alert_account WHERE alert = ?').pluck()
  const all = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM alert_evidence WHERE alert = ?`)
  const first = db.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM alert_evidence WHERE alert = ? ORDER BY time, event, step LIMIT ?`,
  )
  const last = db.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM alert_evidence WHERE alert = ? ORDER BY time DESC, event DESC, step DESC LIMIT ?`,
  )
  const after = db.prepare<[number, number, number, string, number, number], Row>(
    `SELECT ${COLUMNS} FROM alert_evidence WHERE alert = ? AND time >= ? AND (time, event, step) > (?, ?, ?)
     ORDER BY time, event, step LIMIT ?`,
  )

  /** Rows that the first alert does not have, each once. */
  function beyond(base: number, rows: Iterable<EvidenceRow>): EvidenceRow[] {
    const found = new Map<string, EvidenceRow>()
    for (const row of rows) {
      const name = `${row.step}\0${row.event}`
      if (!found.has(name) && !knownRow.get(base, textHash(row.event), row.step)) found.set(name, row)
    }
    return [...found.values()]
  }

  function* rowsOf(alerts: number[], added: EvidenceRow[]): Generator<EvidenceRow> {
    for (const alert of alerts) for (const row of all.iterate(alert)) yield withValue(row)
    yield* added
  }

  /** First and last rows of what is stored and what is beyond it together. */
  function edges(base: number, extra: EvidenceRow[]): EvidenceRow[] {
    const start = first.all(base, 2 * EDGE + 1).map(withValue)
    if (start.length <= 2 * EDGE) {
      const rows = [...start, ...extra].sort(byTime)
      return rows.length <= 2 * EDGE ? rows : [...rows.slice(0, EDGE), ...rows.slice(-EDGE)]
    }
    const end = last.all(base, EDGE).map(withValue)
    return [
      ...[...start, ...extra].sort(byTime).slice(0, EDGE),
      ...[...end, ...extra].sort(byTime).slice(-EDGE),
    ]
  }

  return {
    evidence: reading(db, (alerts: string[], added: EvidenceRow[]): EvidenceSummary => {
      const [base, ...others] = alerts.flatMap((id) => alertOf.get(id) ?? [])
      const n = base?.n ?? 0
      const extra = beyond(
        n,
        rowsOf(
          others.map((other) => other.n),
          added,
        ),
      )
      const events = new Set(extra.map((row) => row.event))
      const values = new Set(extra.flatMap(({ value }) => (value === null ? [] : JSON.stringify(value))))
      const accounts = new Set(accountsOf.all(n))
      for (const { account } of extra) if (account !== null) accounts.add(account)
      return {
        count: (base?.events ?? 0) + count(events, (event) => !isKnownEvent(n, textHash(event))),
        distinct: countValues.get(n)! + count(values, (value) => !knownValue.get(n, value)),
        accounts: [...accounts].sort().slice(0, ACCOUNTS_SHOWN),
        rows: edges(n, extra),
      }
    }),
    alertEvents: reading(db, (id: string, size: number, cursor?: string): Page<EvidenceRow> => {
      const n = alertOf.get(id)?.n ?? 0
      const read =
        cursor === undefined ? first.all(n, size + 1) : after.all(n, ...placeAfter(cursor), size + 1)
      return pageOf(read.map(withValue), size, ({ time, event, step }) => [time, event, step])
    }),
  }
}

function placeAfter(cursor: string): [number, number, string, number] {
  const [time, event, step] = decodeCursor(cursor, ['number', 'string', 'number']) as [number, string, number]
  return [time, time, event, step]
}

/** Whether an alert has any row of this event. */
function knownEvents(db: Connection): (alert: number, hash: bigint) => boolean {
  const find = db
    .prepare<[number, bigint], 1>('SELECT 1 FROM alert_evidence WHERE alert = ? AND hash = ? LIMIT 1')
    .pluck()
  return (alert, hash) => find.get(alert, hash) !== undefined
}

function withValue(row: Row): EvidenceRow {
  return { ...row, value: row.value === null ? null : (JSON.parse(row.value) as Json) }
}

function byTime(a: EvidenceRow, b: EvidenceRow): number {
  return a.time - b.time || (a.event < b.event ? -1 : a.event > b.event ? 1 : a.step - b.step)
}

function count<T>(items: Iterable<T>, test: (item: T) => boolean): number {
  let n = 0
  for (const item of items) if (test(item)) n++
  return n
}
