/** Attacks on the HTTP side: somebody else's session, files that are no business of anybody, objects bent from outside. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, API_KEY, startWorld, type World } from './world.ts'

const SECRET = 'Secret-outside-5f2c91'
let world: World
let root: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vedette-attacks-'))
  const clientDir = join(root, 'dist')
  mkdirSync(join(clientDir, 'assets'), { recursive: true })
  for (const file of ['outside.txt', 'dist/.secret', 'dist/assets/.secret'])
    writeFileSync(join(root, file), SECRET)
  for (const file of ['index.html', 'assets/index-4f3a.js']) writeFileSync(join(clientDir, file), 'ours')
  world = await startWorld({ settings: { clientDir } })
  await world.signIn()
})
afterAll(async () => {
  await world?.stop()
  rmSync(root, { recursive: true, force: true })
})

const isIn = async (cookie: string) => (await world.request('/api/v1/session', { cookie })).status === 200

describe('session fixation', () => {
  test.each([
    ['a made-up value', () => Promise.resolve('vedette_session=chosen-by-the-attacker')],
    ['a session of their own', () => world.signIn()],
  ])('%s, planted before the person signs in, is worth nothing afterwards', async (_, plant) => {
    const planted = await plant()
    const answer = await world.post('/api/v1/session', ADMIN, { key: null, cookie: planted })
    const got = answer.headers.getSetCookie()[0]!.split(';')[0]!
    expect(got).not.toBe(planted)
    expect([await isIn(planted), await isIn(got)]).toEqual([false, true])
  })

  test('a token is taken from the cookie alone, not from the address or another header', async () => {
    const cookie = await world.signIn()
    const token = cookie.split('=')[1]!
    const ways: [string, Record<string, string>][] = [
      [`/api/v1/session?${cookie}`, {}],
      ['/api/v1/session', { authorization: `Bearer ${token}` }],
      ['/api/v1/session', { 'x-session': token }],
    ]
    for (const [path, headers] of ways)
      expect((await world.request(path, { key: null, headers })).status).toBe(401)
  })

  test('over TLS a session planted by another host of the domain is never read', async () => {
    const tls = { 'x-forwarded-proto': 'https' }
    const planted = await world.signIn()
    const origin = { origin: world.url.replace('http:', 'https:') }
    const answer = await world.post('/api/v1/session', ADMIN, { key: null, headers: { ...tls, ...origin } })
    const own = answer.headers.getSetCookie()[0]!
    // A browser takes the name from no other host, only with Secure, Path=/ and without Domain.
    expect(own).toMatch(/^__Host-vedette_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
    const isInByTls = async (cookie: string) =>
      (await world.request('/api/v1/session', { cookie, headers: tls })).status === 200
    expect(await isInByTls(`${planted}; ${own.split(';')[0]}`)).toBe(true)
    expect(await isInByTls(planted)).toBe(false)
  })

  test('no script and no page of another site gets at the cookie', async () => {
    const answer = await world.post('/api/v1/session', ADMIN, { key: null })
    expect(answer.headers.getSetCookie()[0]).toMatch(/; HttpOnly; SameSite=Strict$/)
  })
})

/** As it is written: `fetch` would tidy the path up. Gives the whole answer. */
function sendRaw(path: string, headers: string[] = []): Promise<string> {
  const { port } = new URL(world.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    socket.on('close', () => resolve(answer)).on('error', reject)
    socket.write(
      [`GET ${path} HTTP/1.1`, 'host: x', 'connection: close', ...headers, '', ''].join('\r\n'),
      'latin1',
    )
  })
}

describe('path traversal', () => {
  test.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/assets/%2e%2e%2f%2e%2e%2foutside.txt',
    '/assets/..%5c..%5coutside.txt',
    '/assets/..\\..\\outside.txt',
    '/assets/%252e%252e%252foutside.txt',
    '/assets/%c0%ae%c0%ae/outside.txt',
    '/assets/....//....//outside.txt',
    '/assets//../../outside.txt',
    '/assets/index-4f3a.js/../../../outside.txt',
    '/assets/..%00/../outside.txt',
    '//outside.txt',
    '/.secret',
    '/%2esecret',
    '/assets/../.secret',
    'http://x/../outside.txt',
    'file:///etc/passwd',
    '/assets/../../../../../../../../../../etc/passwd',
  ])('%s reads no file beside those of the dashboard', async (path) => {
    for (const headers of [[], ['accept: text/html'], [`authorization: Bearer ${API_KEY}`]]) {
      const answer = await sendRaw(path, headers)
      expect(answer).toMatch(/^HTTP\/1\.1 (400|401|403|404) /)
      expect(answer).not.toMatch(/Secret-outside|root:/)
    }
  })
})

describe('prototype pollution', () => {
  const BENT = '"__proto__":{"polluted":"x"},"constructor":{"prototype":{"polluted":"x"}}'
  const KEYS = Object.getOwnPropertyNames(Object.prototype).toSorted()
  const isAsItWas = () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(KEYS)
    expect(world.logged).toEqual([])
  }
  const send = async (method: string, path: string, body: string, type = 'application/json') => {
    const headers = { 'content-type': type }
    return (await world.request(path, { method: method.toUpperCase(), headers, body })).status
  }

  test('through the body of any route there is', async () => {
    const writing = world.http.routes.filter(({ method }) => method !== 'get' && method !== 'head')
    for (const { method, path } of writing) {
      const at = path.replaceAll(/\{\w+\}/g, '__proto__')
      for (const body of [
        `{${BENT}}`,
        `[{${BENT}}]`,
        `{"name":"x",${BENT},"config":{${BENT}},"rule":{${BENT}}}`,
      ])
        expect([path, await send(method, at, body)]).not.toContain(500)
    }
    isAsItWas()
  })

  test.each<[string, string, string, number, string?]>([
    ['put', '/bent', `{"mappings":{"properties":{${BENT}}}}`, 200],
    ['put', '/bent/_mapping', `{"properties":{${BENT},"__proto__":{"type":"ip"}}}`, 200],
    ['put', '/bent/_alias/constructor', '{}', 200],
    [
      'put',
      '/_index_template/constructor',
      `{"index_patterns":["*"],"template":{"mappings":{${BENT}}}}`,
      200,
    ],
    [
      'post',
      '/api/v1/searches',
      `{"name":"constructor","language":"kql","query":"__proto__.polluted: x"}`,
      201,
    ],
    [
      'post',
      '/api/v1/search',
      `{"language":"eql","query":"any where __proto__.polluted == constructor.prototype.x"}`,
      200,
    ],
    [
      'put',
      '/api/v1/organisation',
      `{"domains":[],"networks":[],"serviceAccounts":[],"forwarding":[],${BENT}}`,
      422,
    ],
    ['post', '/api/v1/rules', `{"name":"Bent","query":"any where true","threshold":{${BENT}}}`, 422],
    [
      'post',
      '/api/v1/rules',
      'name: Bent\nquery: any where true\n__proto__:\n  polluted: x\n',
      422,
      'application/yaml',
    ],
    [
      'post',
      '/api/v1/rules/import',
      `{"files":[{"name":"__proto__","content":"[rule.__proto__]\\npolluted = 1"}]}`,
      200,
    ],
    ['post', '/api/v1/channels', `{"name":"x","kind":"__proto__","severities":[],"config":{${BENT}}}`, 422],
    ['post', '/api/v1/users', '{"name":"__proto__","role":"viewer","password":"a long password"}', 422],
    ['post', '/api/v1/session', '{"user":"constructor","password":"prototype"}', 401],
  ])('%s %s with %s is %i', async (method, path, body, status, type) => {
    expect(await send(method, path, body, type)).toBe(status)
    isAsItWas()
  })

  test('through the query of any route, or the names in its path', async () => {
    const bent = [
      '__proto__[polluted]=x',
      '__proto__.polluted=x',
      'constructor[prototype][polluted]=x',
      '__proto__=x',
    ]
    for (const { method, path } of world.http.routes.filter((route) => route.method === 'get')) {
      for (const name of ['__proto__', 'constructor', 'toString']) {
        const at = path.replaceAll(/\{\w+\}/g, name)
        const response = await world.request(`${at}?${bent.join('&')}`, { method: method.toUpperCase() })
        await response.text()
        expect([path, name, response.status]).not.toContain(500)
      }
    }
    isAsItWas()
  })
})
