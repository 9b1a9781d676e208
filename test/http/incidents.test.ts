import { afterAll, beforeAll, expect, test } from 'vitest'
import { anAlert, anIncident, put } from './alerts-in-store.ts'
import { START, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await put(world.store, {
    alerts: [anAlert({ id: 'a', incidentId: 'i' }), anAlert({ id: 'b', incidentId: 'i' })],
    incidents: [
      anIncident({
        id: 'i',
        alertIds: ['a', 'b', 'gone'],
        story: [{ time: START, text: 'Signed in.', alertId: 'a' }],
      }),
      anIncident({ id: 'j', status: 'closed', user: 'bob@contoso.com', lastSeen: START - 1000 }),
      anIncident({ id: 'k', alertIds: ['gone'], lastSeen: START - 2000 }),
    ],
  })
})
afterAll(() => world.stop())
const patch = (id: string, json: unknown, headers = {}) =>
  world.request(`/api/v1/incidents/${id}`, { method: 'PATCH', json, headers })

test.each([
  ['', ['i', 'j', 'k']],
  ['?status=closed', ['j']],
  ['?user=BOB@contoso.com', ['j']],
  ['?from=now-1s', ['i', 'j']],
])('the list %s', async (query, expected) => {
  const { incidents } = await world.get(`/api/v1/incidents${query}`)
  expect(incidents.map(({ id }: any) => id)).toEqual(expected)
})

test('pages of incidents hold each once', async () => {
  const first = await world.get('/api/v1/incidents?size=2')
  const second = await world.get(`/api/v1/incidents?size=2&cursor=${first.nextCursor}`)
  expect([...first.incidents, ...second.incidents].map(({ id }: any) => id)).toEqual(['i', 'j', 'k'])
  expect(second.nextCursor).toBeNull()
})

test('one incident tells its story', async () => {
  expect(await world.get('/api/v1/incidents/i')).toMatchObject({
    id: 'i',
    story: [{ time: '2026-11-24T12:00:00.000Z', text: 'Signed in.', alertId: 'a' }],
  })
  expect((await world.request('/api/v1/incidents/x')).status).toBe(404)
})

test('a change of an incident is one of all its alerts', async () => {
  expect((await patch('i', { status: 'acknowledged' }, { 'if-match': '"7"' })).status).toBe(412)
  expect((await patch('i', { status: 'acknowledged' }, { 'if-match': '"1"' })).status).toBe(200)
  const { alerts } = await world.get('/api/v1/alerts?incident=i')
  expect(alerts.map(({ status }: any) => status)).toEqual(['acknowledged', 'acknowledged'])
})

test('when no alert of it can be changed, that is an error', async () => {
  expect((await patch('i', { status: 'closed' })).status).toBe(422)
  expect((await patch('k', { status: 'acknowledged' })).status).toBe(404)
  expect((await patch('x', { status: 'acknowledged' })).status).toBe(404)
})
