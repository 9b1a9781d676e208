import { afterAll, beforeAll, expect, test } from 'vitest'
import { START, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

test('a key is shown once, listed without its secret, and revoked at once', async () => {
  const response = await world.post('/api/v1/keys', { name: 'filebeat', scopes: ['ingest', 'ingest'] })
  expect(response.status).toBe(201)
  const made = (await response.json()) as any
  expect(made).toMatchObject({
    name: 'filebeat',
    scopes: ['ingest'],
    expires: null,
    createdBy: 'environment',
  })
  expect(response.headers.get('location')).toBe(`/api/v1/keys/${made.id}`)
  const list = await (await world.request('/api/v1/keys')).text()
  expect(list).toContain('filebeat')
  const secret = made.key.split('_').slice(2).join('_')
  expect(list).not.toContain(secret)
  expect(JSON.stringify(await world.store.records('key'))).not.toContain(secret)
  expect(JSON.stringify(await world.get('/api/v1/audit'))).not.toContain(secret)
  const send = () => world.request('/api/v1/events', { method: 'POST', body: '{"a":1}', key: made.key })
  expect((await send()).status).toBe(200)
  expect((await world.request(`/api/v1/keys/${made.id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await send()).status).toBe(401)
  expect((await world.request(`/api/v1/keys/${made.id}`, { method: 'DELETE' })).status).toBe(404)
})

test('a key expires when it was told to', async () => {
  const made = await world.post('/api/v1/keys', { name: 'short', scopes: ['read'], expires: 'now+1h' })
  const { key, expires } = (await made.json()) as any
  expect(expires).toBe('2026-11-24T13:00:00.000Z')
  expect((await world.request('/api/v1/alerts', { key })).status).toBe(200)
  world.now.value = START + 3_600_000
  expect((await world.request('/api/v1/alerts', { key })).status).toBe(401)
  world.now.value = START
})

test('keys outlive a restart', async () => {
  const key = await world.key('read')
  const again = await startWorld({ store: world.store })
  expect((await again.request('/api/v1/alerts', { key })).status).toBe(200)
  await again.stop()
})

test('an expiry in ISO 8601 or epoch milliseconds does too', async () => {
  for (const expires of ['2027-01-01', START + 1000, '2027-01-01T00:00:00+02:00']) {
    expect((await world.post('/api/v1/keys', { name: 'x', scopes: ['read'], expires })).status).toBe(201)
  }
})

test.each([
  ['no name', { scopes: ['read'] }],
  ['a blank name', { name: ' ', scopes: ['read'] }],
  ['no scopes', { name: 'x', scopes: [] }],
  ['an unknown scope', { name: 'x', scopes: ['root'] }],
  ['an expiry that is past', { name: 'x', scopes: ['read'], expires: 'now-1d' }],
  ['an expiry that is no time', { name: 'x', scopes: ['read'], expires: 'tomorrow' }],
  ['a list', []],
  ['null', null],
])('%s is 422', async (_name, input) => {
  expect((await world.post('/api/v1/keys', input)).status).toBe(422)
})

test('without a key in the environment, an empty one opens nothing', async () => {
  const closed = await startWorld({ settings: { apiKey: null } })
  for (const authorization of ['Bearer null', 'Basic Og==', 'Basic bnVsbDpudWxs', 'ApiKey Og==']) {
    expect((await closed.request('/api/v1/alerts', { headers: { authorization } })).status).toBe(401)
  }
  await closed.stop()
})

test('a key tells when and from where it was used last, also after a restart, and unknown keys are counted', async () => {
  const world = await startWorld({})
  try {
    const made = (await (await world.post('/api/v1/keys', { name: 'shipper', scopes: ['read'] })).json()) as {
      id: string
      key: string
    }
    const find = async () =>
      (await world.get('/api/v1/keys')).keys.find((one: { id: string }) => one.id === made.id)
    expect(await find()).toMatchObject({ lastUsed: null, lastUsedFrom: null })
    await world.request('/api/v1/alerts', { key: made.key })
    expect(await find()).toMatchObject({
      lastUsed: expect.any(String),
      lastUsedFrom: expect.stringContaining('127.0.0.1'),
    })
    expect((await world.get('/api/v1/keys/refused')).refused).toBe(0)
    await world.request('/api/v1/alerts', { key: 'vdt_000000000000_wrong' })
    expect(await world.get('/api/v1/keys/refused')).toMatchObject({ refused: 1, lastAt: expect.any(String) })
    expect((await world.request('/api/v1/keys/refused', { key: made.key })).status).toBe(403)
  } finally {
    await world.stop()
  }
  const kept = (await world.store.record('setting', 'key-uses'))!.body as { [id: string]: { at: number } }
  expect(Object.values(kept).map(({ at }) => typeof at)).toEqual(['number', 'number'])
})
