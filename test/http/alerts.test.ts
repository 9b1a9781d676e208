import { beforeEach, afterEach, describe, expect, test } from 'vitest'
import type { Evidence } from '../../server/domain/alert.ts'
import { anAlert, put } from './alerts-in-store.ts'
import { START, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())
const ids = async (query: string) =>
  (await world.get(`/api/v1/alerts${query}`)).alerts.map(({ id }: any) => id)
const patch = (id: string, json: unknown, headers = {}) =>
  world.request(`/api/v1/alerts/${id}`, { method: 'PATCH', json, headers })

const evidence: Evidence = {
  eventId: 'x~o365.audit~1',
  step: 1,
  time: START,
  receivedAt: START + 1,
  dataset: 'o365.audit',
  matched: [{ field: 'event.action', value: 'New-InboxRule' }],
}

test('an alert is shown with ISO times and none of the fields that are for the machine', async () => {
  const alert = anAlert({
    id: 'a',
    evidence: [{ ...evidence, step: 0 }, evidence],
    notes: [{ at: START, by: 'Ada', text: 'hm' }],
  })
  await put(world.store, { alerts: [alert] })
  const [shown] = (await world.get('/api/v1/alerts')).alerts
  expect(shown).toMatchObject({
    id: 'a',
    firstSeen: '2026-11-24T11:59:00.000Z',
    lastSeen: '2026-11-24T12:00:00.000Z',
    raisedAt: '2026-11-24T12:00:00.000Z',
    eventIds: ['x~o365.audit~1'],
    evidence: [
      { step: 0 },
      { step: 1, time: '2026-11-24T12:00:00.000Z', receivedAt: '2026-11-24T12:00:00.001Z' },
    ],
    notes: [{ at: '2026-11-24T12:00:00.000Z', by: 'Ada', text: 'hm' }],
  })
  for (const internal of ['key', 'from', 'to', 'ruleVersion']) expect(shown).not.toHaveProperty(internal)
})

describe('the list', () => {
  beforeEach(async () => {
    const day = 86_400_000
    await put(world.store, {
      alerts: [
        anAlert({ id: 'new', severity: 'critical' }),
        anAlert({ id: 'closed', status: 'closed', closeReason: 'secured', lastSeen: START - 1000 }),
        anAlert({
          id: 'bob',
          user: 'bob@contoso.com',
          users: ['bob@contoso.com', 'carol@contoso.com'],
          ruleId: 'spray',
          lastSeen: START - 2000,
        }),
        anAlert({ id: 'old', severity: 'low', firstSeen: START - 41 * day, lastSeen: START - 40 * day }),
        anAlert({ id: 'merged', mergedInto: 'new', lastSeen: START - 3000 }),
        anAlert({ id: 'drill', drill: true, lastSeen: START - 4000 }),
        anAlert({ id: 'block', buildingBlock: true, severity: 'medium', lastSeen: START - 5000 }),
      ],
    })
  })
  test.each([
    ['', ['new', 'closed', 'bob', 'drill', 'old']],
    ['?status=open', ['new', 'bob', 'drill', 'old']],
    ['?status=open,closed', ['new', 'closed', 'bob', 'drill', 'old']],
    ['?status=closed&status=acknowledged', ['closed']],
    ['?severity=critical,low', ['new', 'old']],
    ['?rule=spray', ['bob']],
    ['?user=CAROL@contoso.com', ['bob']],
    ['?user=nobody', []],
    ['?from=now-30d', ['new', 'closed', 'bob', 'drill']],
    ['?from=now-30d&to=now-1s', ['new', 'closed', 'bob', 'drill']],
    ['?to=2026-11-01', ['old']],
    [`?to=${START - 30 * 86_400_000}`, ['old']],
    ['?from=2026-11-24T12:00:00.000Z', ['new']],
    ['?from=2026-11-24T13:00:00%2B01:00', ['new']],
    ['?merged=true&severity=high', ['closed', 'bob', 'merged', 'drill']],
    ['?buildingBlock=true&severity=medium', ['block']],
    ['?buildingBlock=false&severity=medium', []],
    ['?drill=true', ['drill']],
    ['?drill=false&severity=high', ['closed', 'bob']],
  ])('%s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })
  test('comes in pages that hold each alert once', async () => {
    const found: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 10; pages++) {
      const page = await world.get(`/api/v1/alerts?size=2${cursor}`)
      found.push(...page.alerts.map(({ id }: any) => id))
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(found).toEqual(['new', 'closed', 'bob', 'drill', 'old'])
  })
  test.each([
    '?status=new',
    '?severity=urgent',
    '?from=yesterday',
    '?from=now-30x',
    '?to=2026-02-30',
    '?from=now&to=now-1d',
    '?size=0',
    '?merged=yes',
    '?user=a&user=b',
  ])('%s is 400', async (query) => {
    expect((await world.request(`/api/v1/alerts${query}`)).status).toBe(400)
  })
})

describe('one alert', () => {
  test('has an ETag of its version, and why and respond even when nothing gives them', async () => {
    await put(world.store, { alerts: [anAlert({ id: 'a', version: 3 })] })
    const response = await world.request('/api/v1/alerts/a')
    expect(response.headers.get('etag')).toBe('"3"')
    expect(await response.json()).toMatchObject({ id: 'a', why: [], respond: [] })
    expect((await world.request('/api/v1/alerts/b')).status).toBe(404)
  })

  test('says why and what to do from the port that knows', async () => {
    const why = [{ step: 0, eventId: null, clauses: [{ text: 'a == 1', met: true, values: [1] }] }]
    const respond = [{ id: 'reset', title: 'Reset', what: 'x', undo: null, commands: { powershell: 'X' } }]
    const other = await startWorld({ store: world.store, extras: { extras: async () => ({ why, respond }) } })
    await put(world.store, { alerts: [anAlert({ id: 'a' })] })
    expect(await other.get('/api/v1/alerts/a')).toMatchObject({ why, respond })
    await other.stop()
  })

  test('pages through all of its events, with those that retention has removed', async () => {
    await world.request('/api/v1/events?dataset=d', {
      method: 'POST',
      body: '{"@timestamp":"2026-11-24T11:59:59Z","n":1}',
    })
    const stored = (await world.store.replay(0, Number.MAX_SAFE_INTEGER, 1)).events[0]!
    const row = { account: null, value: null }
    await put(world.store, {
      alerts: [anAlert({ id: 'a' })],
      evidence: [
        { ...row, event: stored.id, time: stored.time, step: 0 },
        { ...row, event: 'zz~o365.audit~gone', time: START, step: 1 },
      ],
    })
    const first = await world.get('/api/v1/alerts/a/events?size=1')
    expect(first.events).toMatchObject([{ id: stored.id, step: 0, fields: { n: 1 } }])
    const second = await world.get(`/api/v1/alerts/a/events?size=1&cursor=${first.nextCursor}`)
    expect(second).toMatchObject({
      events: [{ id: 'zz~o365.audit~gone', step: 1, dataset: 'o365.audit', fields: null, raw: null }],
      nextCursor: null,
    })
    expect((await world.request('/api/v1/alerts/b/events')).status).toBe(404)
  })
})

describe('a person', () => {
  beforeEach(() => put(world.store, { alerts: [anAlert({ id: 'a' }), anAlert({ id: 'b' })] }))

  test('changes an alert under their own name', async () => {
    const cookie = await world.signIn()
    const response = await world.request('/api/v1/alerts/a', {
      method: 'PATCH',
      cookie,
      headers: { origin: world.url },
      json: { status: 'acknowledged', assignee: 'Ada', note: 'looking' },
    })
    expect(await response.json()).toMatchObject({
      status: 'acknowledged',
      assignee: 'Ada',
      version: 2,
      notes: [{ by: 'Ada' }],
    })
    expect(response.headers.get('etag')).toBe('"2"')
    expect((await world.get('/api/v1/audit')).audit[0]).toMatchObject({ actor: 'Ada', subject: 'a' })
  })

  test('is told when someone was faster', async () => {
    expect((await patch('a', { status: 'acknowledged' }, { 'if-match': '"1"' })).status).toBe(200)
    const late = await patch('a', { status: 'open' }, { 'if-match': '"1"' })
    expect([late.status, await late.json()]).toMatchObject([412, { type: '/problems/changed' }])
    for (const header of ['2', 'W/"2"', '*']) {
      const now =
        header === '*' ? header : header.replace('2', String((await world.get('/api/v1/alerts/a')).version))
      expect((await patch('a', { assignee: header }, { 'if-match': now })).status).toBe(200)
    }
    expect((await patch('a', { assignee: 'x' }, { 'if-match': 'newest' })).status).toBe(400)
  })

  test.each([
    [{}, 422],
    [{ status: 'withdrawn' }, 422],
    [{ status: 'closed' }, 422],
    [{ status: 'closed', closeReason: 'bored' }, 422],
    [{ summary: 'nothing happened' }, 422],
    [{ note: '' }, 422],
    [{ status: 'closed', closeReason: 'expected' }, 200],
    [{ assignee: null }, 200],
  ])('sending %j gets %i', async (json, status) => {
    expect((await patch('a', json)).status).toBe(status)
  })

  test('changes several alerts, and learns which were not', async () => {
    const response = await world.post('/api/v1/alerts/bulk', {
      ids: ['a', 'x', 'b', 'a'],
      status: 'acknowledged',
    })
    expect(await response.json()).toEqual({
      changed: ['a', 'b'],
      refused: [{ id: 'x', detail: 'There is no alert x.' }],
    })
    for (const json of [
      { ids: [], status: 'open' },
      { ids: ['a'] },
      { status: 'open' },
      { ids: Array(1001).fill('a'), status: 'open' },
    ]) {
      expect((await world.post('/api/v1/alerts/bulk', json)).status).toBe(422)
    }
  })
})

test('a step is ticked with who and when; a step that the alert does not have is 404', async () => {
  const step = { id: 'reset-password', title: 'Reset', what: 'It.', undo: null, commands: {} }
  const own = await startWorld({ extras: { extras: async () => ({ why: [], respond: [step] }) } })
  try {
    await put(own.store, { alerts: [anAlert({ id: 'a' })] })
    const tick = (name: string, json: unknown) =>
      own.request(`/api/v1/alerts/a/steps/${name}`, { method: 'PUT', json })
    const answered = await tick('reset-password', { done: true })
    const done = { at: new Date(START).toISOString(), by: expect.any(String) }
    expect(await answered.json()).toMatchObject({ id: 'a', version: 2, respond: [{ done }] })
    expect(await own.get('/api/v1/alerts/a')).toMatchObject({ respond: [{ done }] })
    expect((await tick('no-such-step', { done: true })).status).toBe(404)
    expect((await tick('reset-password', { done: 'yes' })).status).toBe(422)
    const key = await own.key('read')
    const path = '/api/v1/alerts/a/steps/reset-password'
    expect((await own.request(path, { method: 'PUT', json: { done: true }, key })).status).toBe(403)
  } finally {
    await own.stop()
  }
})
