import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { valuesAt } from '../../server/domain/json.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { compilePredicate } from '../../server/lang/predicate.ts'
import { runQuery } from '../../server/lang/run.ts'
import type { EventQuery } from '../../server/lang/tree.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { toEvents } from '../../server/ingest/events.ts'
import { parseDocument } from '../../server/search/document.ts'
import { readQuery, type SearchQuery } from '../../server/search/query.ts'
import { createSearch, type Search } from '../../server/search/search.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import { batchOf } from '../store/samples.ts'
import { temporaryFile } from '../store/temporary-file.ts'
import { document, eventQuery, kqlQuery, sampleQuery, sequenceQuery, writtenOtherwise } from './random.ts'

const DOCUMENTS = 700
const NOW = Date.UTC(2026, 2, 5)
const RUNS = Number(process.env.VEDETTE_PROPERTY_RUNS ?? 400)
const INDICES = ['logs-a', 'logs-b', 'other']

type Stored = { event: LogEvent; seq: number }

let file: ReturnType<typeof temporaryFile>
let store: SqliteStore
let search: Search
let stored: Stored[]

// One store for all queries: documents in several indices under the same `_id`s, some merged, in blocks of all sizes.
beforeAll(async () => {
  file = temporaryFile()
  store = openSqlite({ file: file.path, merge: mergeVersions })
  search = createSearch({ store, clock: () => NOW })
  const documents = fc.sample(document, { numRuns: DOCUMENTS, seed: 7 })
  for (let at = 0, size = 1; at < documents.length; size = (size * 3) % 101) {
    const records = documents.slice(at, at + size).map(({ doc }, i) => {
      const number = at + i
      return {
        line: i + 1,
        raw: writtenOtherwise(doc, number),
        record: doc,
        ...(number % 4 === 3 ? {} : { index: INDICES[number % 3]!, docId: `d${Math.floor(number / 3)}` }),
      }
    })
    const { events, rejections } = toEvents({
      records,
      dataset: null,
      source: 'test',
      drill: null,
      geo: null,
      receivedAt: Date.UTC(2026, 2, 4) + at,
      batchId: `${at}`,
    })
    expect(rejections).toEqual([])
    await store.append([batchOf(events.map(({ event }) => event))])
    at += size
  }
  await store.compact(10)
  stored = []
  for (let cursor: string | undefined; ;) {
    const page = await store.replay(-8e15, 8e15, 1000, cursor)
    stored.push(...page.events.map((event, i) => ({ event, seq: stored.length + i + 1 })))
    if (page.cursor === null) break
    cursor = page.cursor
  }
  expect(stored.length).toBe(DOCUMENTS)
})
afterAll(async () => {
  await store.close()
  file.remove()
})

const oldestFirst = (a: Stored, b: Stored) => a.event.time - b.event.time || a.seq - b.seq

/** Reads an answer page by page; every page says the same total. */
async function allPages(query: SearchQuery, order: 'asc' | 'desc', size: number) {
  const events: any[] = []
  const totals = new Set<string>()
  for (let cursor: string | undefined; ;) {
    const answer = await search.search(1, query, { size, order, ...(cursor ? { cursor } : {}) })
    if (!('text' in answer)) throw new Error(JSON.stringify(answer))
    const page = JSON.parse(answer.text)
    events.push(...page.events)
    totals.add(JSON.stringify(page.total))
    expect(page.events.length).toBeLessThanOrEqual(size)
    if (page.nextCursor === null) return { ids: events.map(({ id }) => id as string), totals: [...totals] }
    cursor = page.nextCursor
  }
}

const range = fc.oneof(
  fc.constant({}),
  fc.tuple(fc.nat(50), fc.nat(30)).map(([a, b]) => ({
    from: Date.UTC(2026, 2, 2) + a * 3_000_001,
    to: Date.UTC(2026, 2, 2) + (a + b) * 3_000_001,
  })),
)
const anyQuery = fc.oneof(
  eventQuery.map((query) => ({ language: 'eql' as const, query })),
  kqlQuery.map((query) => ({ language: 'kql' as const, query })),
)

/** What a plain filter over all stored documents keeps. */
function plainly(query: SearchQuery): Stored[] {
  const parsed = readQuery(query, NOW)
  if ('mistakes' in parsed) throw new Error(JSON.stringify([query, parsed]))
  const meets = compilePredicate(parsed as EventQuery)
  const { from = -Infinity, to = Infinity } = query
  return stored
    .filter(({ event }) => event.time >= from && event.time <= to && meets(event.fields))
    .toSorted(oldestFirst)
}

describe('search over SQLite is a plain filter over all documents', { timeout: 600_000 }, () => {
  test('events in both orders, a page at a time, with their number', async () => {
    let exact = 0
    await fc.assert(
      fc.asyncProperty(
        anyQuery,
        range,
        fc.boolean(),
        fc.constantFrom(1000, 7, 60),
        async (asked, times, isUp, size) => {
          const query = { ...asked, ...times }
          const wanted = plainly(query)
          const { ids, totals } = await allPages(query, isUp ? 'asc' : 'desc', size)
          expect(ids).toEqual((isUp ? wanted : wanted.toReversed()).map(({ event }) => event.id))
          const [total] = totals.map((text) => JSON.parse(text) as { value: number; exact: boolean })
          expect(totals).toHaveLength(1)
          // Counting has so long; a busy machine may not come to the end of it, and then says so.
          if (total!.exact) exact++
          expect(total!.exact ? total!.value === wanted.length : total!.value <= wanted.length).toBe(true)
        },
      ),
      { numRuns: RUNS },
    )
    expect(exact).toBeGreaterThan(RUNS / 2)
  })

  test('counts over time and by value', async () => {
    const fields = fc.constantFrom(
      'event.action',
      'user.email',
      'source.ip',
      'event.outcome',
      'port',
      'user.name',
    )
    await fc.assert(
      fc.asyncProperty(anyQuery, range, fields, async (asked, times, field) => {
        const query = { ...asked, ...times }
        const wanted = plainly(query)
        const counted = await search.histogram(1, query)
        if (!('buckets' in counted)) throw new Error(JSON.stringify(counted))
        const inBuckets = counted.buckets.reduce((sum, { count }) => sum + count, 0)
        expect(inBuckets).toBe(wanted.length)
        for (const { from, to, count } of counted.buckets) {
          expect(wanted.filter(({ event }) => event.time >= from && event.time < to).length).toBe(count)
        }
        const top = await search.top(1, query, { field, size: 1000 })
        if (!('values' in top)) throw new Error(JSON.stringify(top))
        const counts = new Map(top.values.map(({ value, count }) => [value, count]))
        expect(top.other).toBe(0)
        expect(counts).toEqual(countsOf(wanted, field))
      }),
      { numRuns: RUNS / 4 },
    )
  })

  test('EQL over documents as they were sent, in any indices', async () => {
    const indices = fc.constantFrom('_all', 'logs-*', 'other', 'logs-a,other', '*-b', 'logs-b')
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 3, arbitrary: eventQuery }, { weight: 2, arbitrary: sequenceQuery }, sampleQuery),
        indices,
        fc.constantFrom(3, 10_000),
        fc.constantFrom('head', 'tail'),
        async (query, index, size, position) => {
          const answer = await search.eql(1, {
            index,
            query: {},
            body: { query, size, result_position: position },
          })
          if (!('text' in answer)) throw new Error(`${query}: ${JSON.stringify(answer)}`)
          const { hits } = JSON.parse(answer.text)
          expect(hits.events ?? hits.sequences.map((one: any) => one.events)).toEqual(
            eqlPlainly(query, index, size, position as 'head' | 'tail'),
          )
        },
      ),
      { numRuns: RUNS },
    )
  })
})

function countsOf(found: Stored[], field: string): Map<unknown, number> {
  const counts = new Map<unknown, number>()
  for (const { event } of found) {
    const lower = (value: unknown) =>
      typeof value === 'string' && field.startsWith('user.') ? value.toLowerCase() : value
    let values = valuesAt(event.fields, field)
    if (field === 'user.email') {
      if (values.length < 2) {
        const own = ['user.email', 'user.name', 'user.id'].flatMap((path) =>
          valuesAt(event.fields, path)
            .filter((value) => typeof value === 'string' && value !== '')
            .slice(0, 1),
        )
        values = own.slice(0, 1)
      }
      values = values.filter((value) => typeof value === 'string' && value.includes('@'))
    }
    for (const value of new Set(values.filter((one) => typeof one !== 'object').map(lower))) {
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  return counts
}

const fits = (index: string, name: string) =>
  name.split(',').some((one) => one === '_all' || new RegExp(`^${one.replaceAll('*', '.*')}$`).test(index))

function eqlPlainly(text: string, index: string, size: number, position: 'head' | 'tail'): unknown[] {
  const { query } = parseEql(text)
  const events = stored
    .filter(({ event }) => fits(event.index, index))
    .map(({ event }) => ({
      doc: parseDocument(event.docId === undefined ? JSON.stringify(event.fields) : event.raw),
      time: event.time,
      event,
    }))
  const first = {
    kind: query!.pipes[0]?.kind ?? position,
    count: size,
    at: { line: 1, column: 1, length: 0, offset: 0 },
  }
  const pipes = query!.kind === 'sample' ? query!.pipes : [first, ...query!.pipes]
  const result = runQuery({ ...query!, pipes }, events, { size })
  const hit = (found: (typeof events)[number] | null) => {
    if (!found) return { _index: '', _id: '', missing: true }
    const { event } = found
    const source = event.docId === undefined ? event.fields : JSON.parse(event.raw)
    return { _index: event.index, _id: event.docId ?? event.id, _source: source }
  }
  return result.kind === 'event'
    ? result.events.map(hit)
    : result.groups.map((group) => group.events.map(hit))
}
