/** One document at a time, parts of documents, and everything beside them, through the real way into the store. */
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Line, startLine } from '../search/line.ts'
import { API_KEY } from './world.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
})
afterAll(() => line.stop())

async function send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/json' }
  const response = await line.request(path, {
    method,
    ...(body === undefined ? { headers } : { body, headers: { ...type, ...headers } }),
  })
  expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
  const text = await response.text()
  const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null
  return { status: response.status, json, text, type: response.headers.get('content-type') }
}
async function bulk(...lines: (object | string)[]) {
  const body = lines.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('')
  const { json } = await send('POST', '/_bulk', body)
  return json.items.map((item: object) => Object.values(item)[0])
}
async function source(index: string, id: string): Promise<unknown> {
  const { json } = await send('POST', `/${index}/_eql/search`, '{"query":"any where true","size":100}')
  return json.hits.events.find((hit: any) => hit._id === id)?._source
}

describe('one document', () => {
  test.each([
    ['POST', '/one/_doc'],
    ['POST', '/one/_doc/a'],
    ['PUT', '/one/_doc/b'],
    ['POST', '/one/_create/c'],
    ['PUT', '/one/_create/d'],
    ['POST', '/one/_doc?op_type=create&refresh=wait_for&timeout=1m'],
    ['PUT', '/elastic/one/_doc/e'],
    ['POST', '/api/default/one/_doc'],
  ])('%s %s is answered as Elasticsearch does', async (method, path) => {
    const { status, json } = await send(method, path, '{\n  "n": 1,\r\n  "text": "two\\nlines"\n}\n')
    expect(status).toBe(201)
    expect(json).toEqual({
      _index: 'one',
      _id: expect.any(String),
      _version: 1,
      result: 'created',
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: 0,
      _primary_term: 1,
    })
    const id = /\/_(?:doc|create)\/(\w)/.exec(path)?.[1]
    if (!id) return
    expect(json._id).toBe(id)
    expect(await source('one', id)).toEqual({ n: 1, text: 'two\nlines' })
  })

  test('a known id is updated with _doc, and refused with _create', async () => {
    await send('PUT', '/known/_doc/a', '{"n":1}')
    expect(await send('PUT', '/known/_doc/a', '{"n":2}')).toMatchObject({
      status: 200,
      json: { result: 'updated' },
    })
    for (const path of ['/known/_create/a', '/known/_doc/a?op_type=create']) {
      const { status, json } = await send('PUT', path, '{"n":3}')
      expect([status, json.error.type]).toEqual([409, 'version_conflict_engine_exception'])
    }
    expect(await source('known', 'a')).toEqual({ n: 2 })
  })

  test('without an id it is always new to its sender, and the same request twice is stored once', async () => {
    const before = (await line.store.state()).events
    for (const _ of [1, 2]) {
      expect(await send('POST', '/twice/_doc', '{"m":1}')).toMatchObject({
        status: 201,
        json: { result: 'created' },
      })
    }
    expect((await line.store.state()).events).toBe(before + 1)
  })

  test.each([
    ['/broken/_doc', 'no json', 'document_parsing_exception'],
    ['/broken/_doc', '[1]', 'document_parsing_exception'],
    ['/broken/_doc', '{"a":1}\n{"b":2}', 'document_parsing_exception'],
    ['/broken/_doc', '', 'illegal_argument_exception'],
    ['/bro%22ken/_doc', '{"a":1}', 'invalid_index_name_exception'],
    [`/broken/_doc/${'x'.repeat(513)}`, '{"a":1}', 'illegal_argument_exception'],
    ['/broken/_update/x', '{"script":"ctx._source.n++"}', 'illegal_argument_exception'],
  ])('%s with %j is 400 and says why', async (path, body, type) => {
    const { status, json } = await send('POST', path, body)
    expect([status, json]).toMatchObject([400, { status: 400, error: { type, root_cause: [{ type }] } }])
    expect(json.error.reason.length).toBeGreaterThan(20)
  })
})

test.each([
  ['/path-a/_bulk', 'path-a'],
  ['/path-b/_doc/_bulk', 'path-b'],
  ['/elastic/path-c/_bulk', 'path-c'],
  ['/api/default/path-d/_bulk', 'path-d'],
  ['/some/where/path-e/_bulk', 'path-e'],
  ['/elastic/_bulk', 'elastic'],
])('a document without an index, sent to %s, goes to %s', async (path, index) => {
  const { json } = await send('POST', path, '{"create":{}}\n{"n":1}\n')
  expect(json).toMatchObject({ errors: false, items: [{ create: { status: 201, _index: index } }] })
})

describe('a part of a document', () => {
  test('is joined with what is stored: objects inside, lists and null in place of what was there', async () => {
    const sent = { user: { name: 'ada', roles: ['a', 'b'] }, n: 1, gone: 'x' }
    await send('PUT', '/parts/_doc/1', JSON.stringify(sent))
    const change = { doc: { user: { email: 'ada@x.example', roles: ['c'] }, gone: null } }
    expect(await send('POST', '/parts/_update/1', JSON.stringify(change))).toMatchObject({
      status: 200,
      json: { result: 'updated', _id: '1' },
    })
    const after = { user: { name: 'ada', roles: ['c'], email: 'ada@x.example' }, n: 1, gone: null }
    expect(await source('parts', '1')).toEqual(after)
    expect(await send('POST', '/parts/_update/1', JSON.stringify(change))).toMatchObject({
      status: 200,
      json: { result: 'noop' },
    })
    const found = await line.post('/api/v1/search', {
      language: 'eql',
      query: 'any where user.email == "ada@x.example"',
    })
    expect(((await found.json()) as any).events).toHaveLength(1)
  })

  test('of an unknown document is 404, or makes it with upsert or doc_as_upsert', async () => {
    const update = (_id: string) => ({ update: { _index: 'upserts', _id } })
    const items = await bulk(
      update('a'),
      { doc: { n: 1 } },
      update('b'),
      { doc: { n: 1 }, doc_as_upsert: true },
      update('c'),
      { doc: { n: 1 }, upsert: { fresh: true } },
    )
    expect(items).toMatchObject([
      { status: 404, error: { type: 'document_missing_exception' } },
      { status: 201, result: 'created' },
      { status: 201, result: 'created' },
    ])
    expect(await source('upserts', 'a')).toBeUndefined()
    expect(await source('upserts', 'b')).toEqual({ n: 1 })
    expect(await source('upserts', 'c')).toEqual({ fresh: true })
    await bulk(update('c'), { doc: { n: 1 }, upsert: { fresh: false } })
    expect(await source('upserts', 'c')).toEqual({ fresh: true, n: 1 })
    const { rejected } = await line.get('/api/v1/rejected')
    expect(rejected[0]).toMatchObject({ code: 'bulk-missing', raw: '{"doc":{"n":1}}' })
  })

  test('sees what stands before it in the same request, and in others of the same commit', async () => {
    const at = (_id: string) => ({ _index: 'order', _id })
    const items = await bulk(
      { index: at('a') },
      { n: 1 },
      { update: at('a') },
      { doc: { m: 2 } },
      { create: at('a') },
      { n: 9 },
      { update: at('a') },
      { doc: { k: 3 } },
    )
    expect(items.map(({ status }: any) => status)).toEqual([201, 200, 409, 200])
    expect(await source('order', 'a')).toEqual({ n: 1, m: 2, k: 3 })
    const changes = Array.from({ length: 8 }, (_, i) =>
      send('POST', '/order/_update/b', JSON.stringify({ doc: { [`k${i}`]: i }, doc_as_upsert: true })),
    )
    expect((await Promise.all(changes)).every(({ status }) => status < 300)).toBe(true)
    expect(Object.keys((await source('order', 'b')) as object)).toHaveLength(8)
  })

  test('of a known dataset is found whatever the dataset is called', async () => {
    const event = { '@timestamp': '2026-11-24T10:00:00Z', event: { dataset: 'my.own', action: 'x' } }
    await bulk({ index: { _index: 'logs-other-default', _id: 'd' } }, event)
    const [item] = await bulk({ update: { _index: 'logs-other-default', _id: 'd' } }, { doc: { n: 1 } })
    expect(item).toMatchObject({ status: 200, result: 'updated' })
    expect(await source('logs-other-default', 'd')).toEqual({ ...event, n: 1 })
  })
})

test('dotted keys are fields to every rule and search, and the document stays as it was sent', async () => {
  const sent =
    '{"host.hostname":"web1","o365.audit.Parameters.ForwardTo":"a@evil.example","process.name":"sshd"}'
  await bulk({ index: { _index: 'dotted', _id: '1' } }, sent)
  expect(await source('dotted', '1')).toEqual(JSON.parse(sent))
  const query = 'any where host.hostname == "web1" and wildcard(o365.audit.Parameters, "*ForwardTo*")'
  const { events } = (await (await line.post('/api/v1/search', { language: 'eql', query })).json()) as any
  expect(events).toHaveLength(1)
  expect(events[0].fields).toMatchObject({ host: { hostname: 'web1' }, process: { name: 'sshd' } })
})

describe('what clients check in answers', () => {
  const vnd = (version: number) => `application/vnd.elasticsearch+json; compatible-with=${version}`

  test.each([
    [vnd(8), 'application/vnd.elasticsearch+json;compatible-with=8'],
    [`${vnd(9)},text/plain`, 'application/vnd.elasticsearch+json;compatible-with=9'],
    ['*/*', 'application/json'],
  ])('whoever accepts %s gets %s, errors too', async (accept, type) => {
    const body = '{"index":{"_index":"vnd"}}\n{"n":1}\n'
    const headers = { accept, 'content-type': 'application/vnd.elasticsearch+x-ndjson; compatible-with=8' }
    expect((await send('POST', '/_bulk', body, headers)).type).toContain(type)
    expect((await send('POST', '/_bulk', '', headers)).type).toContain(type)
    expect((await send('GET', '/_nothing', undefined, { accept })).type).toContain(type)
  })

  test.each([
    ['GET', '/_nothing', 404],
    ['GET', '/elastic/_nothing/at/all', 404],
    ['GET', '/nobody-made-this', 404],
    ['DELETE', '/one/_doc/a', 405],
    ['PATCH', '/_bulk', 405],
    ['POST', '/%ff/_doc', 400],
    ['GET', '/_template/%', 400],
  ])('%s %s is %i with the product header', async (method, path, status) => {
    const { status: got, json } = await send(method, path)
    expect([got, json.status]).toEqual([status, status])
    expect(json.error.reason).toMatch(/\w/)
  })

  test('our own routes are not taken for an index or a prefix', async () => {
    for (const path of ['/api/v1/_bulk', '/api/v1/nothing/_doc', '/api/v1/nothing/']) {
      const response = await line.request(path, { method: 'POST', body: '{}' })
      expect([path, response.status]).toEqual([path, 404])
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    }
    expect((await line.request('/healthz/', { key: null })).status).toBe(200)
  })
})

describe('the official client', () => {
  let client: Client
  beforeAll(() => {
    client = new Client({ node: line.url, auth: { apiKey: API_KEY }, compression: true, maxRetries: 0 })
  })
  afterAll(() => client.close())

  test('indexes, creates, updates and refreshes', async () => {
    expect((await client.index({ index: 'js', id: '1', document: { n: 1 } })).result).toBe('created')
    expect((await client.create({ index: 'js', id: '2', document: { n: 1 } })).result).toBe('created')
    await expect(client.create({ index: 'js', id: '2', document: { n: 1 } })).rejects.toMatchObject({
      statusCode: 409,
    })
    expect((await client.update({ index: 'js', id: '1', doc: { m: 2 } })).result).toBe('updated')
    expect((await client.indices.refresh({ index: 'js' }))._shards?.failed).toBe(0)
    expect((await client.bulk({ operations: [{ delete: { _index: 'js', _id: '1' } }] })).errors).toBe(true)
  })

  test('asks for health, licence, tables and nodes', async () => {
    expect((await client.cluster.health({ wait_for_status: 'yellow' })).status).toBe('green')
    expect((await client.license.get()).license.status).toBe('active')
    expect((await client.xpack.info()).features.ilm.enabled).toBe(true)
    expect(await client.cat.health({ format: 'json' })).toMatchObject([{ status: 'green' }])
    expect(await client.cat.indices()).toEqual(expect.any(String))
    const { nodes } = await client.nodes.info()
    expect(Object.values(nodes)[0]!.http!.publish_address).toBe(new URL(line.url).host)
  })

  test('sets up what it sends into, and finds it again', async () => {
    const { indices } = client
    expect(await indices.exists({ index: 'made' })).toBe(false)
    await indices.create({ index: 'made', mappings: { properties: { v: { type: 'version' } } } })
    await expect(indices.create({ index: 'made' })).rejects.toMatchObject({ statusCode: 400 })
    expect(await indices.exists({ index: 'made' })).toBe(true)
    expect((await indices.get({ index: 'made' }))['made']!.mappings).toEqual({
      properties: { v: { type: 'version' } },
    })
    await client.index({ index: 'sent', document: { n: 1 } })
    expect(await indices.exists({ index: 'sent' })).toBe(true)

    await indices.updateAliases({ actions: [{ add: { index: 'made', alias: 'other-name' } }] })
    expect(await indices.exists({ index: 'other-name' })).toBe(true)
    expect(await indices.getAlias({ name: 'other-name' })).toEqual({
      made: { aliases: { 'other-name': {} } },
    })
    await indices.updateAliases({ actions: [{ remove: { index: 'made', alias: 'other-name' } }] })
    expect(await indices.existsAlias({ name: 'other-name' })).toBe(false)
    await indices.putAlias({ index: 'made', name: 'third' })
    expect(await indices.existsAlias({ name: 'third', index: 'made' })).toBe(true)

    await indices.createDataStream({ name: 'stream' })
    await expect(indices.createDataStream({ name: 'stream' })).rejects.toMatchObject({ statusCode: 400 })
    expect((await indices.getDataStream({ name: 'str*' })).data_streams.map(({ name }) => name)).toEqual([
      'stream',
    ])
    await indices.deleteDataStream({ name: 'stream' })
    await expect(indices.getDataStream({ name: 'stream' })).rejects.toMatchObject({ statusCode: 404 })

    await client.ilm.putLifecycle({ name: 'thirty', policy: { phases: {} } })
    expect(Object.keys(await client.ilm.getLifecycle())).toContain('thirty')
    await client.ilm.deleteLifecycle({ name: 'thirty' })
    await expect(client.ilm.getLifecycle({ name: 'thirty' })).rejects.toMatchObject({ statusCode: 404 })

    await expect(client.ingest.putPipeline({ id: 'p', processors: 1 as never })).rejects.toMatchObject({
      statusCode: 400,
    })
    await client.ingest.putPipeline({ id: 'p', processors: [] })
    expect(await client.ingest.getPipeline({ id: 'p' })).toEqual({ p: { processors: [] } })
    const { audit } = await line.get('/api/v1/audit')
    expect(audit.map(({ verb }: { verb: string }) => verb)).toContain('pipeline.put')
  })
})
