import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, startWorld, type World } from './world.ts'

let world: World
let cookie: string
let secret: string
let recovery: string[]
beforeAll(async () => {
  world = await startWorld()
  cookie = await world.signIn()
})
afterAll(() => world.stop())
const totp = (method: string, json?: unknown) =>
  world.request('/api/v1/session/totp', {
    method,
    cookie,
    key: null,
    headers: { origin: world.url },
    ...(json === undefined ? {} : { json }),
  })
const code = (steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.now.value + steps * 30_000 })
const signIn = async (given?: string) => {
  const answer = await world.post(
    '/api/v1/session',
    { ...ADMIN, ...(given === undefined ? {} : { code: given }) },
    { key: null },
  )
  return [answer.status, ((await answer.json()) as { type?: string }).type ?? ''] as const
}

test('it is set up with the password and counts from the first right code on', async () => {
  expect((await totp('POST', { password: 'not hers' })).status).toBe(422)
  const proposal = (await (await totp('POST', { password: ADMIN.password })).json()) as any
  secret = proposal.secret
  expect(proposal.address).toContain(`secret=${secret}`)
  expect(proposal.matrix).toHaveLength(proposal.matrix[0].length)
  expect(await signIn()).toEqual([201, ''])
  expect((await totp('PUT', { code: '12' })).status).toBe(422)
  recovery = ((await (await totp('PUT', { code: code() })).json()) as any).recoveryCodes
  expect(new Set(recovery).size).toBe(10)
  expect(await (await totp('GET')).json()).toEqual({ on: true, recoveryLeft: 10 })
  expect((await totp('POST', { password: ADMIN.password })).status).toBe(409)
})

test('signing in needs a code, within a step of now, and each is good once', async () => {
  expect(await signIn()).toEqual([401, '/problems/code-required'])
  // The one that turned it on is used up.
  expect(await signIn(code())).toEqual([401, '/problems/sign-in-refused'])
  expect(await signIn(code(2))).toEqual([401, '/problems/sign-in-refused'])
  const next = code(1)
  const both = await Promise.all([signIn(next), signIn(next)])
  expect(both.map(([status]) => status).toSorted((a, b) => a - b)).toEqual([201, 401])
})

test('a recovery code is good once, and is stored as a hash only', async () => {
  expect(await signIn(recovery[0])).toEqual([201, ''])
  expect(await signIn(recovery[0])).toEqual([401, '/problems/sign-in-refused'])
  expect(JSON.stringify(await world.store.records('setting'))).not.toContain(recovery[1])
})

test('guessing codes ends in 429, also when asking without a code in between', async () => {
  const statuses = []
  for (let i = 0; i < 6; i++) statuses.push((await signIn('000000'))[0], (await signIn())[0])
  expect(statuses).toContain(429)
  world.now.value += 60_000
  expect((await signIn(code()))[0]).toBe(429)
})

test('an administrator takes it from somebody, whose sessions are over then', async () => {
  expect((await world.request('/api/v1/users/ada/totp', { method: 'DELETE' })).status).toBe(204)
  expect((await totp('GET')).status).toBe(401)
  expect((await world.request('/api/v1/users/ada/totp', { method: 'DELETE' })).status).toBe(404)
})
