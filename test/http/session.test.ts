import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, startWorld, type World } from './world.ts'

let world: World
let cookie: string
beforeAll(async () => {
  world = await startWorld()
  cookie = await world.signIn()
})
afterAll(() => world.stop())
const signIn = (user: string, password: string) =>
  world.post('/api/v1/session', { user, password }, { key: null })
const here = () => ({ origin: world.url })

test('signing in takes the user in any case, and signing out ends the session for good', async () => {
  const response = await signIn('ADA', ADMIN.password)
  expect(response.status).toBe(201)
  const mine = response.headers.getSetCookie()[0]!.split(';')[0]!
  expect((await world.request('/api/v1/session', { cookie: mine })).status).toBe(200)
  const out = await world.request('/api/v1/session', { method: 'DELETE', cookie: mine, headers: here() })
  expect(out.status).toBe(204)
  expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0')
  expect((await world.request('/api/v1/session', { cookie: mine })).status).toBe(401)
  expect((await world.request('/api/v1/session', { cookie })).status).toBe(200)
})

test('a wrong password and an unknown user get the same answer', async () => {
  const [wrong, unknown] = await Promise.all([signIn('Ada', 'not her password'), signIn('Nobody', 'x')])
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  const [a, b] = (await Promise.all([wrong.json(), unknown.json()])) as any[]
  expect(a).toEqual(b)
  const { audit } = await world.get('/api/v1/audit')
  const refused = audit.filter(({ verb }: any) => verb === 'session.refused')
  expect(refused.map(({ subject }: any) => subject).toSorted()).toEqual(['(unknown user)', 'ada'])
  // It may have been a password, typed into the wrong field.
  expect(JSON.stringify(audit)).not.toMatch(/nobody/i)
})

test('the time of the answer does not tell who has an account here', async () => {
  const time = async (user: string) => {
    const began = performance.now()
    await signIn(user, 'not the password')
    return performance.now() - began
  }
  await world.post('/api/v1/users', { name: 'timed', role: 'viewer', password: 'a good password' })
  // In turn, so that a busy moment is one for both.
  const [known, unknown]: [number[], number[]] = [[], []]
  for (let i = 0; i < 5; i++) {
    known.push(await time('timed'))
    unknown.push(await time(`nobody-${i}`))
  }
  const middle = (times: number[]) => times.toSorted((a, b) => a - b)[2]!
  // Without the work for those who are not there it is a hundredth.
  expect(middle(unknown) / middle(known)).toBeGreaterThan(0.4)
  expect(middle(unknown) / middle(known)).toBeLessThan(2.5)
})

test('guessing a password ends in 429, even all at once, and then the right one is refused too', async () => {
  await world.post('/api/v1/users', { name: 'Bob', role: 'viewer', password: 'a good password' })
  const tries = await Promise.all(Array.from({ length: 14 }, () => signIn('Bob', 'guess')))
  expect(tries.filter(({ status }) => status === 401)).toHaveLength(10)
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(4)
  expect((await signIn('bob', 'a good password')).status).toBe(429)
  expect((await signIn('Ada', ADMIN.password)).status).toBe(201)
})

test('a key has no session to end, but can ask who it is', async () => {
  expect(await world.get('/api/v1/session')).toEqual({
    key: 'environment',
    scopes: ['ingest', 'read', 'write', 'admin'],
  })
  expect((await world.request('/api/v1/session', { method: 'DELETE' })).status).toBe(404)
})

test('the stored session does not hold the token, and the stored user not the password', async () => {
  const stored = JSON.stringify([await world.store.records('session'), await world.store.records('user')])
  expect(stored).not.toContain(cookie.split('=')[1])
  expect(stored).not.toContain(ADMIN.password)
})

test('sessions that are over are swept away at the next sign-in', async () => {
  const before = (await world.store.records('session')).length
  expect(before).toBeGreaterThan(0)
  world.now.value += 13 * 3_600_000
  await signIn('Ada', ADMIN.password)
  expect(await world.store.records('session')).toHaveLength(1)
})
