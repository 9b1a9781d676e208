import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
let told = 0
beforeAll(async () => {
  world = await startWorld({ onExceptions: async () => void told++ })
})
afterAll(() => world.stop())

const RULE = { name: 'Mailbox set', language: 'eql', query: 'any where event.action == "Set-Mailbox"' }
const scanner = { condition: 'source.ip == "192.0.2.1"', reason: 'our own scanner' }
const actions = async () =>
  ((await world.get('/api/v1/audit')).audit as { verb: string; actor: string }[]).map(({ verb }) => verb)

test('an exception is made, listed, shown and taken back, each in the audit trail', async () => {
  await world.post('/api/v1/rules', RULE)
  const response = await world.post('/api/v1/exceptions', {
    ...scanner,
    ruleId: 'mailbox-set',
    expires: 'now+30d',
  })
  expect(response.status).toBe(201)
  const made = (await response.json()) as { id: string }
  expect(made).toMatchObject({
    ...scanner,
    ruleId: 'mailbox-set',
    language: 'eql',
    expires: '2026-12-24T12:00:00.000Z',
    createdBy: 'environment',
    hidden: 0,
  })
  const place = `/api/v1/exceptions/${made.id}`
  expect(response.headers.get('location')).toBe(place)
  expect(await world.get(place)).toEqual(made)
  await world.store.settle({
    pending: [],
    alerts: [],
    incidents: [],
    hidden: [
      { exception: made.id, event: 'e1' },
      { exception: made.id, event: 'e2' },
    ],
  })
  expect(await world.get('/api/v1/exceptions')).toEqual({
    exceptions: [{ ...made, hidden: 2 }],
    nextCursor: null,
  })
  expect(told).toBe(1)
  expect((await world.request(place, { method: 'DELETE' })).status).toBe(204)
  expect((await world.request(place, { method: 'DELETE' })).status).toBe(404)
  expect((await world.request(place)).status).toBe(404)
  expect(told).toBe(2)
  expect((await actions()).slice(0, 2)).toEqual(['exception.delete', 'exception.create'])
})

test.each([
  ['no reason', { condition: 'true' }],
  ['a blank reason', { ...scanner, reason: ' ' }],
  ['no condition', { reason: 'x' }],
  ['an unknown rule', { ...scanner, ruleId: 'nothing' }],
  ['an unknown language', { ...scanner, language: 'sql' }],
  ['an unknown setting', { ...scanner, rule: 'x' }],
  ['a condition with a pipe', { ...scanner, condition: 'any where true | head 1' }],
  ['an end that is past', { ...scanner, expires: 'now-1d' }],
  ['an end that is now', { ...scanner, expires: 'now' }],
  ['a time that is none', { ...scanner, expires: 'soon' }],
])('%s is 422', async (_, input) => {
  expect((await world.post('/api/v1/exceptions', input)).status).toBe(422)
})

test('mistakes of a condition are told with their places', async () => {
  const response = await world.post('/api/v1/exceptions', { ...scanner, condition: 'source.ip = "x"' })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    type: '/problems/invalid',
    errors: [{ path: 'condition', line: 1, column: 11 }],
  })
})

test('looking needs read, changing needs write', async () => {
  const key = await world.key('read')
  expect((await world.request('/api/v1/exceptions', { key })).status).toBe(200)
  expect((await world.post('/api/v1/exceptions', scanner, { key })).status).toBe(403)
  expect((await world.request('/api/v1/exceptions/x', { method: 'DELETE', key })).status).toBe(403)
})
