/** What a reverse proxy says of the client, and who is believed. */
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientAddress, isEncrypted } from '../../server/http/proxy.ts'
import { ADMIN, startWorld, type World } from './world.ts'

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage

test.each<[string, string | undefined, string | null, string | null]>([
  ['no proxy', '192.0.2.1', null, '192.0.2.1'],
  ['IPv4 over an IPv6 socket', '::ffff:192.0.2.1', null, '192.0.2.1'],
  ['a proxy on this machine', '127.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['a proxy on this machine over IPv6', '::1', '2001:db8::7', '2001:db8::7'],
  ['a proxy that an IPv6 socket shows as IPv4', '::ffff:127.0.0.1', '198.51.100.7', '198.51.100.7'],
  [
    'what a client claimed before the proxy added it',
    '127.0.0.1',
    '203.0.113.9, 198.51.100.7',
    '198.51.100.7',
  ],
  ['two proxies on this machine', '127.0.0.1', '198.51.100.7, 127.0.0.1', '198.51.100.7'],
  ['a port', '127.0.0.1', '198.51.100.7:40312', '198.51.100.7'],
  ['brackets and a port', '127.0.0.1', '[2001:db8::7]:40312', '2001:db8::7'],
  ['no address', '127.0.0.1', '203.0.113.9, unknown', '127.0.0.1'],
  ['a blank', '127.0.0.1', ' , ', '127.0.0.1'],
  ['a client on this machine', '127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['somebody elsewhere who claims to be a proxy', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['a connection that is gone', undefined, '198.51.100.7', null],
])('the client of %s', (_, remote, forwarded, expected) => {
  expect(clientAddress(from(remote, forwarded === null ? {} : { 'x-forwarded-for': forwarded }))).toBe(
    expected,
  )
})

test.each<[string, string, string | null, boolean, boolean]>([
  ['TLS by the settings', '192.0.2.1', null, true, true],
  ['a proxy with TLS', '127.0.0.1', 'https', false, true],
  ['a proxy with TLS behind one without', '127.0.0.1', 'http, HTTPS', false, true],
  ['a proxy without TLS', '127.0.0.1', 'http', false, false],
  ['a proxy that says nothing', '127.0.0.1', null, false, false],
  ['somebody elsewhere who claims it', '192.0.2.1', 'https', false, false],
])('%s', (_, remote, proto, secure, expected) => {
  expect(isEncrypted(from(remote, proto === null ? {} : { 'x-forwarded-proto': proto }), secure)).toBe(
    expected,
  )
})

describe('behind a proxy on this machine', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
    await world.signIn()
  })
  afterAll(() => world.stop())
  const behind = (address: string, password: string) =>
    world.post(
      '/api/v1/session',
      { user: 'Ada', password },
      {
        key: null,
        headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' },
      },
    )

  test('the session, the audit trail and the use of keys have the address of the client', async () => {
    expect((await behind('198.51.100.7', 'a wrong one')).status).toBe(401)
    const signedIn = await behind('198.51.100.7', ADMIN.password)
    const cookie = signedIn.headers.getSetCookie()[0]!
    expect(cookie).toContain('; Secure')
    expect(signedIn.headers.get('strict-transport-security')).toMatch(/max-age=/)
    const { sessions } = await world.get('/api/v1/sessions')
    expect(sessions.map((session: any) => session.address)).toContain('198.51.100.7')
    const { audit } = await world.get('/api/v1/audit')
    expect(audit.find((entry: any) => entry.verb === 'session.refused').detail).toEqual({
      address: '198.51.100.7',
    })
  })

  test('one guesser does not lock out people at other addresses', async () => {
    await world.post('/api/v1/users', { name: 'Bob', role: 'viewer', password: 'a good password' })
    const bob = (address: string, password: string) =>
      world.post(
        '/api/v1/session',
        { user: 'Bob', password },
        { key: null, headers: { 'x-forwarded-for': address } },
      )
    const tries = await Promise.all(Array.from({ length: 12 }, () => bob('203.0.113.9', 'guess')))
    expect(tries.at(-1)!.status).toBe(429)
    expect((await bob('198.51.100.8', 'a good password')).status).toBe(201)
  })

  test('a page without TLS changes nothing where the proxy has TLS', async () => {
    const cookie = (await behind('198.51.100.7', ADMIN.password)).headers.getSetCookie()[0]!.split(';')[0]!
    const { host } = new URL(world.url)
    const end = (origin: string) =>
      world.request('/api/v1/sessions', {
        method: 'DELETE',
        cookie,
        headers: { origin, 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7' },
      })
    expect((await end(`http://${host}`)).status).toBe(403)
    expect((await end(`https://${host}`)).status).toBe(204)
  })
})
