import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { random } from '../support/query-noise.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

type Doc = Record<string, unknown>
const AT = '2026-10-01T00:00:00.000Z'

async function index(name: string, documents: [id: string, doc: Doc][]): Promise<string[]> {
  const body = documents
    .map(([_id, doc]) => `${JSON.stringify({ index: { _id } })}\n${JSON.stringify(doc)}\n`)
    .join('')
  const response = await siem.request(`/${name}/_bulk`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  return ((await response.json()) as any).items.map((item: any) => item.index.result)
}

async function hits(name: string, query = 'any where true'): Promise<{ _id: string; _source: Doc }[]> {
  const response = await siem.request(`/${name}/_eql/search`, { method: 'POST', json: { query, size: 1000 } })
  return ((await response.json()) as any).hits.events.map(({ _id, _source }: any) => ({ _id, _source }))
}

describe('a document that is sent again under its _id is what was sent last', () => {
  test.each([
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ b: 'x' }, { b: null }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }],
    [{ a: 'abc' }, { a: 'ABC' }],
    [{ a: 'x' }, { a: 'hidden' }],
    [{ a: 5 }, { a: 4 }],
    [{ user: { email: 'a@b.example' } }, { user: { email: 'A@B.EXAMPLE' } }],
  ])('%j, then %j', async (first, second) => {
    const name = `resend-${Math.random().toString(36).slice(2)}`
    const [one, two] = [
      { '@timestamp': AT, ...first },
      { '@timestamp': AT, ...second },
    ]
    expect(await index(name, [['1', one]])).toEqual(['created'])
    expect(await index(name, [['1', two]])).toEqual(['updated'])
    expect(await index(name, [['1', two]])).toEqual(['noop'])
    expect(await hits(name)).toEqual([{ _id: '1', _source: two }])
    // There and back again, within one request.
    await index(name, [
      ['1', one],
      ['1', two],
      ['1', one],
    ])
    expect(await hits(name)).toEqual([{ _id: '1', _source: one }])
  })

  test('with another time it stands at that time, in every search', async () => {
    const later = '2026-10-06T00:00:00.000Z'
    await index('moved', [
      ['1', { '@timestamp': AT, s: 'a' }],
      ['2', { '@timestamp': '2026-10-03T00:00:00Z', s: 'b' }],
    ])
    await index('moved', [['1', { '@timestamp': later, s: 'a2' }]])
    expect((await hits('moved')).map(({ _id }) => _id)).toEqual(['2', '1'])
    const around = (from: string, to: string) =>
      siem.post('/api/v1/search', { language: 'eql', query: 'any where s == "a2" or s == "a"', from, to })
    expect((await around('2026-10-05', '2026-10-07')).events).toMatchObject([
      { time: later, fields: { s: 'a2' } },
    ])
    expect((await around('2026-09-30', '2026-10-02')).events).toEqual([])
    const { buckets } = await siem.post('/api/v1/search/histogram', {
      language: 'eql',
      query: 'any where s != null',
      from: '2026-09-30',
      to: '2026-10-08',
    })
    expect(buckets.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(2)
  })

  test('whatever is sent in whatever order', async () => {
    const next = random(7)
    const last = new Map<string, Doc>()
    for (let round = 0; round < 40; round++) {
      const documents = Array.from({ length: 5 }, (): [string, Doc] => {
        const doc = {
          '@timestamp': `2026-10-0${1 + Math.floor(next() * 5)}T00:00:00Z`,
          n: Math.floor(next() * 3),
          ...(next() < 0.5 ? { s: 'x' } : {}),
        }
        return [String(Math.floor(next() * 12)), doc]
      })
      await index('random', documents)
      for (const [id, doc] of documents) last.set(id, doc)
    }
    const found = new Map((await hits('random')).map(({ _id, _source }) => [_id, _source]))
    expect(found).toEqual(last)
  })
})
