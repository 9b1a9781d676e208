import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type WebSocket from 'ws'
import { anAlert, anIncident, put } from './alerts-in-store.ts'
import { startWorld, type World } from './world.ts'

let world: World
const open: WebSocket[] = []
beforeEach(async () => {
  world = await startWorld()
})
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate()
  await world.stop()
})

async function listen(query = '', headers?: Record<string, string>, from = world) {
  const socket = from.socket(`/api/v1/live${query}`, headers)
  open.push(socket)
  const messages: any[] = []
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString())))
  const ended = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  const until = (count: number) =>
    vi.waitFor(() => expect(messages.length).toBeGreaterThanOrEqual(count), 5000)
  return { socket, messages, ended, until }
}

/** The status with which an upgrade was refused. */
const refused = (path: string, headers?: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const socket = world.socket(path, headers)
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!))
    socket.on('open', () => reject(new Error('it was let in')))
    socket.on('error', () => {})
  })

test('a listener is greeted, then told of each change as it is announced', async () => {
  const before = await put(world.store, { alerts: [anAlert({ id: 'before' })] })
  const { messages, until } = await listen()
  await until(1)
  expect(messages).toEqual([{ type: 'hello', revision: before }])
  const revision = await put(world.store, {
    alerts: [anAlert({ id: 'a' })],
    incidents: [anIncident({ id: 'i' })],
  })
  world.http.announce(revision)
  await until(3)
  expect(messages.slice(1)).toMatchObject([
    {
      type: 'alert',
      change: 'raised',
      revision: before + 1,
      alert: { id: 'a', raisedAt: '2026-11-24T12:00:00.000Z' },
    },
    { type: 'incident', change: 'raised', revision: before + 2, incident: { id: 'i' } },
  ])
})

test('what a person changes is told too', async () => {
  await put(world.store, { alerts: [anAlert({ id: 'a' })] })
  const { messages, until } = await listen()
  await until(1)
  await world.request('/api/v1/alerts/a', { method: 'PATCH', json: { status: 'acknowledged' } })
  await until(2)
  expect(messages[1]).toMatchObject({ type: 'alert', change: 'updated', alert: { status: 'acknowledged' } })
})

describe('with since', () => {
  test('everything missed is told first, in order, however much it is, and then what is new', async () => {
    const total = 730
    await put(world.store, { alerts: Array.from({ length: total }, (_, i) => anAlert({ id: `a${i}` })) })
    const { messages, until } = await listen('?since=5')
    world.http.announce(await put(world.store, { alerts: [anAlert({ id: 'newest' })] }))
    await until(1 + total - 5 + 1)
    const revisions = messages.slice(1).map(({ revision }) => revision)
    expect(revisions).toEqual(Array.from({ length: total - 5 + 1 }, (_, i) => i + 6))
    expect(messages.at(-1).alert.id).toBe('newest')
  })

  test('a lost connection loses and doubles nothing, wherever it is cut', async () => {
    const told = new Map<string, number>()
    let since = 0
    for (let round = 0; round < 6; round++) {
      const listener = await listen(`?since=${since}`)
      const writing = (async () => {
        for (let i = 0; i < 20; i++) {
          world.http.announce(await put(world.store, { alerts: [anAlert({ id: `${round}-${i}` })] }))
          if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
      })()
      await listener.until(2 + round * 2)
      listener.socket.terminate()
      await writing
      for (const { type, revision, alert } of listener.messages) {
        if (type !== 'alert') continue
        expect(revision).toBeGreaterThan(since)
        since = revision
        told.set(alert.id, (told.get(alert.id) ?? 0) + 1)
      }
    }
    const last = await listen(`?since=${since}`)
    await vi.waitFor(() => expect(told.size + last.messages.length - 1).toBe(120))
    expect([...told.values()].every((times) => times === 1)).toBe(true)
  })

  test('a number beyond the newest change, as after a restore, starts at the newest', async () => {
    const revision = await put(world.store, { alerts: [anAlert({ id: 'a' })] })
    const { messages, until } = await listen('?since=999')
    await until(1)
    expect(messages[0]).toEqual({ type: 'hello', revision })
    world.http.announce(await put(world.store, { alerts: [anAlert({ id: 'b' })] }))
    await until(2)
    expect(messages[1].alert.id).toBe('b')
  })
})

test('the store is never read twice at once for the feed, and announcements are gathered', async () => {
  let reading = 0
  let most = 0
  let reads = 0
  const read = world.store.changesSince.bind(world.store)
  world.store.changesSince = async (...args) => {
    most = Math.max(most, ++reading)
    reads++
    await new Promise((resolve) => setTimeout(resolve, 5))
    const found = await read(...args)
    reading--
    return found
  }
  const listeners = await Promise.all([listen(), listen(), listen('?since=0')])
  for (let i = 0; i < 50; i++)
    world.http.announce(await put(world.store, { alerts: [anAlert({ id: `a${i}` })] }))
  for (const { messages } of listeners) {
    await vi.waitFor(() => expect(messages.at(-1)?.revision).toBe(50))
  }
  expect(most).toBe(1)
  expect(reads).toBeLessThan(30)
})

describe('who may listen', () => {
  test('a key that may read, and a person on a page of this server', async () => {
    await listen('', { authorization: `Bearer ${await world.key('read')}` })
    const cookie = await world.signIn()
    await listen('', { cookie, origin: world.url })
  })
  test.each([
    ['nobody', () => ({}), 401],
    ['a wrong key', () => ({ authorization: 'Bearer x' }), 401],
    ['a key that may only send', async () => ({ authorization: `Bearer ${await world.key('ingest')}` }), 403],
    [
      'a person, on a page of another site',
      async () => ({ cookie: await world.signIn(), origin: 'https://evil.example' }),
      403,
    ],
    ['a person, from who knows where', async () => ({ cookie: await world.signIn() }), 403],
    [
      'a key, on a page of another site',
      async () => ({ authorization: 'Bearer every-scope', origin: 'https://evil.example' }),
      403,
    ],
  ] as [string, () => Record<string, string> | Promise<Record<string, string>>, number][])(
    'not %s',
    async (_name, headers, status) => {
      expect(await refused('/api/v1/live', await headers())).toBe(status)
    },
  )
  test.each([
    ['/api/v1/live?since=-1', 400],
    ['/api/v1/live?since=x', 400],
    ['/api/v1/elsewhere', 404],
    ['/%', 404],
    ['//[', 404],
  ])('%s is %i', async (path, status) => {
    expect(await refused(path)).toBe(status)
    expect(world.logged).toEqual([])
  })
  test('over plain HTTP it says what it is', async () => {
    expect((await world.request('/api/v1/live')).status).toBe(426)
  })
  test('no longer, at once, when the key is revoked or the session ended', async () => {
    const made = (await (await world.post('/api/v1/keys', { name: 'x', scopes: ['read'] })).json()) as any
    const byKey = await listen('', { authorization: `Bearer ${made.key}` })
    const cookie = await world.signIn()
    const byPerson = await listen('', { cookie, origin: world.url })
    await world.request('/api/v1/rules', { method: 'POST', body: 'id: nothing changes for these two' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([byKey.socket.readyState, byPerson.socket.readyState]).toEqual([1, 1])
    await world.request(`/api/v1/keys/${made.id}`, { method: 'DELETE' })
    await world.request('/api/v1/session', { method: 'DELETE', cookie, headers: { origin: world.url } })
    expect(await Promise.all([byKey.ended, byPerson.ended])).toEqual([4001, 4001])
  })
  test('no longer, soon, when the session was ended by a command', async () => {
    // Another server on the same store stands for the command.
    const quick = await startWorld({ store: world.store, live: { checkEvery: 30 } })
    const cookie = await quick.signIn()
    const byPerson = await listen('', { cookie, origin: quick.url }, quick)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(byPerson.socket.readyState).toBe(1)
    await world.request('/api/v1/session', { method: 'DELETE', cookie, headers: { origin: world.url } })
    expect(await byPerson.ended).toBe(4001)
    await quick.stop()
  })
})

test('statistics come by themselves', async () => {
  const quick = await startWorld({ live: { statsEvery: 20 } })
  await quick.request('/api/v1/events', { method: 'POST', body: '{"a":1}\n{"a":2}' })
  quick.now.value += 60_000
  const { messages } = await listen('', undefined, quick)
  await vi.waitFor(() => expect(messages.some(({ type }) => type === 'stats')).toBe(true))
  expect(messages.find(({ type }) => type === 'stats')).toEqual({
    type: 'stats',
    eventsPerMinute: 2,
    lastEventAt: '2026-11-24T12:00:00.000Z',
    sources: 1,
    silentSources: 0,
    correlator: { lastRunAt: '2026-11-24T11:59:56.000Z', pending: 0, lagMs: 0, rules: 7 },
    storage: { full: false, since: null, freeBytes: null },
  })
  await quick.stop()
})

test('a client that does not read is let go, so that it comes back with since', async () => {
  const quick = await startWorld({ live: { statsEvery: 50, patience: 200 } })
  const big = { filler: 'x'.repeat(200_000) }
  await put(quick.store, {
    alerts: Array.from({ length: 200 }, (_, i) => anAlert({ id: `a${i}`, facts: big })),
  })
  const slow = await listen('?since=0', undefined, quick)
  slow.socket.pause()
  const text = async () => (await quick.request('/metrics')).text()
  await vi.waitFor(async () => expect(await text()).toContain('vedette_live_clients 1'))
  await vi.waitFor(async () => expect(await text()).toContain('vedette_live_clients 0'), 5000)
  await quick.stop()
}, 15_000)

test('a client that only dawdles gets everything', async () => {
  await put(world.store, { alerts: Array.from({ length: 300 }, (_, i) => anAlert({ id: `a${i}` })) })
  const { socket, messages, until } = await listen('?since=0')
  for (let i = 0; i < 5; i++) {
    socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.resume()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await until(301)
  expect(messages).toHaveLength(301)
})

test('when the server stops, listeners are told to go', async () => {
  const other = await startWorld()
  const { ended } = await listen('', undefined, other)
  await other.stop()
  expect(await ended).toBe(1001)
})

test('a listener that sends too much is cut off', async () => {
  const { socket, ended } = await listen()
  socket.send('x'.repeat(10_000))
  expect(await ended).toBe(1009)
})
