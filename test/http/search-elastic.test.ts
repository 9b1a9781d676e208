import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Line, startLine } from '../search/line.ts'
import { API_KEY } from './world.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
})
afterAll(() => line.stop())

let last = 0
/** A new index with these documents, each as its text; their `_id`s are 1, 2, 3... */
async function index(documents: string[], types: Record<string, string> = {}): Promise<string> {
  const name = `index-${++last}`
  const properties = Object.fromEntries(Object.entries(types).map(([path, type]) => [path, { type }]))
  expect((await line.request(`/${name}`, { method: 'PUT', json: { mappings: { properties } } })).status).toBe(
    200,
  )
  await line.bulk(documents.map((json, i) => ({ index: name, id: i + 1, json })))
  return name
}

async function eql(
  name: string,
  body: object,
  query = '',
): Promise<{ status: number; answer: any; text: string }> {
  const response = await line.request(`/${name}/_eql/search${query}`, { method: 'POST', json: body })
  const text = await response.text()
  return { status: response.status, answer: JSON.parse(text), text }
}
async function ids(name: string, body: object): Promise<string[]> {
  const { answer } = await eql(name, body)
  expect(answer.error).toBeUndefined()
  const found = answer.hits.events ?? answer.hits.sequences.flatMap((one: any) => one.events)
  return found.map((hit: any) => hit._id).join()
}

const at = (time: string | number, more: object = {}) => JSON.stringify({ '@timestamp': time, ...more })

describe('what a search answers', () => {
  test('has the shape of Elasticsearch', async () => {
    const name = await index([at('2026-01-01T00:00:00Z', { a: 1 }), at('2026-01-01T00:00:01Z', { a: 2 })])
    const { answer } = await eql(name, { query: 'sequence by ?b [any where a == 1] [any where a == 2]' })
    expect(answer).toEqual({
      is_partial: false,
      is_running: false,
      took: expect.any(Number),
      timed_out: false,
      hits: {
        total: { value: 1, relation: 'eq' },
        sequences: [
          {
            join_keys: [null],
            events: [
              { _index: name, _id: '1', _source: { '@timestamp': '2026-01-01T00:00:00Z', a: 1 } },
              { _index: name, _id: '2', _source: { '@timestamp': '2026-01-01T00:00:01Z', a: 2 } },
            ],
          },
        ],
      },
    })
  })

  test('a document is there as it was sent, to the last digit, as soon as it was taken', async () => {
    const sent =
      '{"@timestamp":"2026-01-01T00:00:00.123456789Z", "n": 9007199254740993, "x": 1.0, "s": "\\u0041\\/"}'
    const name = await index([sent])
    const { text } = await eql(name, { query: 'any where s == "A/" and n == 9007199254740993' })
    expect(text).toContain(`"_source":${sent}`)
  })

  test('the same _id in two indices is two documents', async () => {
    const [one, two] = [await index([at(1, { a: 1 })]), await index([at(2, { a: 2 })])]
    const { answer } = await eql(`${one},${two}`, { query: 'any where true' })
    expect(answer.hits.events.map(({ _index, _id, _source }: any) => [_index, _id, _source.a])).toEqual([
      [one, '1', 1],
      [two, '1', 2],
    ])
  })

  test('filter_path keeps what it names', async () => {
    const name = await index([at(1)])
    const { answer } = await eql(name, { query: 'any where true' }, '?filter_path=hits.events._id')
    expect(answer).toEqual({ hits: { events: [{ _id: '1' }] } })
  })
})

describe('which events come, and in which order', () => {
  test('the last ten without a size, ascending; head asks for the first', async () => {
    const name = await index(Array.from({ length: 12 }, (_, i) => at(i + 1)))
    expect(await ids(name, { query: 'any where true' })).toBe('3,4,5,6,7,8,9,10,11,12')
    expect(await ids(name, { query: 'any where true', result_position: 'head', size: 3 })).toBe('1,2,3')
    expect(await ids(name, { query: 'any where true | head 2' })).toBe('1,2')
    expect(await ids(name, { query: 'any where true | tail 4 | head 2' })).toBe('9,10')
    expect(await ids(name, { query: 'any where true', size: 0 })).toBe('')
  })

  test('by nanoseconds, then the tie-breaker with null last, then arrival', async () => {
    const time = '2026-01-01T00:00:00.000000'
    const name = await index([
      at(`${time}002Z`),
      at(`${time}001Z`, { tie: 2 }),
      at(`${time}001Z`),
      at(`${time}001Z`, { tie: 1 }),
      at(`${time}001Z`, { tie: 1 }),
    ])
    expect(await ids(name, { query: 'any where true', tiebreaker_field: 'tie' })).toBe('4,5,2,3,1')
    expect(await ids(name, { query: 'any where true' })).toBe('2,3,4,5,1')
  })

  test('by another time field, and another category field', async () => {
    const name = await index([
      at(1, { when: '2026-01-03', kind: 'b' }),
      at(2, { when: '2026-01-02', kind: ['a', 'b'] }),
      at(3, { when: 1767225600000, kind: 'b' }),
    ])
    const fields = { timestamp_field: 'when', event_category_field: 'kind' }
    expect(await ids(name, { query: 'b where true', ...fields })).toBe('3,2,1')
    expect(await ids(name, { query: 'a where true', ...fields })).toBe('2')
    expect(await ids(name, { query: 'sequence [b where true] [a where true]', ...fields })).toBe('3,2')
  })

  test('documents from 1970 and from a clock that is ahead stand where they say', async () => {
    const name = await index([
      at('2199-01-01T00:00:00Z'),
      at('1970-01-01T00:00:00Z'),
      at('2026-01-01T00:00:00Z'),
    ])
    expect(await ids(name, { query: 'any where true' })).toBe('2,3,1')
  })
})

describe('what values compare as', () => {
  test.each([
    ['date', '"2026-01-01T00:00:00+01:00"', 'f < "2026-01-01"', true],
    ['date', '1767225600000', 'f == "2026-01-01T00:00:00Z"', true],
    ['date_nanos', '"2026-01-01T00:00:00.000000001Z"', 'f > "2026-01-01T00:00:00.000000000Z"', true],
    ['version', '"1.10.0"', 'f > "1.9.0"', true],
    ['keyword', '"1.10.0"', 'f > "1.9.0"', false],
    ['ip', '"2001:DB8:0::1"', 'f == "2001:db8::1"', true],
    ['ip', '"10.1.2.3"', 'f == "10.0.0.0/8"', true],
    ['long', '"12"', 'f == 12', true],
    ['keyword', '"12"', 'f == "12"', true],
    ['long', '9007199254740993', 'f > 9007199254740992', true],
    ['double', '5', 'f / 2 == 2.5', true],
    ['keyword', '5', 'f / 2 == 2', true],
    ['keyword', '5.0', 'f / 2 == 2.5', true],
    ['keyword', '9007199254740993', 'f == 9007199254740992', false],
    ['keyword', '["a", "b"]', 'f == "a" and f == "b"', true],
    ['keyword', 'null', 'f == null', true],
  ])('%s %s: %s is %s', async (type, json, query, wanted) => {
    const name = await index([`{"@timestamp":1,"f":${json}}`], { f: type })
    expect(await ids(name, { query: `any where ${query}` })).toBe(wanted ? '1' : '')
  })

  test('a mapping that is added later counts, and one that contradicts is refused', async () => {
    const name = await index([at(1, { deep: { v: '1.10' } })])
    const query = { query: 'any where deep.v > "1.9"' }
    expect(await ids(name, query)).toBe('')
    const put = (type: string) =>
      line.request(`/${name}/_mapping`, {
        method: 'PUT',
        json: { properties: { deep: { properties: { v: { type } } } } },
      })
    expect((await put('version')).status).toBe(200)
    expect(await ids(name, query)).toBe('1')
    const refused = await put('ip')
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { type: 'illegal_argument_exception' }, status: 400 })
    expect(await line.get(`/${name}/_mapping`)).toEqual({
      [name]: { mappings: { properties: { deep: { properties: { v: { type: 'version' } } } } } },
    })
  })
})

describe('the filter', () => {
  const documents = [
    at('2026-01-01T10:00:00Z', { user: 'ann', n: 1, text: 'Quick brown fox', tags: ['a', 'b'] }),
    at('2026-01-02T10:00:00Z', { user: 'Bob', n: 20, v: '1.10.0' }),
    at('2026-01-03T10:00:00Z', { n: '3', host: { name: 'srv-1' } }),
  ]
  let name: string
  beforeAll(async () => {
    name = await index(documents, { v: 'version' })
  })

  test.each([
    [{ match_all: {} }, '1,2,3'],
    [{ match_none: {} }, ''],
    [{ term: { user: 'ann' } }, '1'],
    [{ term: { user: { value: 'BOB', case_insensitive: true } } }, '2'],
    [{ term: { 'user.keyword': 'ann' } }, '1'],
    [{ term: { n: 3 } }, '3'],
    [{ term: { n: '20' } }, '2'],
    [{ terms: { tags: ['b', 'c'] } }, '1'],
    [{ range: { n: { gte: 1, lt: 20 } } }, '1'],
    [{ range: { n: { gte: '3' } } }, '2,3'],
    [{ range: { '@timestamp': { gt: '2026-01-01', lte: '2026-01-02' } } }, '2'],
    [{ range: { '@timestamp': { gte: '2026-01-01||+1d/d', lt: 'now' } } }, '2,3'],
    [{ range: { v: { gt: '1.9' } } }, '2'],
    [{ match: { text: 'fox hound' } }, '1'],
    [{ match: { text: { query: 'fox hound', operator: 'and' } } }, ''],
    [{ match_phrase: { text: 'brown fox' } }, '1'],
    [{ exists: { field: 'host' } }, '3'],
    [{ exists: { field: 'host.name' } }, '3'],
    [{ wildcard: { 'host.name': 'srv-?' } }, '3'],
    [{ wildcard: { user: { value: 'b*', case_insensitive: true } } }, '2'],
    [{ prefix: { user: 'an' } }, '1'],
    [{ regexp: { user: 'a.+' } }, '1'],
    [{ ids: { values: ['2', '3'] } }, '2,3'],
    [{ term: { _id: '2' } }, '2'],
    [{ bool: { must_not: { exists: { field: 'user' } } } }, '3'],
    [{ bool: { filter: [{ exists: { field: 'user' } }], should: [{ term: { n: 1 } }] } }, '1,2'],
    [{ bool: { should: [{ term: { n: 1 } }, { term: { n: 20 } }] } }, '1,2'],
    [{ bool: { should: [{ term: { n: 1 } }, { term: { user: 'ann' } }], minimum_should_match: 2 } }, '1'],
    [{ bool: { must: [{ term: { user: 'ann' } }, { term: { n: 20 } }] } }, ''],
  ])('%j keeps %s', async (filter, wanted) => {
    expect(await ids(name, { query: 'any where true', filter })).toBe(wanted)
  })

  test.each([
    [{ query_string: { query: 'x' } }],
    [{ geo_shape: { a: {} } }],
    [{ term: {} }],
    [{ range: { n: { above: 1 } } }],
    [{ bool: { maybe: [] } }],
    [{}],
    [{ term: { a: 1 }, match_all: {} }],
    [{ range: { '@timestamp': { gt: 'soon' } } }],
  ])('%j is refused', async (filter) => {
    const { status, answer } = await eql(name, { query: 'any where true', filter })
    expect(status).toBe(400)
    expect(answer.error).toMatchObject({
      type: 'parsing_exception',
      root_cause: [{ type: 'parsing_exception' }],
    })
  })
})

describe('what is wrong', () => {
  test.each([
    [{ query: 'process were true' }, 'parsing_exception', /^line 1:9: /],
    [{ query: 'any where\n  foo(a)' }, 'verification_exception', /^line 2:3: Unknown function \[foo\]/],
    [
      { query: 'any where 1 + 1' },
      'verification_exception',
      /^line 1:1[01]: Condition expression needs to be boolean/,
    ],
    [{ query: 'any where true', size: 10_001 }, 'action_request_validation_exception', /size/],
    [{ query: 'any where true', size: -1 }, 'action_request_validation_exception', /size/],
    [{ query: 'any where true', result_position: 'middle' }, 'action_request_validation_exception', /head/],
    [{ query: 'any where true', nonsense: 1 }, 'x_content_parse_exception', /unknown field \[nonsense\]/],
    [{}, 'action_request_validation_exception', /query/],
  ])('%j is 400', async (body, type, reason) => {
    const name = await index([at(1)])
    const { status, answer } = await eql(name, body)
    expect(status).toBe(400)
    expect(answer.status).toBe(400)
    expect(answer.error.reason).toMatch(reason)
    expect(answer.error.type).toBe(type)
    expect(answer.error.root_cause).toEqual([{ type, reason: answer.error.reason }])
  })

  test('an index that nobody made or wrote to is 404, unless it is asked for by a pattern', async () => {
    const body = { query: 'any where true' }
    const { status, answer } = await eql('nowhere', body)
    expect([status, answer.error.type]).toEqual([404, 'index_not_found_exception'])
    expect((await eql('nowhere*', body)).answer.hits.events).toEqual([])
    expect((await eql('nowhere', body, '?ignore_unavailable=true')).answer.hits.events).toEqual([])
    const made = await index([])
    expect((await eql(made, body)).answer.hits.events).toEqual([])
  })
})

test('the official client searches', async () => {
  const name = await index([
    at('2026-01-01T00:00:00Z', { user: 'ann', event: { category: 'authentication' } }),
    at('2026-01-01T00:01:00Z', { user: 'ann', event: { category: 'file' } }),
  ])
  const client = new Client({ node: line.url, auth: { apiKey: API_KEY } })
  const query =
    'sequence by user with maxspan=5m [authentication where true] ![process where true] [file where true]'
  const { hits } = await client.eql.search({
    index: name,
    query,
    size: 5,
    filter: { exists: { field: 'user' } },
  })
  expect(hits.total).toEqual({ value: 1, relation: 'eq' })
  expect(hits.sequences![0]!.join_keys).toEqual(['ann'])
  expect(hits.sequences![0]!.events!.map(({ _id, missing }) => missing ?? _id)).toEqual(['1', true, '2'])
  const events = await client.eql.search<{ user: string }>({
    index: [name, 'index-*'],
    query: 'file where user == "ann"',
  })
  expect(events.hits.events!.map(({ _source }) => _source!.user)).toEqual(['ann'])
  await expect(client.eql.search({ index: name, query: 'nonsense' })).rejects.toMatchObject({
    meta: { statusCode: 400, body: { error: { type: 'parsing_exception' } } },
  })
  await client.close()
})
