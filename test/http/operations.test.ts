/** The correlator, the sources, the overview, the audit trail, health and metrics. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anAlert, anIncident, put } from './alerts-in-store.ts'
import { START, startWorld, type World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())
let sent = 0
const send = (query = '', count = 1) =>
  world.request(`/api/v1/events?dataset=d${query}`, {
    method: 'POST',
    body: Array.from({ length: count }, () =>
      JSON.stringify({ '@timestamp': world.now.value - 1000, n: sent++ }),
    ).join('\n'),
  })

describe('the correlator', () => {
  test('runs on demand, with or without a body', async () => {
    const expected = { settled: 1, raised: 1, extended: 0, merged: 0, withdrawn: 0 }
    for (const init of [{}, { json: {} }, { json: { force: true } }]) {
      const response = await world.request('/api/v1/correlator/run', { method: 'POST', ...init })
      expect([response.status, await response.json()]).toEqual([200, expected])
    }
    expect((await world.post('/api/v1/correlator/run', { force: 'yes' })).status).toBe(422)
  })
  test('says how far it is', async () => {
    await send()
    expect(await world.get('/api/v1/correlator')).toEqual({
      lastRunAt: '2026-11-24T11:59:56.000Z',
      pending: 0,
      lagMs: 0,
      rules: 7,
      oldestPending: null,
      lastError: null,
      completeUpTo: { d: '2026-11-24T11:59:59.000Z' },
      late: 0,
      tooLate: 0,
      ahead: 0,
      tooCommon: [],
    })
    const hit = {
      rule: 'r',
      version: 1,
      key: '[]',
      time: START,
      event: 'e',
      step: 0,
      account: null,
      value: null,
    }
    await world.store.addHits([hit], START)
    world.now.value += 5000
    expect(await world.get('/api/v1/correlator')).toMatchObject({ pending: 1, lagMs: 5000 })
  })
})

describe('a source', () => {
  test('is shown with its rate, its delay, and when it fell silent', async () => {
    for (let minute = 0; minute < 240; minute += 5) {
      world.now.value = START + minute * MINUTE
      await send('&source=mail', 10)
    }
    world.now.value += MINUTE
    const [source] = (await world.get('/api/v1/sources')).sources
    expect(source).toMatchObject({
      source: 'mail',
      dataset: 'd',
      events: 480,
      rejected: 0,
      perMinute: 2,
      silentSince: null,
    })
    expect(source.usualPerMinute).toBeCloseTo(2, 0)
    world.now.value += 9 * MINUTE
    expect((await world.get('/api/v1/sources')).sources[0].silentSince).toBeNull()
    world.now.value += 2 * MINUTE
    expect((await world.get('/api/v1/sources')).sources[0].silentSince).toBe(source.lastReceivedAt)
    world.now.value += 48 * HOUR
    expect((await world.get('/api/v1/sources')).sources[0].silentSince).toBe(source.lastReceivedAt)
  })
  test('with long pauses of its own is given as long', async () => {
    for (let hour = 0; hour < 12; hour += 2) {
      world.now.value = START + hour * HOUR
      await send()
    }
    world.now.value += 3.9 * HOUR
    expect((await world.get('/api/v1/sources')).sources[0].silentSince).toBeNull()
    world.now.value += 0.2 * HOUR
    expect((await world.get('/api/v1/sources')).sources[0].silentSince).not.toBeNull()
  })
  test('that came once, as an import, is not missed', async () => {
    await send('&source=import', 100)
    world.now.value += 5 * HOUR
    expect((await world.get('/api/v1/sources')).sources[0].silentSince).toBeNull()
  })
})

describe('the overview', () => {
  test('of an empty server has its shape', async () => {
    const overview = await world.get('/api/v1/overview')
    expect(overview).toMatchObject({
      now: '2026-11-24T12:00:00.000Z',
      open: { low: 0, medium: 0, high: 0, critical: 0 },
      events: { total: 0, perMinute: 0, lastReceivedAt: null, lastEventTime: null, usual: null },
      sources: [],
      riskiest: [],
    })
    expect(overview.events.lastHour).toHaveLength(60)
    expect(overview.alertsPerDay).toHaveLength(14)
  })
  test('counts real open alerts, keeps up with changes, and leaves out drills', async () => {
    const alerts = [
      anAlert({ id: 'a', severity: 'critical' }),
      anAlert({ id: 'b' }),
      anAlert({ id: 'c', status: 'acknowledged' }),
      anAlert({ id: 'closed', status: 'closed' }),
      anAlert({ id: 'merged', mergedInto: 'a' }),
      anAlert({ id: 'withdrawn', status: 'withdrawn' }),
      anAlert({ id: 'drill', drill: true }),
      anAlert({ id: 'older', status: 'closed', raisedAt: START - 3 * 24 * HOUR }),
    ]
    await put(world.store, { alerts })
    const first = await world.get('/api/v1/overview')
    expect(first.open).toEqual({ low: 0, medium: 0, high: 2, critical: 1 })
    expect(first.alertsPerDay.at(-1)).toMatchObject({ high: 3, critical: 1 })
    expect(first.alertsPerDay.at(-4)).toMatchObject({ high: 1 })
    await put(world.store, { alerts: [anAlert({ id: 'a', severity: 'critical', status: 'closed' })] })
    expect((await world.get('/api/v1/overview')).open).toEqual({ low: 0, medium: 0, high: 2, critical: 0 })
  })
  test('counts hundreds of alerts exactly', async () => {
    await put(world.store, { alerts: Array.from({ length: 450 }, (_, i) => anAlert({ id: `a${i}` })) })
    expect((await world.get('/api/v1/overview')).open.high).toBe(450)
  })
  test('names the accounts most at risk first', async () => {
    await put(world.store, {
      incidents: [
        anIncident({ id: 'i', riskScore: 20, alertIds: ['a'] }),
        anIncident({ id: 'j', riskScore: 90, user: 'bob@contoso.com' }),
        anIncident({ id: 'closed', riskScore: 99, status: 'closed' }),
        anIncident({ id: 'address', riskScore: 99, user: null }),
        anIncident({ id: 'drill', riskScore: 99, drill: true }),
      ],
    })
    const { riskiest } = await world.get('/api/v1/overview')
    expect(riskiest.map(({ incidentId, alertId }: any) => [incidentId, alertId])).toEqual([
      ['j', null],
      ['i', 'a'],
    ])
  })
  test('draws the last hour by the minute, and the usual range once there is one', async () => {
    for (let minute = 0; minute < 370; minute++) {
      world.now.value = START + minute * MINUTE
      await send('', minute % 10 === 0 ? 9 : 3)
    }
    world.now.value += MINUTE
    const { events } = await world.get('/api/v1/overview')
    expect(events.total).toBe(370 * 3 + 37 * 6)
    expect(events.lastHour.map((one: any) => one.events)).toEqual(
      Array.from({ length: 60 }, (_, i) => (i % 10 === 0 ? 9 : 3)),
    )
    expect(events).toMatchObject({ perMinute: 3, usual: { low: 3, high: 3 } })
    expect(events.lastHour.at(-1).minute).toBe(new Date(START + 369 * MINUTE).toISOString())
  })
})

test('the audit trail is for administrators, newest first', async () => {
  await world.key('read')
  const { audit } = await world.get('/api/v1/audit?size=1')
  expect(audit).toMatchObject([
    {
      at: '2026-11-24T12:00:00.000Z',
      actor: 'environment',
      verb: 'key.create',
      detail: { scopes: ['read'] },
    },
  ])
  expect((await world.request('/api/v1/audit', { key: await world.key('read', 'write') })).status).toBe(403)
})

describe('health', () => {
  test('answers anyone', async () => {
    const answer = await world.request('/healthz', { key: null })
    expect(await answer.json()).toEqual({ status: 'ok', version: '0.0.0-test' })
    expect((await world.request('/readyz', { key: null })).status).toBe(200)
  })
  test('says why it is not ready', async () => {
    const broken = await startWorld({ readiness: async () => ['The last correlator run failed.'] })
    const response = await broken.request('/readyz', { key: null })
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { type: '/problems/not-ready', errors: [{ message: 'The last correlator run failed.' }] },
    ])
    await broken.stop()
  })
  test('gives metrics by route, not by id', async () => {
    await send('', 3)
    await world.request('/api/v1/alerts/some-id')
    const text = await (await world.request('/metrics')).text()
    expect(text).toContain('vedette_ingest_records_total{dataset="d",outcome="accepted"} 3')
    expect(text).toContain('route="/api/v1/alerts/{id}",status="404"')
    expect(text).toMatch(/vedette_events 3\n/)
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
    expect(text).not.toContain('some-id')
  })
})
