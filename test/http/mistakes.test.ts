import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { checkInput, mistakeSummary } from '../../server/http/mistakes.ts'
import { paging, readQuery } from '../../server/http/query.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { startWorld, type World } from './world.ts'

const body = z.strictObject({
  severity: z.enum(['low', 'high']),
  name: z.string().min(3),
  tags: z.array(z.string().max(2)).max(2).exactOptional(),
  limit: z.int().min(1).exactOptional(),
  rule: z.record(z.string(), z.unknown()).exactOptional(),
  entity: z.union([z.string(), z.strictObject({ value: z.string() })]).exactOptional(),
})
const good = { severity: 'low', name: 'abc' }

test.each([
  [{}, ['severity is missing', 'name is missing']],
  [[], ['The body must be an object; it was a list']],
  [{ ...good, severity: 'huge' }, ['severity must be one of low, high; it was "huge"']],
  [{ ...good, severity: null }, ['severity must be one of low, high; it was null']],
  [{ ...good, name: 'ab' }, ['name must have at least 3 characters']],
  [{ ...good, name: 5 }, ['name must be text; it was a number']],
  [{ ...good, limit: 'x' }, ['limit must be a number; it was "x"']],
  [{ ...good, limit: 1.5 }, ['limit must be a whole number; it was 1.5']],
  [{ ...good, limit: 0 }, ['limit must be at least 1; it was 0']],
  [{ ...good, tags: ['a', 'b', 'c'] }, ['tags must have at most 2 entries']],
  [{ ...good, tags: ['a', true] }, ['tags.1 must be text; it was true']],
  [{ ...good, rule: 'x' }, ['rule must be an object; it was "x"']],
  [{ ...good, entity: 1 }, ['entity must be text or an object; it was a number']],
  [{ ...good, entity: { value: 1 } }, ['entity.value must be text; it was a number']],
  [{ ...good, colour: 1 }, ['colour is not known here: there are severity, name, tags, limit, rule, entity']],
])('%j is told in words for people', (value, messages) => {
  const checked = checkInput(body, value)
  expect('mistakes' in checked ? checked.mistakes.map(({ message }) => message) : []).toEqual(messages)
})

test('the summary has the first mistake and counts the others', () => {
  const of = (n: number) => mistakeSummary(Array.from({ length: n }, () => ({ message: 'name is missing' })))
  expect([of(1), of(2), of(3)]).toEqual([
    'name is missing.',
    'name is missing, and one more mistake.',
    'name is missing, and 2 more mistakes.',
  ])
})

test('what may be a secret is never repeated', () => {
  const secret = z.object({ password: z.string().min(12, 'must have at least 12 characters') })
  for (const password of ['hunter2', 1234567]) {
    expect(JSON.stringify(checkInput(secret, { password }))).not.toMatch(/hunter2|1234567/)
  }
})

test('an own property of the input is never looked for in its prototype', () => {
  expect(() => readQuery(z.object(paging), { size: 'x', constructor: 'y' })).toThrow('size must be a number')
})

let world: World
beforeAll(async () => {
  const store = createMemoryStore({ merge: () => null })
  store.audit = async () => {
    throw Object.assign(new Error('from another thread'), { code: 'BAD_CURSOR' })
  }
  world = await startWorld({ store })
})
afterAll(() => world.stop())

test('mistakes of a body and of a query have every property of the contract, and the path', async () => {
  const made = await world.post('/api/v1/keys', { name: 'x', scopes: ['all'] })
  expect(made.status).toBe(422)
  expect(((await made.json()) as any).errors).toEqual([
    {
      line: null,
      column: null,
      length: null,
      message: 'scopes.0 must be one of ingest, read, write, admin; it was "all"',
      hint: null,
      path: 'scopes.0',
    },
  ])
  const listed = await world.request('/api/v1/alerts?severity=low,huge&size=abc&from=soon')
  expect(listed.status).toBe(400)
  const { errors, detail } = (await listed.json()) as any
  expect(errors.map(({ path, message }: any) => [path, message])).toEqual([
    ['severity', 'severity must be one of low, medium, high, critical; it was "huge"'],
    ['from', 'from must be a time: ISO 8601, epoch milliseconds, or relative such as now-30d; it was "soon"'],
    ['size', 'size must be a number; it was "abc"'],
  ])
  expect(detail).toBe(
    'severity must be one of low, medium, high, critical; it was "huge", and 2 more mistakes.',
  )
})

test("a cursor that only the store finds bad is the caller's mistake", async () => {
  const response = await world.request('/api/v1/audit')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ type: '/problems/invalid-query' })
  expect(world.logged).toEqual([])
})
