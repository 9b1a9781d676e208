import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Overloaded } from '../../server/http/parts.ts'
import type { AcceptRequest } from '../../server/http/parts.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { memoryIngest } from './ingest-port.ts'
import { START, startWorld, type World } from './world.ts'

let world: World
const seen: AcceptRequest[] = []
let full = false
beforeAll(async () => {
  const store = createMemoryStore({ merge: (_stored, incoming) => incoming })
  const gate = memoryIngest(store, () => START)
  world = await startWorld({
    store,
    ingest: {
      async accept(request) {
        if (full) throw new Overloaded('The queue is full.', 7)
        seen.push(request)
        return gate.accept(request)
      },
    },
  })
})
afterAll(() => world.stop())
const send = (body: string, query = '', init = {}) =>
  world.request(`/api/v1/events${query}`, { method: 'POST', body, ...init })

test('records are accepted, told apart from known ones, and shown as they were sent', async () => {
  const line = '{"@timestamp":"2026-11-24T10:00:00.5Z","user":{"email":"alice@contoso.com"},"n":1e3}'
  const first = await send(`${line}\n`, '?dataset=o365.audit&source=mailbox')
  expect(await first.json()).toEqual({ accepted: 1, updated: 0, duplicates: 0, rejected: 0, errors: [] })
  const { events } = await world.store.replay(0, Number.MAX_SAFE_INTEGER, 10)
  const event = await world.get(`/api/v1/events/${encodeURIComponent(events[0]!.id)}`)
  expect(event).toEqual({
    id: events[0]!.id,
    time: '2026-11-24T10:00:00.500Z',
    receivedAt: '2026-11-24T12:00:00.000Z',
    dataset: 'o365.audit',
    index: 'logs-o365.audit-default',
    source: 'mailbox',
    fields: { '@timestamp': '2026-11-24T10:00:00.5Z', user: { email: 'alice@contoso.com' }, n: 1000 },
    raw: line,
  })
})

test('an id with a slash in it is found', async () => {
  const body = '{"index":{"_index":"my/index","_id":"a/b?c#d%"}}\n{"@timestamp":"2026-11-24T10:00:00Z"}\n'
  expect((await world.request('/_bulk', { method: 'POST', body })).status).toBe(200)
  const { events } = await world.store.replay(0, Number.MAX_SAFE_INTEGER, 100)
  const { id } = events.find((event) => event.identity === 'my/index/a/b?c#d%')!
  expect((await world.get(`/api/v1/events/${encodeURIComponent(id)}`)).id).toBe(id)
})

test('the shipper is named by the key unless it says otherwise', async () => {
  const key = await world.key('ingest')
  await send('{"a":1}', '', { key })
  await send('{"a":2}', '?source=rsyslog%20on%20mail&drill=inbox-rule&dataset=azure.signinlogs', { key })
  expect(seen.slice(-2)).toMatchObject([
    { source: 'ingest', dataset: null, drill: null, kind: 'events' },
    { source: 'rsyslog on mail', dataset: 'azure.signinlogs', drill: 'inbox-rule' },
  ])
})

test('a bad line is told and kept, 422 only when every one is bad', async () => {
  const mixed = await send('{"ok":1}\nnot json\n')
  expect(mixed.status).toBe(200)
  expect(await mixed.json()).toMatchObject({
    accepted: 1,
    rejected: 1,
    errors: [{ line: 2, code: 'not-json' }],
  })
  const all = await send('nope\n[]\n')
  expect(all.status).toBe(422)
  expect(all.headers.get('content-type')).toMatch(/^application\/json/)
  expect(await all.json()).toMatchObject({ accepted: 0, rejected: 2 })
})

test('a body that cannot be read at all is 400', async () => {
  const response = await send('   ')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    type: '/problems/unreadable',
    detail: 'empty-body: There is nothing in it.',
  })
  expect((await world.request('/api/v1/events', { method: 'POST' })).status).toBe(400)
})

test.each([
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/x-ndjson',
  'multipart/form-data',
  'x',
  null,
])('any content type will do: %s', async (type) => {
  const body = new TextEncoder().encode('{"some":"line"}')
  expect(
    (await send(body as never, '', { headers: type === null ? {} : { 'content-type': type } })).status,
  ).toBe(200)
})

test.each([
  '?dataset=',
  '?dataset=a/b',
  '?dataset=a~b',
  '?dataset=a&dataset=b',
  `?source=${'x'.repeat(101)}`,
  '?drill=%00',
  '?dataset=..%2Fx',
])('the query %s is 400', async (query) => {
  const before = seen.length
  const response = await send('{"a":1}', query)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ type: '/problems/invalid-query' })
  expect(seen).toHaveLength(before)
})

test('an event that is not there is 404', async () => {
  expect((await world.request('/api/v1/events/nothing')).status).toBe(404)
  expect((await world.request('/api/v1/events/%E0%A4%A')).status).toBe(400)
})

describe('when the queue is full', () => {
  test('the whole request is refused with 503, Retry-After and plain text, on every way in', async () => {
    full = true
    for (const path of ['/api/v1/events', '/_bulk', '/logs/_bulk']) {
      const response = await world.request(path, { method: 'POST', body: '{"a":1}' })
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('7')
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
      expect(await response.text()).toBe('The queue is full.\n')
    }
    full = false
  })
})
