/** What is to be told, and what was. */
import type { Delivery } from '../../domain/channel.ts'
import type { Attempt, DeliveryFilter, DeliveryPlan, ToldRow } from '../deliveries.ts'
import type { Page } from '../store.ts'
import { type Connection, writing } from './connection.ts'
import { decodeCursor, pageOf } from './cursor.ts'

const COLUMNS =
  'id, channel, subject, revision, created AS createdAt, due, attempts, state, finished AS finishedAt, error, body'

export function deliveryReads(db: Connection) {
  const cursor = db.prepare<[], number>('SELECT revision FROM delivery_cursor').pluck()
  const told = db.prepare<[string], { channel: string; subject: string; body: string }>(
    'SELECT channel, subject, body FROM told WHERE subject IN (SELECT value FROM json_each(?))',
  )
  // The order within an incident is kept: what waits is behind all older ones of it.
  const due = db.prepare<[number, string, number], Delivery>(
    `SELECT ${COLUMNS} FROM delivery AS d WHERE state = 'waiting' AND due <= ?
       AND channel NOT IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
       SELECT 1 FROM delivery AS o WHERE o.channel = d.channel AND o.subject = d.subject AND o.id < d.id
         AND o.state = 'waiting') ORDER BY id LIMIT ?`,
  )
  const waiting = db.prepare<[], number>(`SELECT count(*) FROM delivery WHERE state = 'waiting'`).pluck()
  const page = db.prepare<[object], Delivery>(
    `SELECT ${COLUMNS} FROM delivery WHERE id < @last AND (@channel IS NULL OR channel = @channel)
       AND (@state IS NULL OR state = @state) ORDER BY id DESC LIMIT @limit`,
  )
  return {
    deliveryCursor: (): number | null => cursor.get() ?? null,
    toldOf: (subjects: string[]): ToldRow[] =>
      told
        .all(JSON.stringify(subjects))
        .map(({ body, ...row }) => ({ ...row, told: JSON.parse(body) as ToldRow['told'] })),
    dueDeliveries: (now: number, limit: number, except: readonly string[] = []): Delivery[] =>
      due.all(now, JSON.stringify(except), limit),
    waitingDeliveries: (): number => waiting.get()!,
    deliveries({ channel, state, size, cursor: after }: DeliveryFilter): Page<Delivery> {
      const [last] = after === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor(after, ['number'])
      return pageOf(
        page.all({ last: Number(last), channel: channel ?? null, state: state ?? null, limit: size + 1 }),
        size,
        ({ id }) => [id],
      )
    },
  }
}

export function deliveryWrites(db: Connection) {
  const cursor = db.prepare<[], number>('SELECT revision FROM delivery_cursor').pluck()
  const move = db.prepare(
    'INSERT INTO delivery_cursor(one, revision) VALUES (1, ?) ON CONFLICT(one) DO UPDATE SET revision = excluded.revision',
  )
  const add = db.prepare(
    `INSERT INTO delivery(channel, subject, revision, created, due, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT(channel, subject, revision) DO NOTHING`,
  )
  const hasten = db.prepare(
    `UPDATE delivery SET due = ? WHERE channel = ? AND subject = ? AND state = 'waiting' AND attempts = 0 AND due > ?`,
  )
  const tell = db.prepare(
    'INSERT INTO told(channel, subject, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  )
  const end = db.prepare(
    `UPDATE delivery SET attempts = attempts + 1, state = ?, error = ?, due = coalesce(?, due), finished = ? WHERE id = ?`,
  )
  const again = db.prepare(
    `UPDATE delivery SET state = 'waiting', due = ?, finished = NULL WHERE id = ? AND state = 'failed'`,
  )
  return {
    planDeliveries: writing(db, ({ expect, cursor: to, deliveries, told, at }: DeliveryPlan): boolean => {
      if ((cursor.get() ?? 0) !== expect) return false
      move.run(to)
      for (const { channel, subject, revision, due, body } of deliveries) {
        add.run(channel, subject, revision, at, due, body)
        hasten.run(due, channel, subject, due)
      }
      for (const { channel, subject, told: body } of told) tell.run(channel, subject, JSON.stringify(body))
      return true
    }),
    attempted: writing(db, (id: number, { at, error, due }: Attempt): void => {
      const state = error === null ? 'done' : due === null ? 'failed' : 'waiting'
      end.run(state, error, due, state === 'waiting' ? null : at, id)
    }),
    retryDelivery: writing(db, (id: number, at: number): boolean => again.run(at, id).changes > 0),
  }
}
