import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSearch } from '../../server/search/search.ts'
import { localSearchPort } from '../../server/search/port.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import type { ScanRequest } from '../../server/store/store.ts'
import { batchOf, sampleEvent, T0 } from '../store/samples.ts'
import { temporaryFile } from '../store/temporary-file.ts'

let file: ReturnType<typeof temporaryFile>
let store: SqliteStore
let pages = 0

beforeAll(async () => {
  file = temporaryFile()
  store = openSqlite({ file: file.path, merge: () => null })
  const events = Array.from({ length: 6000 }, (_, n) =>
    sampleEvent({ time: T0 + n, identity: `i${n}`, fields: { n } }),
  )
  await store.append([batchOf(events)])
})
afterAll(async () => {
  await store.close()
  file.remove()
})

/** A search that counts the pages it reads; each page ends as soon as it can. */
function countingSearch() {
  const scan = async (request: ScanRequest) => {
    pages++
    return store.scan({ ...request, budget: 0 })
  }
  const { scanned, tally, records } = store
  return createSearch({ store: { scan, scanned, tally, records }, clock: () => T0 })
}

const query = { language: 'eql', query: 'any where n + 1 < 0' } as const
const paging = { size: 50, order: 'desc' } as const

test.each(['before it begins', 'while it runs'])(
  'a search is given up when nobody waits for it any more: %s',
  async (when) => {
    const port = localSearchPort(countingSearch())
    pages = 0
    await port.search(query, paging, new AbortController().signal)
    expect(pages).toBeGreaterThan(50)
    pages = 0
    const client = new AbortController()
    const asked = port.search(query, paging, client.signal)
    if (when === 'while it runs') await new Promise((resolve) => setImmediate(resolve))
    client.abort()
    await expect(asked).rejects.toThrow('Nobody waits')
    expect(pages).toBeLessThan(20)
  },
)

test('others have their turn while a search runs', async () => {
  const search = countingSearch()
  let turns = 0
  const others = setInterval(() => turns++, 0)
  await search.search(1, query, paging)
  clearInterval(others)
  expect(turns).toBeGreaterThan(1)
})

test('an abort after the answer changes nothing, and nothing is kept of it', async () => {
  const port = localSearchPort(countingSearch())
  const client = new AbortController()
  await port.histogram({ language: 'kql', query: 'n: 1' }, client.signal)
  client.abort()
  expect(
    await port.histogram({ language: 'kql', query: 'n: 1' }, new AbortController().signal),
  ).toHaveProperty('buckets')
})
