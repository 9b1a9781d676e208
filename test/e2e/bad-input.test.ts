import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../server/domain/time.ts'
import { signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

let last = 0
const good = (at = Date.now() - HOUR) => JSON.stringify(signIn({ user: `good${++last}@bad.example`, at }))
const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}, query = '') =>
  siem.request(`/api/v1/events${query}`, { method: 'POST', body, headers })
const rejectedLines = async () => (await siem.get('/api/v1/rejected?size=1000')).rejected as any[]

describe('a bad line among good ones is rejected alone, with its line and what to do', () => {
  const time = (createdDateTime: unknown) => {
    const record = signIn({ user: 'time@bad.example', at: Date.now() })
    return JSON.stringify({
      ...record,
      time: createdDateTime,
      properties: { ...record.properties, createdDateTime },
    })
  }
  test.each([
    ['broken JSON', '{"broken": ', /./],
    ['a bare number', '42', /object/i],
    ['a __proto__ key', '{"__proto__":{"polluted":true},"message":"p"}', /__proto__/],
    ['10,000-deep nesting', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, /deep|level/i],
    ['a record over 1 MiB', JSON.stringify({ message: 'x'.repeat(1_100_000) }), /1 MiB|large/i],
    ['an unreadable time', time('yesterday, about noon'), /time/i],
    ['a time in the year 1601', time('1601-01-01T00:00:00Z'), /time|1601/i],
    ['a known dataset without any time', time(undefined), /time/i],
  ])('%s', async (_, bad, about) => {
    const query = bad.includes('Sign-in activity') ? '?dataset=azure.signinlogs' : ''
    const response = await post([good(), bad, good()].join('\n'), {}, query)
    const answer = (await response.json()) as any
    expect(response.status).toBe(200)
    expect(answer).toMatchObject({ accepted: 2, rejected: 1 })
    expect(answer.errors).toHaveLength(1)
    expect(answer.errors[0].line).toBe(2)
    expect(answer.errors[0].detail).toMatch(about)
    const kept = (await rejectedLines())[0]
    expect(kept).toMatchObject({ code: answer.errors[0].code })
    expect(bad.startsWith(kept.raw.slice(0, 100))).toBe(true)
  })

  test('invalid UTF-8', async () => {
    const bad = Buffer.concat([
      Buffer.from(`${good()}\n{"message":"`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`"}\n${good()}`),
    ])
    expect(await (await post(bad)).json()).toMatchObject({ accepted: 2, rejected: 1 })
  })
})

describe('odd but readable records are kept as they came', () => {
  test.each([
    ['a lone surrogate', '{"message":"\\ud800 alone"}'],
    ['a number beyond 2^53', '{"message":"n","serial":12345678901234567890}'],
  ])('%s', async (_, line) => {
    expect(await (await post(line)).json()).toMatchObject({ accepted: 1, rejected: 0 })
  })

  test('a time in the future is stored as sent', async () => {
    const response = await post(good(Date.now() + 400 * DAY), {}, '?dataset=azure.signinlogs')
    expect(await response.json()).toMatchObject({ accepted: 1, rejected: 0 })
  })
})

describe('bodies that cannot be read at all get 400, and say why', () => {
  test.each([
    ['an empty body', '', {}],
    ['truncated gzip', gzipSync(good()).subarray(0, 40), { 'content-encoding': 'gzip' }],
    ['gzip that is none', 'not gzip', { 'content-encoding': 'gzip' }],
  ])('%s', async (_, body, headers) => {
    const response = await post(body as NonNullable<RequestInit['body']>, headers as Record<string, string>)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(((await response.json()) as any).detail).toBeTruthy()
  })

  test('a gzip bomb is refused with 413', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 })
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413)
  })

  test('a 50 MB line is rejected alone', async () => {
    const response = await post(
      `${good()}\n${JSON.stringify({ message: 'x'.repeat(50_000_000) })}\n${good()}`,
    )
    expect(await response.json()).toMatchObject({
      accepted: 2,
      rejected: 1,
      errors: [{ code: 'record-too-large' }],
    })
  })

  test('an unknown coding is 415', async () => {
    expect((await post(good(), { 'content-encoding': 'snappy' })).status).toBe(415)
  })

  test('every record rejected is 422 with the same body', async () => {
    const response = await post('{"a":1}\n{"b":2}', {}, '?dataset=o365.audit')
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ accepted: 0, rejected: 2 })
  })

  test('a wrong dataset name is refused with what is allowed', async () => {
    const response = await post(good(), {}, '?dataset=No%20Such%2FName')
    expect([400, 422]).toContain(response.status)
    expect(await response.text()).toMatch(/dataset/)
  })
})

describe('every coding and shape of the contract', () => {
  test.each([
    ['gzip', (text: string) => gzipSync(text)],
    ['deflate', (text: string) => deflateSync(text)],
    ['zstd', (text: string) => zstdCompressSync(text)],
  ])('%s', async (coding, compress) => {
    const response = await post(compress(`${good()}\n${good()}`), { 'content-encoding': coding })
    expect(await response.json()).toMatchObject({ accepted: 2, rejected: 0 })
  })

  test.each([
    ['one object', () => good()],
    ['an array', () => `[${good()},${good()}]`],
    ['{"records": []}', () => `{"records":[${good()},${good()}]}`],
    ['{"value": []}', () => `{"@odata.context":"x","value":[${good()},${good()}]}`],
    ['NDJSON with blank lines and CRLF', () => `${good()}\r\n\r\n${good()}\r\n`],
  ])('%s', async (_, body) => {
    const answer = (await (await post(body())).json()) as any
    expect(answer.accepted).toBeGreaterThan(0)
    expect(answer.rejected).toBe(0)
  })
})

describe('who may not', () => {
  test('no key is 401', async () => {
    const response = await siem.request('/api/v1/events', { method: 'POST', body: good(), key: null })
    expect(response.status).toBe(401)
  })

  test('a read-only key is 403', async () => {
    const { key } = await siem.post('/api/v1/keys', { name: 'reader', scopes: ['read'] })
    const response = await siem.request('/api/v1/events', { method: 'POST', body: good(), key })
    expect(response.status).toBe(403)
  })

  test('a session that is no longer valid is 401', async () => {
    const headers = { cookie: 'vedette_session=expired' }
    expect((await siem.request('/api/v1/alerts', { key: null, headers })).status).toBe(401)
  })
})

test('a rejected line can be replayed, and says what is still wrong with it', async () => {
  await post(`${good()}\n{"broken": `)
  const [kept] = await rejectedLines()
  const answer = await siem.request(`/api/v1/rejected/${kept.id}/replay`, { method: 'POST' })
  // It is still broken: the answer says so, and nothing is lost.
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ type: '/problems/unreadable' })
})
