import { afterEach, expect, test } from 'vitest'
import { ADMIN, SETUP_TOKEN, startWorld, type World } from './world.ts'

let world: World
afterEach(() => world.stop())
const setUp = (input: object) =>
  world.post('/api/v1/setup', { token: SETUP_TOKEN, ...ADMIN, ...input }, { key: null })

test('the token from the link makes the first administrator, signs in, and closes the set-up', async () => {
  world = await startWorld()
  expect(await world.get('/api/v1/setup')).toEqual({ open: true })
  const response = await setUp({})
  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({ user: 'Ada', role: 'admin' })
  const cookie = response.headers.getSetCookie()[0]!
  expect(cookie).toMatch(/^vedette_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const me = await world.request('/api/v1/session', { cookie: cookie.split(';')[0]! })
  expect(await me.json()).toMatchObject({ user: 'Ada', scopes: ['ingest', 'read', 'write', 'admin'] })
  expect(await world.get('/api/v1/setup')).toEqual({ open: false })
  expect((await setUp({ user: 'Eve' })).status).toBe(409)
  const { audit } = await world.get('/api/v1/audit')
  expect(audit.map(({ verb, actor }: any) => [verb, actor])).toEqual([
    ['session.start', 'Ada'],
    ['setup.done', 'Ada'],
  ])
})

test('with TLS the cookie is for HTTPS only', async () => {
  world = await startWorld({ settings: { secureCookie: true } })
  expect((await setUp({})).headers.getSetCookie()[0]).toMatch(/; Secure$/)
})

test('a wrong token is 403 and makes nobody; guessing ends in 429', async () => {
  world = await startWorld()
  for (let i = 0; i < 10; i++) expect((await setUp({ token: 'x' })).status).toBe(403)
  const response = await setUp({})
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await world.store.records('user')).toEqual([])
})

test('two people who set up at the same moment: one of them does', async () => {
  world = await startWorld()
  const answers = await Promise.all([setUp({ user: 'a' }), setUp({ user: 'b' }), setUp({ user: 'c' })])
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(2)
  expect(await world.store.records('user')).toHaveLength(1)
})

test('without a token, since a user was made from the environment, the set-up is closed', async () => {
  world = await startWorld({ setupToken: null })
  expect(await world.get('/api/v1/setup')).toEqual({ open: false })
  expect((await setUp({})).status).toBe(409)
})

test.each([
  ['a short password', { password: 'short' }],
  ['no user', { user: undefined }],
  ['a user name with a blank', { user: 'Ada L' }],
  ['a user name with a control character', { user: 'Ada\u0000' }],
  ['a token that is no text', { token: { $ne: null } }],
])('%s is 422 and names the field', async (_name, input) => {
  world = await startWorld()
  const response = await setUp(input)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ path: Object.keys(input)[0] }] })
})
