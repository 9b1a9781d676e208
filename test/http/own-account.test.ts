/** What a person may do with their own way in, and what happens where everybody needs a second factor. */
import { once } from 'node:events'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { ADMIN, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.signIn()
  for (const name of ['bob', 'dan'])
    await world.post('/api/v1/users', { name, password: 'first password', role: 'analyst' })
})
afterAll(() => world.stop())

const as = (cookie: string) => async (method: string, path: string, json?: unknown) =>
  world.request(path, {
    method,
    cookie,
    key: null,
    headers: { origin: world.url },
    ...(json === undefined ? {} : { json }),
  })
const bob = (password: string) => world.signIn({ user: 'bob', password })
const cookiesOf = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split(';')[0]!)
const enrol = async (cookie: string, password: string) => {
  const me = as(cookie)
  const { secret } = (await (await me('POST', '/api/v1/session/totp', { password })).json()) as any
  const code = (steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.now.value + steps * 30_000 })
  expect((await me('PUT', '/api/v1/session/totp', { code: code() })).status).toBe(200)
  return code
}

test('a new password ends every other session, and this one gets a new cookie', async () => {
  const [one, other] = [await bob('first password'), await bob('first password')]
  const change = { current: 'first password', new: 'second password' }
  const wrong = await as(one)('POST', '/api/v1/session/password', { ...change, current: 'no' })
  expect(await wrong.json()).toMatchObject({ status: 422, errors: [{ path: 'current' }] })
  expect((await as(one)('POST', '/api/v1/session/password', { ...change, new: 'short' })).status).toBe(422)
  const answer = await as(one)('POST', '/api/v1/session/password', change)
  expect(answer.status).toBe(200)
  const [again] = cookiesOf(answer)
  expect((await as(again!)('GET', '/api/v1/session')).status).toBe(200)
  for (const cookie of [one, other]) expect((await as(cookie)('GET', '/api/v1/session')).status).toBe(401)
  expect((await world.post('/api/v1/session', { user: 'bob', password: 'first password' })).status).toBe(401)
  const { audit } = await world.get('/api/v1/audit')
  expect(audit).toContainEqual(expect.objectContaining({ actor: 'bob', verb: 'user.change', subject: 'bob' }))
  expect(JSON.stringify(audit)).not.toContain('second password')
})

test('guessing the current password ends in 429', async () => {
  const one = as(await world.signIn({ user: 'dan', password: 'first password' }))
  const statuses = []
  for (let i = 0; i < 12; i++)
    statuses.push((await one('POST', '/api/v1/session/password', { current: 'no', new: '12345678' })).status)
  expect(statuses.at(-1)).toBe(429)
})

test('a second factor is turned off with a code of it, not without', async () => {
  const cookie = await world.signIn()
  const code = await enrol(cookie, ADMIN.password)
  const off = (value: string) => as(cookie)('POST', '/api/v1/session/totp/off', { code: value })
  expect((await off('000000')).status).toBe(422)
  expect((await off(code())).status).toBe(422)
  expect((await off(code(1))).status).toBe(204)
  expect((await off(code(1))).status).toBe(404)
  const [entry] = (await world.get('/api/v1/audit?size=1')).audit
  expect(entry).toMatchObject({ actor: 'Ada', verb: 'totp.off', subject: 'ada', after: null })
})

test('where everybody needs a second factor, whoever has none can do nothing but set one up', async () => {
  const ada = await world.signIn()
  const require = (requireCode: boolean) => as(ada)('PUT', '/api/v1/sign-in', { requireCode })
  // Who has none would lock themselves out with the same stroke.
  expect(await (await require(true)).json()).toMatchObject({ errors: [{ path: 'requireCode' }] })
  const code = await enrol(ada, ADMIN.password)
  const before = await world.post(
    '/api/v1/session',
    { user: 'bob', password: 'second password' },
    { key: null },
  )
  const headers = { cookie: cookiesOf(before)[0]!, origin: world.url }
  const listening = new WebSocket(`${world.url.replace('http', 'ws')}/api/v1/live`, { headers })
  await once(listening, 'open')
  const ended = once(listening, 'close')
  expect((await require(true)).status).toBe(200)
  expect((await ended)[0]).toBe(4001)
  expect((await as(ada)('GET', '/api/v1/users')).status).toBe(200)
  expect((await as(ada)('POST', '/api/v1/session/totp/off', { code: code(1) })).status).toBe(403)

  const cookie = await world.post(
    '/api/v1/session',
    { user: 'bob', password: 'second password' },
    { key: null },
  )
  const me = as(cookiesOf(cookie)[0]!)
  expect(await (await me('GET', '/api/v1/session')).json()).toMatchObject({ user: 'bob', mustEnrol: true })
  for (const path of ['/api/v1/alerts', '/api/v1/overview', '/api/v1/sessions']) {
    const refused = await me('GET', path)
    expect([refused.status, ((await refused.json()) as any).type]).toEqual([403, '/problems/factor-required'])
  }
  expect((await me('POST', '/api/v1/session/password', { current: 'x', new: 'y' })).status).toBe(403)
  await enrol(cookiesOf(cookie)[0]!, 'second password')
  expect((await me('GET', '/api/v1/alerts')).status).toBe(200)
  expect(await (await me('GET', '/api/v1/session')).json()).not.toHaveProperty('mustEnrol')
  // Keys are no people.
  expect((await world.request('/api/v1/alerts')).status).toBe(200)
  expect((await require(false)).status).toBe(200)
})

test('a stranger who uses up the tries of an account shuts out nobody who has signed in there before', async () => {
  await world.post('/api/v1/users', { name: 'cyd', password: 'cyd password', role: 'viewer' })
  const attempt = (password: string, cookie?: string) =>
    world.post('/api/v1/session', { user: 'cyd', password }, { key: null, ...(cookie ? { cookie } : {}) })
  const device = cookiesOf(await attempt('cyd password')).find((one) => one.startsWith('vedette_device='))!
  let status = 0
  for (let i = 0; i < 12; i++) ({ status } = await attempt('a guess'))
  expect(status).toBe(429)
  expect((await attempt('cyd password')).status).toBe(429)
  expect((await attempt('cyd password', device)).status).toBe(201)
  // It is of this user and no other, cannot be made up, and has tries of its own that end too.
  expect((await attempt('cyd password', `${device.slice(0, -2)}xx`)).status).toBe(429)
  for (let i = 0; i < 12; i++) ({ status } = await attempt('a guess', device))
  expect(status).toBe(429)
})
