import http from 'node:http'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Overloaded } from '../../server/http/parts.ts'
import { API_KEY, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
const bulk = (body: string, path = '/_bulk', init = {}) =>
  world.request(path, { method: 'POST', body, ...init })

test.each(['GET', 'HEAD'])('%s / greets shippers with the product header', async (method) => {
  const response = await world.request('/', { method })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
  if (method === 'GET') {
    expect(await response.json()).toMatchObject({
      version: { number: '8.17.0' },
      tagline: 'You Know, for Search',
    })
  }
})

test('GET / is the dashboard for a browser, without credentials', async () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const response = await world.request('/', { key: null, headers: { accept } })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('<title>Vedette</title>')
})

test('errors have the shape and the header of the protocol, 401 included', async () => {
  const response = await world.request('/_bulk', { method: 'POST', body: '{}', key: null })
  expect(response.status).toBe(401)
  expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
  expect(await response.json()).toMatchObject({
    status: 401,
    error: {
      type: 'security_exception',
      reason: expect.any(String),
      root_cause: [{ type: 'security_exception' }],
    },
  })
  const empty = await bulk('')
  expect([empty.status, await empty.json()]).toMatchObject([400, { error: { type: 'parse_exception' } }])
})

test('each document has its own answer: new, known, refused', async () => {
  const body = [
    '{"create":{"_index":"logs-a","_id":"1"}}',
    '{"n":1}',
    '{"create":{"_index":"logs-a","_id":"1"}}',
    '{"n":2}',
    '{"index":{"_index":"logs-a","_id":"1"}}',
    '{"n":3}',
    '{"index":{"_index":"logs-a","_id":"2"}}',
    'not json',
  ].join('\n')
  const response = await bulk(`${body}\n`, '/_bulk', { headers: { 'content-type': 'application/json' } })
  expect(response.status).toBe(200)
  const answer = (await response.json()) as any
  expect(answer.errors).toBe(true)
  expect(answer.items.map((item: any) => (Object.values(item)[0] as any).status)).toEqual([
    201, 409, 200, 400,
  ])
  expect(answer.items[0].create).toMatchObject({ _index: 'logs-a', _id: '1', _version: 1, result: 'created' })
  expect(answer.items[1].create.error.type).toBe('version_conflict_engine_exception')
})

test.each([
  ['POST', '/logs-o365.audit-default/_bulk'],
  ['PUT', '/logs-o365.audit-default/_bulk'],
  ['PUT', '/_bulk'],
])('%s %s takes it too', async (method, path) => {
  const response = await world.request(path, {
    method,
    body: `{"index":{"_id":"${method}${path}"}}\n{"n":1}\n`,
  })
  const { items } = (await response.json()) as any
  expect(items[0].index).toMatchObject({
    status: 201,
    _index: path === '/_bulk' ? 'logs' : 'logs-o365.audit-default',
  })
})

test('the literal that Fluent Bit looks for is in the answer, and filter_path keeps what Logstash asks for', async () => {
  const body = '{"index":{"_id":"f"}}\n{"n":1}\n'
  expect(await (await bulk(body)).text()).toContain('"errors":false,"items":[')
  const filtered = await bulk(body, '/_bulk?filter_path=errors,items.*.error,items.*.status')
  expect(await filtered.text()).toBe('{"errors":false,"items":[{"index":{"status":200}}]}')
  const star = await bulk(body, '/_bulk?filter_path=i*.*.s*')
  expect(await star.json()).toEqual({ items: [{ index: { status: 200 } }] })
  const deep = await bulk(body, '/_bulk?filter_path=**.status')
  expect(await deep.json()).toEqual({ items: [{ index: { status: 200 } }] })
})

test("the official client's bulk helper delivers, once", async () => {
  const client = new Client({ node: world.url, auth: { username: 'any', password: API_KEY } })
  const documents = Array.from({ length: 25 }, (_, n) => ({ n, id: `d${n}` }))
  const send = () =>
    client.helpers.bulk<{ id: string }>({
      datasource: documents,
      onDocument: ({ id }) => ({ create: { _index: 'logs-client', _id: id } }),
    })
  expect(await send()).toMatchObject({ total: 25, successful: 25, failed: 0 })
  const before = (await world.store.state()).events
  // A known `create` is a conflict, which the helper counts as failed and does not try again.
  expect(await send()).toMatchObject({ total: 25, failed: 25, retry: 0 })
  expect((await world.store.state()).events).toBe(before)
  expect((await client.info()).version.number).toBe('8.17.0')
  await client.close()
})

test('too many documents are 413, so that shippers send fewer at a time', async () => {
  const strict = await startWorld({
    ingest: { accept: async () => ({ kind: 'unreadable', code: 'too-many-records', detail: 'Too many.' }) },
  })
  const response = await strict.request('/_bulk', { method: 'POST', body: '{}' })
  expect([response.status, await response.json()]).toMatchObject([413, { error: { reason: 'Too many.' } }])
  await strict.stop()
})

test('an answer always has a list of items, unless it is asked to leave it out', async () => {
  const body = Array.from({ length: 2_500 }, (_, n) => `{"index":{"_id":"l${n}"}}\n{"n":${n}}\n`).join('')
  const whole = (await (await bulk(body)).json()) as { items: { index: { _id: string } }[] }
  expect(whole.items.map(({ index }) => index._id)).toEqual(Array.from({ length: 2_500 }, (_, n) => `l${n}`))
  const filtered = async (filter: string) => (await bulk(body, `/_bulk?filter_path=${filter}`)).text()
  expect(await filtered('errors,items.*.error')).toBe('{"errors":false,"items":[]}')
  expect(await filtered('items.*.error')).toBe('{"items":[]}')
  expect(await filtered('errors')).toBe('{"errors":false}')
  expect(await filtered('-took')).toContain('"errors":false,"items":[{"index":{"_index":')
})

test('when full, a client without a user agent is cut off, since it would drop the data on any answer', async () => {
  const full = await startWorld({
    ingest: {
      async accept() {
        throw new Overloaded('The queue is full.', 7)
      },
    },
  })
  const send = (headers: Record<string, string>) =>
    new Promise<number | string>((resolve) => {
      const options = { method: 'POST', headers: { authorization: `Bearer ${API_KEY}`, ...headers } }
      const request = http.request(`${full.url}/_bulk`, options, (response) => resolve(response.statusCode!))
      request.on('error', (error) => resolve((error as NodeJS.ErrnoException).code!))
      request.end('{"index":{}}\n{}\n')
    })
  expect(await send({})).toBe('ECONNRESET')
  expect(await send({ 'user-agent': 'syslog-ng' })).toBe(503)
  await full.stop()
})
