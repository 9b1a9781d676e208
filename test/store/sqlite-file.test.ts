/** What only the engine with a file has: its schema, readers beside the writer, blocks that are rewritten. */
import { readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openConnection } from '../../server/store/sqlite/connection.ts'
import { migrate, shippedMigrations } from '../../server/store/sqlite/migrate.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { batchOf, matched, mergeFields, sampleEvent, sampleHit, T0 } from './samples.ts'
import { temporaryFile } from './temporary-file.ts'

function newFile(): string {
  const file = temporaryFile()
  onTestFinished(() => file.remove())
  return file.path
}
const open = (file: string, readonly = false) => openSqlite({ file, merge: mergeFields, readonly })
const events = (n: number, from = 0) =>
  Array.from({ length: n }, (_, i) =>
    sampleEvent({
      identity: `e${from + i}`,
      time: T0 + (from + i) * 700,
      fields: { n: from + i },
      raw: `r${from + i}`,
    }),
  )

test('every connection is durable: write-ahead log, full synchronisation', async () => {
  const file = newFile()
  const writer = open(file)
  for (const readonly of [false, true]) {
    const db = openConnection(file, readonly)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    db.close()
  }
  await writer.close()
})

test('each migration is recorded once, with its checksum', async () => {
  const file = newFile()
  for (let i = 0; i < 2; i++) await open(file).close()
  const db = new Database(file)
  const shipped = shippedMigrations().map(({ number, name, sha256 }) => ({ number, name, sha256 }))
  expect(db.prepare('SELECT number, name, sha256 FROM migration ORDER BY number').all()).toEqual(shipped)
  expect(new Set(shipped.map(({ number }) => number)).size).toBe(shipped.length)
  db.close()
})

test.each([
  [
    'a file of a newer program',
    `INSERT INTO migration VALUES (9999, '9999-later.sql', 'x', 1)`,
    /newer Vedette.*9999/,
  ],
  [
    'a file made by a changed migration',
    `UPDATE migration SET sha256 = 'x' WHERE number = 2`,
    /another 0002-/,
  ],
])('%s is refused by writer and reader', async (_, change, message) => {
  const file = newFile()
  await open(file).close()
  const db = new Database(file)
  db.exec(change)
  db.close()
  expect(() => open(file)).toThrow(message)
  expect(() => open(file, true)).toThrow(message)
})

test('a migration that fails leaves nothing behind', () => {
  const db = openConnection(newFile(), false)
  const bad = { number: 1, name: '0001-bad.sql', sql: 'CREATE TABLE x(a); CREATE TABLE x(a)', sha256: 'x' }
  expect(() => migrate(db, [bad])).toThrow(/already exists/)
  migrate(db, [{ ...bad, sql: 'CREATE TABLE x(a)' }])
  expect(db.prepare('SELECT number FROM migration').all()).toEqual([{ number: 1 }])
  db.close()
})

test('one that fails takes back those before it in the same upgrade, and says what to do', () => {
  const db = openConnection(newFile(), false)
  const of = (number: number, sql: string) => ({
    number,
    name: `000${number}-x.sql`,
    sql,
    sha256: String(number),
  })
  migrate(db, [of(1, 'CREATE TABLE a(x); INSERT INTO a VALUES (1)')])
  const upgrade = [of(1, ''), of(2, 'DELETE FROM a'), of(3, 'INSERT INTO missing VALUES (1)')]
  expect(() => migrate(db, upgrade)).toThrow(/0003-x.sql: no such table.*as it was: start the version/)
  expect(db.prepare('SELECT x FROM a').all()).toEqual([{ x: 1 }])
  expect(db.prepare('SELECT number FROM migration').all()).toEqual([{ number: 1 }])
  db.close()
})

test('a reader refuses a file that no writer has prepared, and one that is not there', () => {
  const file = newFile()
  expect(() => open(file, true)).toThrow()
  new Database(file).exec('CREATE TABLE x(a)').close()
  expect(() => open(file, true)).toThrow(/not been migrated/)
})

test('a file that is no database is an error, not an empty store', () => {
  const file = newFile()
  writeFileSync(file, 'something else entirely, long enough to be looked at\n'.repeat(100))
  expect(() => open(file)).toThrow(/not a database/)
  expect(readFileSync(file, 'utf8')).toMatch(/^something else/)
})

test('a reader sees each commit of the writer, and cannot write', async () => {
  const file = newFile()
  const [writer, reader] = [open(file), open(file, true)]
  for (const event of events(5)) {
    await writer.append([batchOf([event])])
    expect(await reader.event(event.id)).toEqual(event)
  }
  await expect(reader.note({ at: 1, actor: 'a', verb: 'b', subject: 'c', detail: null })).rejects.toThrow(
    /readonly/,
  )
  await expect(reader.append([batchOf(events(1, 9))])).rejects.toThrow(/readonly/)
  await reader.close()
  await writer.close()
})

test('an append that fails leaves no trace of its batches', async () => {
  const file = newFile()
  const store = open(file)
  const good = sampleEvent({ fields: { event: { action: 'new-action' } } })
  const bad = {
    ...matched(sampleEvent({ identity: 'bad' })),
    hits: [{ ...sampleHit(good), rule: null as never }],
  }
  await expect(store.append([batchOf([matched(good, sampleHit(good)), bad])])).rejects.toThrow(/NOT NULL/)
  expect(await store.state()).toMatchObject({ events: 0, pending: 0 })
  expect(await store.sources()).toEqual([])
  const [answer] = await store.append([batchOf([matched(good, sampleHit(good))])])
  expect(answer).toEqual({ outcomes: ['accepted'], nudge: true })
  expect(await store.event(good.id)).toEqual(good)
  await store.close()
  const db = new Database(file, { readonly: true })
  const named = 'SELECT t.value FROM event e JOIN term t ON t.id = e.action'
  expect(db.prepare(named).pluck().all()).toEqual(['new-action'])
  db.close()
})

test('small blocks become full ones, dead lines go, and nothing that can be read changes', async () => {
  const file = newFile()
  const store = open(file)
  const all = events(400)
  for (const event of all.slice(0, 130)) await store.append([batchOf([event])])
  for (let i = 130; i < 400; i += 90) await store.append([batchOf(all.slice(i, i + 90))])
  const updated = { ...all[7]!, fields: { n: 7, more: true }, raw: 'newer' }
  await store.append([batchOf([updated])])
  const expected = all.with(7, updated)
  const reader = open(file, true)
  const read = async (from: typeof store) => (await from.replay(0, T0 + 1e9, 1000)).events
  expect(await read(reader)).toEqual(expected)

  const db = new Database(file, { readonly: true })
  const sizes = () => db.prepare('SELECT live FROM block ORDER BY live').pluck().all()
  expect(sizes()).toHaveLength(134)
  expect(sizes()[0]).toBe(0)
  // 129 blocks of one, an empty one, one of 90 and the update's: no other fits into the same block.
  expect(await store.compact(1)).toBe(132)
  expect(sizes()).toEqual([90, 90, 220])
  expect(await store.compact(9)).toBe(0)
  db.close()

  expect(await read(store)).toEqual(expected)
  expect(await read(reader)).toEqual(expected)
  expect((await store.append([batchOf([all[3]!, updated])]))[0]!.outcomes).toEqual(['duplicate', 'duplicate'])
  await reader.close()
  await store.close()
})

test('an event without its own time is found by its id even after its receipt was forgotten', async () => {
  const file = newFile()
  const store = open(file)
  const untimed = sampleEvent({ ownTime: false })
  await store.append([batchOf([untimed, sampleEvent()])])
  const db = new Database(file)
  db.exec('DELETE FROM seen')
  db.close()
  expect(await store.event(untimed.id)).toEqual(untimed)
  await store.close()
})
