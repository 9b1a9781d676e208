import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({})
})
afterAll(() => world.stop())

const risky = {
  name: 'Risky sign-ins',
  language: 'kql',
  query: 'azure.signinlogs.properties.risk_state: atRisk',
}

test('a search is kept, listed, shown and forgotten, each in the audit trail', async () => {
  const response = await world.post('/api/v1/searches', risky)
  expect(response.status).toBe(201)
  const made = (await response.json()) as { id: string }
  expect(made).toMatchObject({ ...risky, createdBy: 'environment' })
  const place = `/api/v1/searches/${made.id}`
  expect(response.headers.get('location')).toBe(place)
  expect(await world.get(place)).toEqual(made)
  expect(await world.get('/api/v1/searches')).toEqual({ searches: [made], nextCursor: null })
  expect((await world.request(place, { method: 'DELETE' })).status).toBe(204)
  expect((await world.request(place, { method: 'DELETE' })).status).toBe(404)
  expect((await world.request(place)).status).toBe(404)
  const verbs = ((await world.get('/api/v1/audit')).audit as { verb: string }[]).map(({ verb }) => verb)
  expect(verbs.slice(0, 2)).toEqual(['search.delete', 'search.create'])
})

test.each([
  ['without a name', { ...risky, name: ' ' }],
  ['without a query', { ...risky, query: '' }],
  ['in a language that nobody speaks here', { ...risky, language: 'sql' }],
])('a search %s is refused', async (_, body) => {
  expect((await world.post('/api/v1/searches', body)).status).toBe(422)
})

test('a query with a mistake is refused with its place', async () => {
  const response = await world.post('/api/v1/searches', {
    ...risky,
    language: 'eql',
    query: 'any where\n  a ==',
  })
  expect(response.status).toBe(422)
  const { errors } = (await response.json()) as { errors: object[] }
  expect(errors).toEqual([expect.objectContaining({ path: 'query', line: 2 })])
})

test('fields are told with the datasets that have them, groups of fields left out', async () => {
  const seen = [
    { dataset: 'o365.audit', path: 'event.action' },
    { dataset: 'azure.signinlogs', path: 'event.action' },
    { dataset: 'azure.signinlogs', path: 'source.geo' },
    { dataset: 'azure.signinlogs', path: 'source.geo.city_name' },
  ]
  await world.store.noteFields({ seen, at: 1, upTo: 1 })
  const all = await world.get('/api/v1/fields')
  expect(all).toEqual({
    fields: [
      { path: 'event.action', datasets: ['azure.signinlogs', 'o365.audit'] },
      { path: 'source.geo.city_name', datasets: ['azure.signinlogs'] },
    ],
    nextCursor: null,
  })
  expect((await world.get('/api/v1/fields?prefix=SOURCE.')).fields).toHaveLength(1)
  expect((await world.get('/api/v1/fields?dataset=o365.audit')).fields).toEqual([
    { path: 'event.action', datasets: ['o365.audit'] },
  ])
})
