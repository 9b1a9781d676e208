import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, startWorld, type World } from './world.ts'

let world: World
let cookie: string
beforeAll(async () => {
  world = await startWorld()
  cookie = await world.signIn()
})
afterAll(() => world.stop())
const change = (id: string, json: unknown, headers = {}) =>
  world.request(`/api/v1/users/${encodeURIComponent(id)}`, { method: 'PATCH', json, headers })
const make = (name: string, role = 'viewer') =>
  world.post('/api/v1/users', { name, role, password: `${name} password` })

test('a user is made, read, changed and deleted', async () => {
  const made = await make('Grace.Hopper@navy.example', 'analyst')
  expect(made.status).toBe(201)
  const path = made.headers.get('location')!
  expect(await world.get(path)).toMatchObject({
    id: 'grace.hopper@navy.example',
    role: 'analyst',
    disabled: false,
  })
  expect((await make('GRACE.hopper@navy.example')).status).toBe(409)
  const changed = await world.request(path, {
    method: 'PATCH',
    json: { role: 'viewer' },
    headers: { 'if-match': '"1"' },
  })
  expect(await changed.json()).toMatchObject({ role: 'viewer', version: 2 })
  expect(changed.headers.get('etag')).toBe('"2"')
  const late = await world.request(path, {
    method: 'PATCH',
    json: { role: 'admin' },
    headers: { 'if-match': '"1"' },
  })
  expect(late.status).toBe(412)
  expect((await world.get('/api/v1/users')).users.map(({ name }: any) => name)).toContain(
    'Grace.Hopper@navy.example',
  )
  expect((await world.request(path, { method: 'DELETE' })).status).toBe(204)
  expect((await world.request(path)).status).toBe(404)
})

test.each([
  ['is switched off', { disabled: true }],
  ['gets a new password', { password: 'another password' }],
])('whoever %s is signed out at once', async (_name, json) => {
  const name = `user${Object.keys(json)[0]}`
  await make(name)
  const session = await world.signIn({ user: name, password: `${name} password` })
  expect((await world.request('/api/v1/alerts', { cookie: session })).status).toBe(200)
  expect((await change(name, json)).status).toBe(200)
  expect((await world.request('/api/v1/alerts', { cookie: session })).status).toBe(401)
  const again = await world.post(
    '/api/v1/session',
    { user: name, password: `${name} password` },
    { key: null },
  )
  expect(again.status).toBe(401)
})

test('a deleted user is signed out, and one who is made again under the name is not signed in by the old cookie', async () => {
  await make('Eve')
  const session = await world.signIn({ user: 'Eve', password: 'Eve password' })
  await world.request('/api/v1/users/eve', { method: 'DELETE' })
  expect((await world.request('/api/v1/alerts', { cookie: session })).status).toBe(401)
  await make('Eve', 'admin')
  expect((await world.request('/api/v1/alerts', { cookie: session })).status).toBe(401)
})

test('a new role counts from the next request on: whoever had another signs in again', async () => {
  await make('Carol', 'admin')
  const session = await world.signIn({ user: 'Carol', password: 'Carol password' })
  expect((await world.request('/api/v1/audit', { cookie: session })).status).toBe(200)
  await change('carol', { role: 'viewer' })
  expect((await world.request('/api/v1/audit', { cookie: session })).status).toBe(401)
})

test('the last administrator cannot be deleted, switched off or made less', async () => {
  const others = (await world.get('/api/v1/users')).users.filter(
    ({ role, id }: any) => role === 'admin' && id !== 'ada',
  )
  for (const { id } of others) await world.request(`/api/v1/users/${id}`, { method: 'DELETE' })
  expect((await change('ada', { role: 'viewer' })).status).toBe(409)
  expect((await change('ada', { disabled: true })).status).toBe(409)
  expect((await world.request('/api/v1/users/ada', { method: 'DELETE' })).status).toBe(409)
  expect((await world.request('/api/v1/session', { cookie })).status).toBe(200)
  expect(await change('ada', { role: 'admin', password: ADMIN.password })).toMatchObject({ status: 200 })
})

test('answers and the audit trail hold no password, only that it was changed', async () => {
  await make('Dan')
  const answer = await (await change('dan', { password: 'a secret that is new' })).text()
  const trail = JSON.stringify(await world.get('/api/v1/audit'))
  expect(answer + trail).not.toMatch(/secret that|scrypt/)
  expect(trail).toContain('"password":"changed"')
})

test.each([{}, { role: 'root' }, { name: 'other' }, { password: 'short' }, { disabled: 'yes' }])(
  'a change such as %j is 422',
  async (json) => {
    expect((await change('ada', json)).status).toBe(422)
  },
)

test('the name may be called `user`, as when signing in; both are answered', async () => {
  const post = (names: object) =>
    world.post('/api/v1/users', { ...names, role: 'viewer', password: 'a long password' })
  const made = await post({ user: 'Frances' })
  expect(made.status).toBe(201)
  expect(await made.json()).toMatchObject({ id: 'frances', name: 'Frances', user: 'Frances' })
  expect((await post({ name: 'Jean', user: 'Jean' })).status).toBe(201)
  const differ = await post({ name: 'Kay', user: 'Kathleen' })
  expect(differ.status).toBe(422)
  expect(await differ.json()).toMatchObject({ detail: 'name and user differ: send one of them.' })
  const missing = await post({})
  expect(missing.status).toBe(422)
  expect(await missing.json()).toMatchObject({ errors: [{ path: 'name', message: 'name is missing' }] })
})

test('whoever may read alerts may know who can work on them', async () => {
  await world.post('/api/v1/users', { name: 'bea', password: ADMIN.password, role: 'analyst' })
  await world.post('/api/v1/users', { name: 'vera', password: ADMIN.password, role: 'viewer' })
  const key = await world.key('read')
  const answer = await world.request('/api/v1/assignees', { key })
  const { assignees } = (await answer.json()) as { assignees: string[] }
  expect(assignees).toContain('bea')
  expect(assignees).not.toContain('vera')
})
