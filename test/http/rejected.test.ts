import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())
const reject = (body: string) => world.request('/api/v1/events?dataset=d&source=s', { method: 'POST', body })

test('rejected records are listed newest first, page by page, with the reason', async () => {
  await reject('one\ntwo\nthree')
  const first = await world.get('/api/v1/rejected?size=2')
  expect(first.rejected.map(({ raw }: any) => raw)).toEqual(['three', 'two'])
  expect(first.rejected[0]).toMatchObject({
    receivedAt: '2026-11-24T12:00:00.000Z',
    dataset: 'd',
    source: 's',
    code: 'not-json',
    detail: 'This line is not a JSON object.',
    replayedAt: null,
  })
  const second = await world.get(`/api/v1/rejected?size=2&cursor=${first.nextCursor}`)
  expect(second.rejected.map(({ raw }: any) => raw)).toEqual(['one'])
  expect(second.nextCursor).toBeNull()
})

test('a replay that is rejected again leaves it for the next try', async () => {
  const { rejected } = await world.get('/api/v1/rejected?size=1')
  const response = await world.post(`/api/v1/rejected/${rejected[0].id}/replay`)
  expect(response.status).toBe(422)
  expect(await world.store.deadLetter(rejected[0].id)).toMatchObject({ replayedAt: null })
})

test('a replay that goes through is marked and in the audit trail, and not done twice', async () => {
  await world.store.append([
    {
      events: [],
      rejections: [{ line: 1, code: 'normaliser-bug', detail: 'x', dataset: 'd', raw: '{"good":"now"}' }],
      source: 's',
      receivedAt: 0,
    },
  ])
  const { rejected } = await world.get('/api/v1/rejected?size=1000')
  const { id } = rejected.find(({ code }: any) => code === 'normaliser-bug')
  const response = await world.post(`/api/v1/rejected/${id}/replay`)
  expect([response.status, await response.json()]).toMatchObject([200, { accepted: 1, rejected: 0 }])
  expect((await world.post(`/api/v1/rejected/${id}/replay`)).status).toBe(409)
  const { audit } = await world.get('/api/v1/audit?size=1')
  expect(audit[0]).toMatchObject({ verb: 'rejected.replay', subject: id, actor: 'environment' })
})

test('a replay of what is not there is 404', async () => {
  expect((await world.post('/api/v1/rejected/999/replay')).status).toBe(404)
})

test.each([
  'size=0',
  'size=1001',
  'size=x',
  'size=1.5',
  'cursor=',
  'cursor=made-up',
  'cursor=bnVsbA.AAAAAAAA',
  'size=1&size=2',
])('the list refuses ?%s with 400', async (query) => {
  const response = await world.request(`/api/v1/rejected?${query}`)
  expect(response.status).toBe(400)
  expect(world.logged).toEqual([])
})

test('a cursor of one list is refused by another', async () => {
  const { nextCursor } = await world.get('/api/v1/rejected?size=1')
  expect((await world.request(`/api/v1/audit?cursor=${nextCursor}`)).status).toBe(400)
})
