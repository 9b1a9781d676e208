import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, startWorld, type World } from './world.ts'

let world: World
let admin: string
beforeAll(async () => {
  world = await startWorld()
  admin = await world.signIn()
})
afterAll(() => world.stop())
const make = (name: string) =>
  world.post('/api/v1/users', { name, role: 'viewer', password: `${name} password` })
const enter = (name: string) => world.signIn({ user: name, password: `${name} password` })
const list = async (cookie: string): Promise<any[]> =>
  ((await (await world.request('/api/v1/sessions', { cookie, key: null })).json()) as any).sessions
const end = (cookie: string, id = '') =>
  world.request(`/api/v1/sessions${id}`, {
    method: 'DELETE',
    cookie,
    key: null,
    headers: { origin: world.url },
  })
const isIn = async (cookie: string) =>
  (await world.request('/api/v1/session', { cookie, key: null })).status === 200

test('people see their own sessions, an administrator those of all', async () => {
  await make('vera')
  const vera = await enter('vera')
  expect(await list(vera)).toEqual([
    expect.objectContaining({ user: 'vera', current: true, address: expect.stringMatching(/127\.0\.0\.1/) }),
  ])
  expect((await list(admin)).map(({ user }) => user)).toEqual(expect.arrayContaining(['ada', 'vera']))
  const theirs = (await list(admin)).find(({ user }) => user === 'ada')
  expect((await end(vera, `/${theirs.id}`)).status).toBe(404)
  expect(await isIn(admin)).toBe(true)
})

test('one session is ended, or all others, and both are in the audit trail', async () => {
  await make('walt')
  const [a, b, c] = [await enter('walt'), await enter('walt'), await enter('walt')]
  const first = (await list(b)).find(({ current }) => current)
  expect((await end(a, `/${first.id}`)).status).toBe(204)
  expect([await isIn(a), await isIn(b), await isIn(c)]).toEqual([true, false, true])
  expect((await end(a)).status).toBe(204)
  expect([await isIn(a), await isIn(c)]).toEqual([true, false])
  const { audit } = await world.get('/api/v1/audit')
  expect(audit.filter(({ verb }: any) => verb === 'session.revoke')).toHaveLength(2)
})

test('signing in gives a new token, and the one that the browser had is over', async () => {
  const before = await world.signIn()
  const answer = await world.post('/api/v1/session', ADMIN, {
    key: null,
    cookie: before,
    headers: { origin: world.url },
  })
  const after = answer.headers.getSetCookie()[0]!.split(';')[0]!
  expect(after).not.toBe(before)
  expect([await isIn(before), await isIn(after)]).toEqual([false, true])
})

test('another role ends the sessions', async () => {
  await make('xena')
  const xena = await enter('xena')
  await world.request('/api/v1/users/xena', { method: 'PATCH', json: { role: 'analyst' } })
  expect(await isIn(xena)).toBe(false)
})
