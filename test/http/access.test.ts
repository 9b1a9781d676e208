/** Every route against every kind of credentials: nothing answers to whom it should not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLE_SCOPES, type Scope, SCOPES } from '../../server/domain/access.ts'
import { ADMIN, API_KEY, START, startWorld, type World } from './world.ts'

let world: World
const credentials: Record<string, { headers: Record<string, string>; scopes: readonly Scope[] } | null> = {
  'no credentials': null,
  'a key that is not one': null,
}
beforeAll(async () => {
  world = await startWorld()
  const cookie = await world.signIn()
  for (const scope of SCOPES) {
    const scopes = scope === 'admin' ? SCOPES : [scope]
    credentials[`a key with ${scope}`] = {
      headers: { authorization: `Bearer ${await world.key(scope)}` },
      scopes,
    }
  }
  for (const role of ['viewer', 'analyst'] as const) {
    const user = { user: role, password: `${role} password` }
    await world.post('/api/v1/users', { name: role, role, password: user.password })
    const signedIn = await world.signIn(user)
    credentials[`a signed-in ${role}`] = {
      headers: { cookie: signedIn, origin: world.url },
      scopes: ROLE_SCOPES[role],
    }
  }
  credentials['the first administrator'] = { headers: { cookie, origin: world.url }, scopes: SCOPES }
})
afterAll(() => world.stop())

const PUBLIC = [
  'GET /healthz',
  'GET /readyz',
  'GET /api/v1/openapi.json',
  'GET /api/v1/setup',
  'POST /api/v1/setup',
  'POST /api/v1/session',
  'GET /api/v1/session/ways',
  'GET /api/v1/session/oidc',
  'GET /api/v1/session/oidc/callback',
]

test('without credentials only health, the API description, set-up and sign-in answer', () => {
  const open = world.http.routes.filter(({ access }) => access === 'public')
  expect(open.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual([...PUBLIC].sort())
})

/** A key stands for no person: it has no second factor and no sessions; those of all are for an administrator's. */
function isOfAPerson({ method, path }: { method: string; path: string }, scopes: readonly Scope[]): boolean {
  if (path === '/api/v1/session/totp') return method === 'get'
  if (path === '/api/v1/session/totp/off' || path === '/api/v1/session/password') return false
  return path === '/api/v1/sessions/{id}' || (path === '/api/v1/sessions' && method === 'get')
    ? !scopes.includes('admin')
    : false
}

test('each route answers 401 without credentials, 403 with too little scope, and never so with enough', async () => {
  const wrong: string[] = []
  for (const route of world.http.routes) {
    const { access } = route
    if (access === 'public') continue
    // Ending the sessions that the test lives on is tested elsewhere.
    if (route.method === 'delete' && route.path === '/api/v1/session') continue
    const path = route.path.replaceAll(/\{\w+\}/g, 'nothing')
    // At once: there are some two thousand questions.
    const asked = Object.entries(credentials).map(async ([name, who]) => {
      const headers = who?.headers ?? (name === 'no credentials' ? {} : { authorization: 'Bearer vdt_0' })
      const { status } = await fetch(world.url + path, { method: route.method.toUpperCase(), headers })
      const isScope = who && (access === 'any' || access.some((scope) => who.scopes.includes(scope)))
      const isKey = who && !('cookie' in who.headers)
      const isEnough = isScope && !(isKey && isOfAPerson(route, who.scopes))
      const expected = who ? (isEnough ? 'in' : 403) : 401
      const got = status === 401 || status === 403 ? status : 'in'
      if (got !== expected) wrong.push(`${route.method} ${path} with ${name}: ${status}, not ${expected}`)
    })
    await Promise.all(asked)
  }
  expect(wrong).toEqual([])
})

test.each([
  ['GET', '/nowhere/at/all'],
  ['POST', '/api/v1/nothing'],
  ['GET', '/api/v1/alerts/../../etc/passwd'],
  ['OPTIONS', '/api/v1/alerts'],
  ['DELETE', '/'],
  ['TRACE', '/api/v1/alerts'],
  ['PROPFIND', '/'],
])('%s %s is 401 to a stranger, so that paths cannot be probed', async (method, path) => {
  // TRACE cannot be sent with fetch, and any other method must do as well.
  const response = await fetch(world.url + path, { method: method === 'TRACE' ? 'SEARCH' : method })
  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(response.headers.get('www-authenticate')).not.toMatch(/basic/i)
})

test('who is known learns that there is nothing, or what can be done instead', async () => {
  expect((await world.request('/api/v1/nothing')).status).toBe(404)
  const response = await world.request('/api/v1/alerts', { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET')
  expect(await response.json()).toMatchObject({ type: '/problems/method-not-allowed', status: 405 })
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
describe('a key is taken in every form that some shipper can send', () => {
  test.each<[string, (id: string, key: string) => string]>([
    ['Bearer', (_, key) => `Bearer ${key}`],
    ['ApiKey with the key', (_, key) => `ApiKey ${key}`],
    ["ApiKey in Elasticsearch's form, with the whole key", (id, key) => `ApiKey ${base64(`${id}:${key}`)}`],
    [
      "ApiKey in Elasticsearch's form, with the key's last part",
      (id, key) => `ApiKey ${base64(`${id}:${key.split('_').slice(2).join('_')}`)}`,
    ],
    ['Splunk', (_, key) => `Splunk ${key}`],
    ['Basic, key as password', (_, key) => `Basic ${base64(`anyone:${key}`)}`],
    ['Basic, from the user part of a URL', (_, key) => `Basic ${base64(`${key}:`)}`],
    ['lower-case scheme', (_, key) => `bearer ${key}`],
  ])('%s', async (_name, header) => {
    const made = await world.post('/api/v1/keys', { name: 'forms', scopes: ['read'] })
    const { id, key } = (await made.json()) as { id: string; key: string }
    const headers = { authorization: header(id, key) }
    expect((await world.request('/api/v1/alerts', { headers })).status).toBe(200)
    const shortened = { authorization: header(id, key.slice(0, -1)) }
    expect((await world.request('/api/v1/alerts', { headers: shortened })).status).toBe(401)
  })

  test('the key from the environment has every scope, in those forms too', async () => {
    for (const authorization of [
      `Splunk ${API_KEY}`,
      `ApiKey ${base64(`any:${API_KEY}`)}`,
      `Basic ${base64(`u:${API_KEY}`)}`,
    ]) {
      expect((await world.request('/api/v1/audit', { headers: { authorization } })).status).toBe(200)
    }
  })

  test.each([
    '',
    'Bearer',
    'Bearer  ',
    'Digest abc',
    'Basic ====',
    'ApiKey é',
    'Bearer a b',
    `Bearer ${'x'.repeat(8000)}`,
  ])('a header that makes no sense is 401: %j', async (authorization) => {
    const response = await fetch(`${world.url}/api/v1/alerts`, {
      headers: { authorization: Buffer.from(authorization).toString('latin1') },
    })
    expect(response.status).toBe(401)
  })
})

describe('a session', () => {
  test('may change things only from pages of this server', async () => {
    const cookie = await world.signIn()
    const tries: [Record<string, string>, number][] = [
      [{ origin: world.url }, 201],
      [{ 'sec-fetch-site': 'same-origin' }, 201],
      [{}, 403],
      [{ origin: 'null' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: `${world.url}.evil.example` }, 403],
      [{ origin: world.url.replace('127.0.0.1', 'localhost') }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
    ]
    for (const [headers, status] of tries) {
      const response = await world.post('/api/v1/keys', { name: 'x', scopes: ['read'] }, { cookie, headers })
      expect([headers, response.status]).toEqual([headers, status])
    }
  })

  test('cannot be started by a page of another site', async () => {
    const headers = { origin: 'https://evil.example' }
    expect((await world.post('/api/v1/session', ADMIN, { key: null, headers })).status).toBe(403)
  })

  test('lives for twelve hours from its last use, then says that it is over', async () => {
    const cookie = await world.signIn()
    for (const hours of [11, 22, 33]) {
      world.now.value = START + hours * 3_600_000
      expect((await world.request('/api/v1/session', { cookie })).status).toBe(200)
    }
    world.now.value += 12 * 3_600_000
    const response = await world.request('/api/v1/session', { cookie })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ type: '/problems/session-ended' })
    world.now.value = START
  })

  test('that is made up is over too', async () => {
    expect((await world.request('/api/v1/alerts', { cookie: 'vedette_session=made-up' })).status).toBe(401)
  })
})
