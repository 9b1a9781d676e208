import { afterAll, beforeAll, expect, test } from 'vitest'
import { Problem, problems } from '../../server/http/problem.ts'
import { startWorld, type World } from './world.ts'
import { createMemoryStore } from '../support/memory-store.ts'

let world: World
beforeAll(async () => {
  const store = createMemoryStore({ merge: () => null })
  store.alert = async () => {
    throw new Error('SQLITE_CORRUPT at /secret/path')
  }
  world = await startWorld({ store })
})
afterAll(() => world.stop())

test('our own failure is 500 with an id, logged once, and tells nothing of the inside', async () => {
  const response = await world.request('/api/v1/alerts/x')
  expect(response.status).toBe(500)
  const text = await response.text()
  const id = response.headers.get('x-request-id')!
  expect(JSON.parse(text)).toMatchObject({
    type: '/problems/internal',
    status: 500,
    instance: '/api/v1/alerts/x',
  })
  expect(text).toContain(id)
  expect(text).not.toMatch(/SQLITE|secret|\.ts|stack/)
  expect(world.logged).toHaveLength(1)
  expect(world.logged[0]).toContain(id)
})

test('types are stable addresses made of the code, each with an error status', () => {
  for (const [kind, { status, title }] of Object.entries(problems)) {
    expect(new Problem(kind as keyof typeof problems, 'x').code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title).not.toMatch(/[.!]$/)
  }
})

test('every answer has an id, is kept out of caches, and carries the security headers', async () => {
  for (const path of ['/healthz', '/nowhere', '/api/v1/alerts']) {
    const { headers } = await world.request(path)
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  }
})

test('a path that holds markup comes back as JSON, never as a page', async () => {
  const response = await world.request('/<script>alert(1)</script>')
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
})
