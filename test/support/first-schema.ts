/** A store as the first released schema had it, written with plain SQL: the shapes here are never brought up to date. */
import { createHash } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { shippedMigrations } from '../../server/store/sqlite/migrate.ts'

/** The migrations of the first release. */
const FIRST = 3

export type OldEvent = { time: number; identity: string; dataset: string; fields: object; raw: string }
export type OldRecord = { kind: string; id: string; body: object }
export type OldStore = {
  events: OldEvent[]
  /** With one row of evidence each, by the index of its event. */
  alerts: { body: Record<string, any>; evidence: number }[]
  incidents: Record<string, any>[]
  records: OldRecord[]
  at: number
}

export function makeFirstSchema(file: string, { events, alerts, incidents, records, at }: OldStore): void {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.exec(`CREATE TABLE migration(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied INT NOT NULL)`)
  for (const { number, name, sql, sha256 } of shippedMigrations().slice(0, FIRST)) {
    db.exec(sql)
    db.prepare('INSERT INTO migration VALUES (?, ?, ?, ?)').run(number, name, sha256, at)
  }
  addEvents(db, events, at)
  for (const [n, { body, evidence }] of alerts.entries()) {
    const { id, ruleId, key, severity, status, incidentId, from, to, firstSeen, lastSeen } = body
    db.prepare(
      `INSERT INTO alert(id, rule, key, severity, status, incident, drill, t_from, t_to, first_seen, last_seen, revision, change, events, body)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, 'raised', 1, ?)`,
    ).run(
      id,
      ruleId,
      key,
      severity,
      status,
      incidentId,
      from,
      to,
      firstSeen,
      lastSeen,
      n + 1,
      JSON.stringify(body),
    )
    db.prepare('INSERT INTO alert_user(user, alert) VALUES (?, ?)').run(body['user'], n + 1)
    const event = idOf(events[evidence]!)
    db.prepare(
      'INSERT INTO alert_evidence(alert, hash, step, time, event, account) VALUES (?, ?, 0, ?, ?, ?)',
    ).run(n + 1, hash(event), events[evidence]!.time, event, body['user'])
  }
  for (const [n, body] of incidents.entries()) {
    const { id, user, entity, status, firstSeen, lastSeen } = body
    db.prepare(
      `INSERT INTO incident(id, user, user_lower, entity, status, drill, first_seen, last_seen, revision, change, body)
       VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, 'raised', ?)`,
    ).run(id, user, user, entity.value, status, firstSeen, lastSeen, 100 + n, JSON.stringify(body))
  }
  db.prepare(`UPDATE counter SET value = ? WHERE name = 'revision'`).run(100 + incidents.length)
  for (const { kind, id, body } of records) {
    db.prepare('INSERT INTO record VALUES (?, ?, 1, ?, ?, ?)').run(kind, id, JSON.stringify(body), at, at)
    db.prepare('INSERT INTO audit(time, actor, verb, subject, detail) VALUES (?, ?, ?, ?, ?)').run(
      at,
      'ann',
      `${kind}.create`,
      id,
      'null',
    )
  }
  db.close()
}

function addEvents(db: Database.Database, events: OldEvent[], at: number): void {
  const lines = events.map(({ time, identity, dataset, fields }) => {
    const index = `logs-${dataset}-default`
    const rest = [time, at, dataset, identity, index, 'vector', ['web'], null, 1]
    return `${JSON.stringify(fields)}\t${JSON.stringify(rest)}\n`
  })
  const documents = Buffer.from(lines.join(''))
  const texts = events.map(({ raw }) => raw)
  const raw = Buffer.from(
    `${JSON.stringify(texts.map((text) => Buffer.byteLength(text)))}\n${texts.join('')}`,
  )
  const times = events.map(({ time }) => time)
  db.prepare('INSERT INTO block VALUES (1, ?, ?, ?, ?, ?, ?, ?)').run(
    Math.min(...times),
    Math.max(...times),
    at,
    events.length,
    events.length,
    documents.length,
    zstdCompressSync(documents),
  )
  db.prepare('INSERT INTO raw VALUES (1, ?, ?)').run(raw.length, zstdCompressSync(raw))
  const term = db.prepare('INSERT INTO term(kind, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const termId = db.prepare('SELECT id FROM term WHERE kind = ? AND value = ?').pluck()
  for (const [line, { time, identity, dataset, fields }] of events.entries()) {
    const named = fields as { user?: { email?: string }; event?: { action?: string } }
    const ids = [dataset, named.user?.email, named.event?.action].map((value, i) => {
      if (value === undefined) return null
      term.run(i + 1, value)
      return termId.get(i + 1, value)
    })
    db.prepare(
      'INSERT INTO event(time, hash, dataset, account, action, block, at) VALUES (?, ?, ?, ?, ?, 1, ?)',
    ).run(time, hash(`${dataset}\0${identity}`), ...ids, line)
  }
  for (const [dataset, of] of Map.groupBy(events, (event) => event.dataset)) {
    const last = Math.max(...of.map(({ time }) => time))
    db.prepare('INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, 0)').run(
      'vector',
      dataset,
      at,
      at,
      last,
      of.length,
    )
    db.prepare('INSERT INTO traffic VALUES (?, ?, ?, ?, 0)').run(
      at - (at % 60_000),
      'vector',
      dataset,
      of.length,
    )
  }
}

export function idOf({ time, dataset, identity }: OldEvent): string {
  return `${Math.floor(time / 1000).toString(36)}~${dataset}~${identity}`
}

function hash(text: string): bigint {
  return createHash('sha1').update(text).digest().readBigInt64BE()
}
