/** What the server writes to its log: structured, changed while it runs, and never a secret. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { API_KEY, startWorld } from '../http/world.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())
const set = (level: string, key?: string) =>
  siem.request('/api/v1/log-level', { method: 'PUT', json: { level }, ...(key ? { key } : {}) })
const lines = () =>
  siem
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('the level is changed by an administrator only, and it is in the audit trail', async () => {
  expect(await siem.get('/api/v1/log-level')).toEqual({ level: 'warn', atStart: 'warn' })
  const { key } = await siem.post('/api/v1/keys', { name: 'writer', scopes: ['read', 'write'] })
  expect((await set('debug', key)).status).toBe(403)
  expect((await set('loud')).status).toBe(422)
  expect(await (await set('trace')).json()).toEqual({ level: 'trace', atStart: 'warn' })
  const { audit } = await siem.get('/api/v1/audit')
  const entries = audit.filter(({ verb }: { verb: string }) => verb === 'log-level.change')
  expect(entries).toMatchObject([{ subject: 'log', detail: { from: 'warn', to: 'trace' } }])
})

test('no key, password, code or token is ever written, whichever way it came and whatever went wrong', async () => {
  const secret = (what: string) => `Secret-${what}-5f2c91`
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const asked: [string, RequestInit & { json?: unknown }][] = [
    ['/api/v1/alerts', { headers: { authorization: `Bearer ${secret('bearer')}` } }],
    ['/api/v1/alerts', { headers: { authorization: `ApiKey ${secret('apikey')}` } }],
    ['/api/v1/alerts', { headers: { authorization: basic(`any:${secret('basic')}`) } }],
    ['/api/v1/alerts', { headers: { cookie: `vedette=${secret('cookie')}` } }],
    [`/services/collector?token=${secret('query')}`, { method: 'POST', body: 'no json' }],
    [`/services/collector/event?token=${siem.apiKey}`, { method: 'POST', body: '{"event":' }],
    [`/services/collector/raw?token=${siem.apiKey}&x=%`, { method: 'POST', body: 'a line' }],
    ['/api/v1/session', { method: 'POST', json: { user: 'admin', password: secret('password') } }],
    ['/api/v1/session', { method: 'POST', body: `{"user":"admin","password":"${secret('broken')}` }],
    [
      '/api/v1/setup',
      { method: 'POST', json: { token: secret('setup'), user: 'x', password: secret('first') } },
    ],
    [`/nothing/${secret('path')}`, { headers: { authorization: `Bearer ${siem.apiKey}` } }],
  ]
  for (const [path, init] of asked) {
    const response = await siem.request(path, { key: null, ...init } as never)
    await response.text()
  }
  const post = (path: string, json: unknown) => siem.request(path, { method: 'POST', json })
  await post('/api/v1/users', { name: 'Bea', role: 'viewer', password: secret('user') })
  const channel = {
    name: 'chat',
    kind: 'webhook',
    severities: ['low'],
    config: { url: 'http://127.0.0.1:1/', secret: secret('channel'), allowPrivate: true },
  }
  const { id } = (await (await post('/api/v1/channels', channel)).json()) as { id: string }
  await post(`/api/v1/channels/${id}/test`, {})
  const made = (await (await post('/api/v1/keys', { name: 'k', scopes: ['read'] })).json()) as { key: string }
  await siem.ingest(['{"@timestamp":', '{}'])
  await siem.settled()
  // The correlator and the writer write too.
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  const said = siem.output()
  expect(said).not.toContain('Secret-')
  for (const value of [siem.apiKey, siem.adminPassword, made.key]) expect(said).not.toContain(value)
  expect(said).not.toContain(Buffer.from(`any:${secret('basic')}`).toString('base64'))
  for (const line of lines())
    expect(line).toMatchObject({ level: expect.any(Number), part: expect.any(String) })
})

test('a request that fails inside is written down with its path and an id, and without what it carried', async () => {
  const world = await startWorld({
    rules: new Proxy({} as never, {
      get: () => () => Promise.reject(new Error('the shelf fell down')),
    }),
  })
  const response = await world.request('/api/v1/rules?cursor=Secret-cursor', {
    headers: { 'x-note': 'Secret-header' },
  })
  const { detail } = (await response.json()) as { detail: string }
  await world.stop()
  expect(response.status).toBe(500)
  expect(world.logged).toHaveLength(1)
  const line = JSON.parse(world.logged[0]!) as { path: string; requestId: string; err: { message: string } }
  expect(line).toMatchObject({ err: { message: 'the shelf fell down' } })
  expect(detail).toContain(line.requestId)
  expect(world.logged[0]).not.toMatch(new RegExp(`Secret-|${API_KEY}`))
})
