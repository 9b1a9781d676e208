import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import type { ScannedEvent, ScanRequest, Store } from '../../server/store/store.ts'
import { document } from '../search/random.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { batchOf, sampleEvent } from './samples.ts'
import { temporaryFile } from './temporary-file.ts'

const DOCUMENTS = 900

let file: ReturnType<typeof temporaryFile>
let sqlite: SqliteStore
let memory: Store

beforeAll(async () => {
  file = temporaryFile()
  sqlite = openSqlite({ file: file.path, merge: mergeVersions })
  memory = createMemoryStore({ merge: mergeVersions })
  const documents = fc.sample(document, { numRuns: DOCUMENTS, seed: 11 })
  const events = documents.map(({ time, doc }, n) =>
    sampleEvent({
      time,
      fields: { ...(n < 600 ? withoutOddLetters(doc) : doc), marker: `m${n}x` },
      identity: `i${n}`,
      index: `index-${n % 3}`,
    }),
  )
  // Some are known again, so that some lines are dead.
  const again = events
    .filter((_, n) => n % 9 === 0)
    .map((event) => ({ ...event, fields: { ...event.fields, more: 1 } }))
  for (const batch of [events.slice(0, 600), again, events.slice(600)]) {
    await sqlite.append([batchOf(batch)])
    await memory.append([batchOf(batch)])
  }
  while ((await sqlite.survey(1)) > 0);
})
afterAll(async () => {
  await sqlite.close()
  file.remove()
})

/** Those whose lower case is an ASCII letter: a block with any is always looked at. */
function withoutOddLetters(doc: Fields): Fields {
  return JSON.parse(JSON.stringify(doc).replaceAll(/[\u212a\u0130]/g, 'k')) as Fields
}

type Asked = Omit<ScanRequest, 'limit' | 'budget'>

/** All pages, each as short as can be. */
async function allPages(store: Store, asked: Asked, limit: number): Promise<ScannedEvent[]> {
  const found: ScannedEvent[] = []
  let request: ScanRequest = { ...asked, limit, budget: 0 }
  for (;;) {
    const page = await store.scan(request)
    expect(page.events.length).toBeLessThanOrEqual(limit)
    found.push(...page.events)
    if (page.next === null) return found
    request = { ...request, after: page.next }
  }
}

const needle = fc.oneof(
  fc.constantFrom(
    'ann@x.org',
    'inboxrule',
    'kelvin',
    'istanbul',
    'windows',
    'no-such-text',
    'a/b',
    'x',
    'success',
  ),
  fc.nat(DOCUMENTS).map((n) => `m${n}x`),
)
const value = fc.constantFrom('ann@x.org', 'success', 'failure', 'Send', '10.0.0.1', 'o365.audit', 'nothing')
const asked: fc.Arbitrary<Asked> = fc.record({
  order: fc.constantFrom('newest' as const, 'oldest' as const, 'arrival' as const),
  form: fc.constantFrom('normalised' as const, 'stored' as const),
  needles: fc.array(fc.array(needle, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
  only: fc.dictionary(
    fc.constantFrom('dataset', 'account', 'action', 'ip', 'outcome'),
    fc.array(value, { maxLength: 2 }),
    {
      maxKeys: 2,
    },
  ),
})
const range = fc.option(fc.tuple(fc.nat(40), fc.nat(30)))

test('pages of any size hold every event that may be meant, once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(asked, range, fc.integer({ min: 1, max: 70 }), async (plain, times, limit) => {
      const start = Date.UTC(2026, 2, 2)
      const between = times && {
        from: start + times[0] * 4_000_000,
        to: start + (times[0] + times[1]) * 4_000_000,
      }
      const request = { ...plain, ...between }
      const found = (await allPages(sqlite, request, limit)).map(({ seq }) => seq)
      const meant = (await allPages(memory, request, 1000)).map(({ seq }) => seq)
      // An engine may let through more than is meant, never less, and in the same order.
      const isMeant = new Set(meant)
      expect(found.filter((seq) => isMeant.has(seq))).toEqual(meant)
      expect(new Set(found).size).toBe(found.length)
      const inRange = new Set(
        (await allPages(memory, { ...request, needles: [], only: {} }, 1000)).map(({ seq }) => seq),
      )
      expect(found.filter((seq) => !inRange.has(seq))).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('a text that is in one event only is found by reading few blocks, after a page of any', async () => {
  const first = await sqlite.scan({
    order: 'newest',
    form: 'normalised',
    only: {},
    needles: [],
    limit: 1,
    budget: 0,
  })
  const request = { order: 'newest', form: 'normalised', only: {}, limit: 1000, budget: 10_000 } as const
  const { events, next } = await sqlite.scan({ ...request, needles: [['m450x']], after: first.next! })
  const others = events.filter(({ json }) => !/[\u212a\u0130]/.test(json))
  expect(others.map(({ json }) => JSON.parse(json).marker)).toEqual(['m450x'])
  expect(next).toBeNull()
})

test('an index is asked for by name or by pattern', async () => {
  const request = { order: 'arrival', form: 'stored', only: {}, needles: [] } as const
  const indices = async (names: string[]) => {
    const found = await allPages(sqlite, { ...request, needles: [], indices: names }, 500)
    return [...new Set(found.map(({ index }) => index))].sort()
  }
  expect(await indices(['index-1'])).toEqual(['index-1'])
  expect(await indices(['index-0', '*-2'])).toEqual(['index-0', 'index-2'])
  expect(await indices(['other*'])).toEqual([])
})

test('counts by column and by time are those of a plain count', async () => {
  const start = Date.UTC(2026, 2, 2)
  for (const by of [
    'action',
    'account',
    'ip',
    'outcome',
    'dataset',
    1000,
    3_600_000,
    43_200_000,
    1e16,
  ] as const) {
    for (const only of [
      {},
      { outcome: ['success'] },
      { action: ['Send', 'ann'] },
      { ip: ['10.0.0.1'], outcome: [] },
    ]) {
      for (const between of [
        {},
        { from: start + 1, to: start + 50_000_001 },
        { from: start, to: start + 86_399_999 },
      ]) {
        const request = { by, only, ...between, origin: by === 1e16 ? 0 : start }
        const [counted, plain] = [await sqlite.tally(request), await memory.tally(request)]
        const sorted = (counts: typeof plain.counts) =>
          counts.toSorted((a, b) => (String(a.value) < String(b.value) ? -1 : 1))
        expect(sorted(counted.counts)).toEqual(sorted(plain.counts))
        expect(counted.several.toSorted((a, b) => a - b)).toEqual(plain.several)
      }
    }
  }
})
