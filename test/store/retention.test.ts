/** Removing what is old from SQLite: short transactions, a whole file at the end, readers who notice nothing. */
import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { DAY, HOUR } from '../../server/domain/time.ts'
import { shrinkTo } from '../../server/store/sqlite/retention-shrink.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import type { ScanRequest } from '../../server/store/store.ts'
import { batchOf, mergeFields, sampleEvent, T0 } from './samples.ts'
import { temporaryFile } from './temporary-file.ts'

const SCAN: ScanRequest = {
  order: 'newest',
  needles: [],
  form: 'normalised',
  only: {},
  limit: 100,
  budget: 1000,
}

function openStore() {
  const file = temporaryFile()
  const store = openSqlite({ file: file.path, merge: mergeFields })
  const reader = openSqlite({ file: file.path, merge: mergeFields, readonly: true })
  onTestFinished(async () => {
    await store.close()
    await reader.close()
    file.remove()
  })
  return { store, reader, path: file.path }
}

/** `count` events of one day, each of another account and address, as one batch. */
function day(n: number, count: number) {
  const receivedAt = T0 + n * DAY
  const events = Array.from({ length: count }, (_, i) =>
    sampleEvent({
      identity: `d${n}-${i}`,
      receivedAt,
      time: receivedAt - i * 60_000,
      fields: { user: { email: `u${n}-${i}@example.org` }, source: { ip: `10.${n}.0.${i % 250}` }, n: i },
      raw: `{"n":${i}}`,
    }),
  )
  return batchOf(events, { receivedAt })
}

async function sweep(store: SqliteStore): Promise<number> {
  let gone = 0
  for (let after: number | null = 0; after !== null;) {
    const swept: { next: number | null; gone: number } = await store.sweepTerms(after, 100)
    gone += swept.gone
    after = swept.next
  }
  return gone
}

const remove = { what: 'events', reason: 'age', at: T0 + 99 * DAY } as const

test('a slice without time removes a few events, and the next ones go on where it stopped', async () => {
  const { store, reader } = openStore()
  await store.append([day(0, 700)])
  const slices: number[] = []
  for (let more = true; more;) {
    const removed = await store.removeOld({ ...remove, before: T0 + DAY, budget: 0 })
    slices.push(removed.items)
    more = removed.more
    const { events } = await store.state()
    expect(events).toBe(700 - slices.reduce((sum, n) => sum + n, 0))
    const read = await reader.replay(0, T0 * 2, 1000)
    expect(read.events).toHaveLength(events)
  }
  expect(slices.reduce((sum, n) => sum + n, 0)).toBe(700)
  expect(Math.max(...slices)).toBeLessThanOrEqual(16)
})

test('blocks, rows, raw records, notes of texts and counts by the hour go together, and nothing else does', async () => {
  const { store, path } = openStore()
  await store.append([day(0, 600)])
  await store.append([day(5, 300)])
  while ((await store.survey(8)) > 0);
  const moved = { ...day(0, 9).events[8]!.event, fields: { n: 8, seen: 'again' } }
  const later = sampleEvent({ identity: 'later', receivedAt: T0 + 5 * DAY })
  await store.append([batchOf([moved, later], { receivedAt: T0 + 5 * DAY })])
  await store.removeOld({ ...remove, before: T0 + DAY, budget: 60_000 })
  // An event that was updated has its first receipt, and goes with the block that it moved to.
  const left = await store.replay(0, T0 * 2, 1000)
  expect(left.events).toHaveLength(302)
  expect(left.events.map(({ identity }) => identity)).toContain('d0-8')
  const hours = await store.tally({ by: HOUR, only: {} })
  expect(hours.counts.reduce((sum, { count }) => sum + count, 0)).toBe(302)
  const db = new Database(path, { readonly: true })
  const one = (sql: string) => db.prepare(sql).pluck().get()
  expect(one('SELECT count(*) FROM raw WHERE block NOT IN (SELECT id FROM block)')).toBe(0)
  expect(one('SELECT count(*) FROM block_grams WHERE block NOT IN (SELECT id FROM block)')).toBe(0)
  expect(one('SELECT sum(live) FROM block')).toBe(302)
  expect(one('PRAGMA integrity_check')).toBe('ok')
  db.close()
  const gone = await sweep(store)
  // Its account and address: those of the event that was updated are still named.
  expect(gone).toBeGreaterThan(500)
  await store.append([day(0, 3)])
  const search = await store.scan({ ...SCAN, only: { account: ['u0-2@example.org'] } })
  expect(search.events.map(({ event }) => event.identity)).toEqual(['d0-2'])
})

test('a search that is under way goes on over what is left, and remembers no block of another time', async () => {
  const { store, reader } = openStore()
  await store.append([day(0, 300)])
  await store.append([day(1, 300)])
  // From now on the reader has every block unpacked.
  expect((await reader.replay(0, T0 * 2, 1000)).events).toHaveLength(600)
  const first = await reader.scan(SCAN)
  expect(first.events).toHaveLength(100)
  await store.removeOld({ ...remove, before: T0 + DAY / 2, budget: 60_000 })
  const rest = await reader.scan({ ...SCAN, limit: 1000, after: first.next! })
  expect(rest.events).toHaveLength(200)
  await store.removeOld({ ...remove, before: T0 + 9 * DAY, budget: 60_000 })
  expect((await reader.scan(SCAN)).events).toEqual([])
  // Everything is gone: a block with an old number would be read from the memory of the reader.
  await store.append([day(7, 3)])
  const again = await reader.scan(SCAN)
  expect(again.events.map(({ event }) => event.identity)).toEqual(['d7-0', 'd7-1', 'd7-2'])
  expect((await store.scanned(again.events.map(({ seq }) => seq))).map(({ event }) => event.raw)).toEqual(
    [0, 1, 2].map((n) => `{"n":${n}}`),
  )
})

test('pages of what was removed are used again, so that the file stops growing', async () => {
  const { store } = openStore()
  const sizes: number[] = []
  for (let n = 0; n < 12; n++) {
    await store.append([day(n, 1500)])
    for (let more = true; more;) {
      const removed = await store.removeOld({ ...remove, before: T0 + (n - 2) * DAY, budget: 1000 })
      more = removed.more
    }
    await sweep(store)
    sizes.push((await store.size()).bytes)
  }
  expect(sizes.at(-1)! / sizes[5]!).toBeLessThan(1.15)
})

test('a file that is larger than a lowered limit gives its free pages back, and loses nothing', async () => {
  const file = temporaryFile()
  onTestFinished(() => file.remove())
  const open = () => openSqlite({ file: file.path, merge: mergeFields })
  let store = open()
  await store.append([day(0, 3000)])
  await store.append([day(5, 500)])
  await store.removeOld({ ...remove, before: T0 + DAY, budget: 60_000 })
  const kept = await store.replay(0, T0 * 2, 1000)
  await store.close()
  const { size } = statSync(file.path)
  expect(shrinkTo(size, file.path)).toBeNull()
  const shrunk = shrinkTo(size / 2, file.path)!
  expect(shrunk.before).toBe(size)
  expect(shrunk.after).toBeLessThan(size * 0.8)
  expect(statSync(file.path).size).toBe(shrunk.after)
  expect(shrinkTo(1000, file.path)).toBeNull()
  store = open()
  expect(await store.replay(0, T0 * 2, 1000)).toEqual(kept)
  await store.close()
})
