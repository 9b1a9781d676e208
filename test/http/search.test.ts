import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Line, startLine } from '../search/line.ts'

const T0 = Date.UTC(2026, 2, 2, 9)
const MINUTE = 60_000

let line: Line
beforeAll(async () => {
  line = await startLine()
  const events = [
    event(0, { email: 'Ann@Example.org', name: 'Ann' }, 'UserLoggedIn', {
      outcome: 'success',
      ip: '203.0.113.7',
    }),
    event(1, { email: 'ann@example.org', name: 'ann' }, 'New-InboxRule', {
      outcome: 'success',
      ip: '203.0.113.7',
    }),
    event(2, { email: 'bob@example.org', name: 'bob' }, 'UserLoggedIn', {
      outcome: 'failure',
      ip: '198.51.100.9',
    }),
    event(3, { name: 'ann@fabrikam.example' }, 'UserLoggedIn', { outcome: 'failure', ip: '198.51.100.9' }),
    event(4, { email: 'bob@example.org', name: 'bob' }, 'Send', { outcome: 'success' }),
  ]
  const body = events.map((one) => JSON.stringify(one)).join('\n')
  const answer = await line.request('/api/v1/events?dataset=mail', { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ accepted: 5, rejected: 0 })
})
afterAll(() => line.stop())

function event(minute: number, user: object, action: string, more: { outcome: string; ip?: string }) {
  return {
    '@timestamp': new Date(T0 + minute * MINUTE).toISOString(),
    event: { action, outcome: more.outcome, category: ['web'] },
    user,
    ...(more.ip ? { source: { ip: more.ip } } : {}),
    minute,
  }
}

async function search(json: object, path = ''): Promise<any> {
  const response = await line.post(`/api/v1/search${path}`, json)
  const answer = await response.json()
  expect(answer).not.toHaveProperty('errors')
  expect(response.status).toBe(200)
  return answer
}
const minutes = (found: any[]) => found.map(({ fields }) => fields.minute)

describe('searching events', () => {
  test.each([
    ['eql', 'any where true', [4, 3, 2, 1, 0]],
    ['kql', '', [4, 3, 2, 1, 0]],
    ['eql', 'any where event.action == "UserLoggedIn" and event.outcome == "failure"', [3, 2]],
    ['kql', 'event.action: "UserLoggedIn" and event.outcome: failure', [3, 2]],
    ['eql', 'any where source.ip : "198.51.*"', [3, 2]],
    ['eql', 'any where cidrMatch(source.ip, "203.0.113.0/24")', [1, 0]],
    ['kql', 'source.ip: "203.0.113.0/24"', [1, 0]],
    ['kql', 'fabrikam', [3]],
    ['eql', 'web where minute > 2', [4, 3]],
    ['eql', 'any where source.ip == null', [4]],
    ['eql', 'any where nobody.sent.this == "x"', []],
    ['eql', 'any where true | head 2', [1, 0]],
    ['eql', 'any where true | tail 3 | head 2', [3, 2]],
  ])('%s %s', async (language, query, wanted) => {
    const answer = await search({ language, query })
    expect(minutes(answer.events)).toEqual(wanted)
    expect(answer.total).toEqual({ value: wanted.length, exact: true })
    expect(answer.sequences).toEqual([])
    expect(minutes((await search({ language, query, order: 'asc' })).events)).toEqual(wanted.toReversed())
  })

  test.each([
    ['eql', 'any where user.email == "ANN@example.org"', [1, 0]],
    ['kql', 'user.email: ANN@EXAMPLE.ORG', [1, 0]],
    ['kql', 'user.email: "ANN@example.org"', [1, 0]],
    ['kql', 'user.email: ANN@*', [1, 0]],
    ['eql', 'any where user.email != "ANN@example.org"', [4, 3, 2]],
    ['eql', 'any where user.email in ("ANN@example.org", "BOB@example.org")', [4, 2, 1, 0]],
    ['eql', 'any where user.name == "ann"', [3, 1, 0]],
    ['eql', 'any where startsWith(user.name, "ANN")', [3, 1, 0]],
    ['eql', 'any where event.action == "userloggedin"', []],
  ])('compares accounts, and nothing else, without case: %s %s', async (language, query, wanted) => {
    expect(minutes((await search({ language, query })).events)).toEqual(wanted)
  })

  test('an event comes as it is shown by itself', async () => {
    const { events } = await search({ language: 'kql', query: 'event.action: Send' })
    expect(events[0]).toEqual(await line.get(`/api/v1/events/${encodeURIComponent(events[0].id)}`))
  })

  test('a page leads to the next one, and every page says the same total', async () => {
    const query = { language: 'eql', query: 'any where user.name != null', size: 2 }
    const first = await search(query)
    const second = await search({ ...query, cursor: first.nextCursor })
    const third = await search({ ...query, cursor: second.nextCursor })
    expect([first, second, third].map((page) => minutes(page.events))).toEqual([[4, 3], [2, 1], [0]])
    expect([first, second, third].map(({ total }) => total.value)).toEqual([5, 5, 5])
    expect(third.nextCursor).toBeNull()
  })

  test.each([
    ['ISO', '2026-03-02T09:01:00Z', '2026-03-02T09:03:00Z', [3, 2, 1]],
    ['epoch milliseconds', T0 + MINUTE, T0 + MINUTE, [1]],
    ['as text', String(T0 + 4 * MINUTE), undefined, [4]],
    ['relative', 'now-7300d', 'now-1d', [4, 3, 2, 1, 0]],
    ['relative, all before it', 'now-10m', 'now', []],
  ])('a range of time in %s', async (_, from, to, wanted) => {
    const range = { from, ...(to === undefined ? {} : { to }) }
    expect(minutes((await search({ language: 'kql', query: '', ...range })).events)).toEqual(wanted)
  })
})

describe('times relative to now in a KQL range', () => {
  test.each([
    ['@timestamp > now-7300d', 5],
    ['@timestamp > "now-20y"', 5],
    ['@timestamp >= now-240M/M and @timestamp <= now', 5],
    ['@timestamp < now-1m/m', 5],
    ['not @timestamp < now-1d', 0],
    ['@timestamp > now-10m', 0],
    ['@timestamp > now/d', 0],
  ])('%s', async (query, wanted) => {
    expect((await search({ language: 'kql', query })).total.value).toBe(wanted)
  })
})

describe('searching sequences', () => {
  const query =
    'sequence by user.email with maxspan=1h [any where event.action == "UserLoggedIn"] [any where true]'

  test('join on accounts in any case, the newest first', async () => {
    const { sequences, events, total } = await search({ language: 'eql', query })
    expect(events).toEqual([])
    expect(sequences.map((one: any) => [one.joinKeys, minutes(one.events)])).toEqual([
      [['bob@example.org'], [2, 4]],
      [['ann@example.org'], [0, 1]],
    ])
    expect(total).toEqual({ value: 2, exact: true })
  })

  test('come in pages', async () => {
    const first = await search({ language: 'eql', query, size: 1 })
    const second = await search({ language: 'eql', query, size: 1, cursor: first.nextCursor })
    expect([first, second].map(({ sequences }) => sequences[0].joinKeys[0])).toEqual([
      'bob@example.org',
      'ann@example.org',
    ])
    expect(second.nextCursor).toBeNull()
  })

  test('leave the place of a missing event empty', async () => {
    const missing = `sequence by user.email with maxspan=1h
      [any where event.action == "UserLoggedIn"] ![any where event.action == "New-InboxRule"] [any where event.action == "Send"]`
    const { sequences } = await search({ language: 'eql', query: missing })
    expect(sequences[0].events.map((one: any) => one && one.fields.minute)).toEqual([2, null, 4])
  })

  test('a sample finds one event for each step and key', async () => {
    const sample =
      'sample by source.ip [any where event.outcome == "success"] [any where event.action == "New-InboxRule"]'
    const { sequences } = await search({ language: 'eql', query: sample })
    expect(sequences.map((one: any) => [one.joinKeys, minutes(one.events)])).toEqual([
      [['203.0.113.7'], [0, 1]],
    ])
  })
})

describe('counting', () => {
  test('a histogram covers its range in buckets of one length', async () => {
    const json = { language: 'kql', query: 'event.outcome: failure', from: T0, to: T0 + 5 * MINUTE }
    const { buckets } = await search(json, '/histogram')
    expect(buckets.reduce((sum: number, { count }: any) => sum + count, 0)).toBe(2)
    expect(buckets.find(({ count }: any) => count > 0)).toEqual({
      from: '2026-03-02T09:02:00.000Z',
      to: '2026-03-02T09:02:05.000Z',
      count: 1,
    })
  })

  test.each([
    [
      'event.action',
      '',
      [
        ['UserLoggedIn', 3],
        ['New-InboxRule', 1],
        ['Send', 1],
      ],
      0,
    ],
    [
      'user.email',
      '',
      [
        ['ann@example.org', 2],
        ['bob@example.org', 2],
        ['ann@fabrikam.example', 1],
      ],
      0,
    ],
    [
      'user.email',
      'minute > 0',
      [
        ['bob@example.org', 2],
        ['ann@example.org', 1],
        ['ann@fabrikam.example', 1],
      ],
      0,
    ],
    ['source.ip', 'event.outcome: failure', [['198.51.100.9', 2]], 0],
    [
      'minute',
      'event.outcome: failure',
      [
        [2, 1],
        [3, 1],
      ],
      0,
    ],
  ])('the commonest values of %s where %s', async (field, query, wanted, other) => {
    const answer = await search({ language: 'kql', query, field }, '/top')
    expect(answer).toEqual({ values: wanted.map(([value, count]) => ({ value, count })), other })
  })

  test('what is beyond the size is counted together', async () => {
    const answer = await search({ language: 'kql', query: '', field: 'event.action', size: 1 }, '/top')
    expect(answer).toEqual({ values: [{ value: 'UserLoggedIn', count: 3 }], other: 2 })
  })
})

describe('what cannot be searched for', () => {
  test.each([
    ['eql', 'process were true', 1, 9],
    ['eql', 'any where\n  foo(bar)', 2, 3],
    ['kql', 'user.email: (a or', 1, 18],
  ])('%s %s is answered with the places of its mistakes', async (language, query, lineNumber, column) => {
    for (const [path, more] of [
      ['', {}],
      ['/histogram', {}],
      ['/top', { field: 'a' }],
    ] as const) {
      const response = await line.post(`/api/v1/search${path}`, { language, query, ...more })
      const problem = (await response.json()) as any
      expect(response.status).toBe(400)
      expect(problem.type).toBe('/problems/query-mistaken')
      expect(problem.errors[0]).toMatchObject({ line: lineNumber })
      expect(problem.errors[0].message).not.toBe('')
      if (language === 'eql') expect(problem.errors[0].column).toBe(column)
    }
  })

  test.each([
    [{ language: 'sql', query: 'select 1' }],
    [{ language: 'kql', query: '', size: 1001 }],
    [{ language: 'kql', query: '', size: 0 }],
    [{ language: 'kql', query: '', from: 'yesterday' }],
    [{ language: 'kql', query: '', from: 'now', to: 'now-1h' }],
    [{ language: 'kql', query: '', cursor: 'nonsense' }],
    [{ language: 'kql', query: '', unknown: 1 }],
    [{ language: 'kql' }],
  ])('%j is 422', async (json) => {
    expect((await line.post('/api/v1/search', json)).status).toBe(422)
  })

  test('sequences are not counted', async () => {
    const json = { language: 'eql', query: 'sequence [any where true] [any where true]', field: 'a' }
    expect((await line.post('/api/v1/search/top', json)).status).toBe(422)
  })

  test('a key that may only send logs may not search', async () => {
    const key = await line.key('ingest')
    const json = { language: 'kql', query: '' }
    expect((await line.post('/api/v1/search', json, { key })).status).toBe(403)
    expect((await line.post('/api/v1/search', json, { key: null })).status).toBe(401)
    expect((await line.post('/x/_eql/search', { query: 'any where true' }, { key })).status).toBe(403)
  })
})
