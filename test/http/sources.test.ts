import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { SHIPPERS } from '../../server/http/snippets/index.ts'
import { targetOf } from '../../server/http/snippets/shipper.ts'
import { START, startWorld, type World } from './world.ts'

const PUBLIC = 'https://siem.example.org'
let world: World
beforeEach(async () => {
  world = await startWorld({ settings: { publicUrl: PUBLIC } })
})
afterEach(() => world.stop())

const send = (records: unknown[], query = '?dataset=d&source=mail') =>
  world.request(`/api/v1/events${query}`, {
    method: 'POST',
    body: records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  })
const record = (at: number, id: number) => ({ '@timestamp': new Date(at).toISOString(), id })
const source = async () => (await world.get('/api/v1/sources')).sources[0]

describe('a source', () => {
  test('has the delays of its last day: the middle one, and what 95 of 100 stay under', async () => {
    const delays = [...Array.from({ length: 94 }, () => MINUTE), ...Array.from({ length: 6 }, () => HOUR)]
    await send(delays.map((delay, i) => record(START - delay, i)))
    const { delay } = await source()
    expect(delay.medianMs / MINUTE).toBeCloseTo(1, 0)
    expect(delay.p95Ms / HOUR).toBeCloseTo(1, 0)
    world.now.value += 2 * DAY
    expect((await source()).delay).toBeNull()
  })

  test('tells what was rejected last, and why', async () => {
    await send(['"a text"', record(START - 1, 1)])
    world.now.value += MINUTE
    await send([record(START - 1, 1), '{"broken'])
    await send([record(START - 1, 2)], '?dataset=d&source=other')
    const { sources } = await world.get('/api/v1/sources')
    const told = Object.fromEntries(sources.map((one: any) => [one.source, one.lastRejection]))
    const at = new Date(world.now.value).toISOString()
    expect(told).toEqual({ mail: { at, code: 'not-json', detail: expect.any(String) }, other: null })
  })

  test('is measured by the same hour of earlier weeks once there are two', async () => {
    for (let week = 0; week < 3; week++) {
      for (const hour of [0, 1]) {
        world.now.value = START + week * 7 * DAY + hour * HOUR
        await send(Array.from({ length: 60 * (hour + 1) }, (_, i) => record(world.now.value - 1000, i)))
      }
    }
    world.now.value = START + 3 * 7 * DAY + 30 * MINUTE
    expect(await source()).toMatchObject({ usualPerMinute: 1, usualBasis: 'hour-of-week', perMinute: 0 })
    world.now.value += HOUR
    expect(await source()).toMatchObject({ usualPerMinute: 2, usualBasis: 'hour-of-week' })
    expect(await source()).toMatchObject({ silentSince: null, usualPauseMs: 7 * DAY - HOUR })
    world.now.value += HOUR
    expect((await source()).silentSince).not.toBeNull()
  })
})

describe('the snippets', () => {
  test('are listed, and each is given with its address, a place for the key, steps and notes', async () => {
    const { snippets, nextCursor } = await world.get('/api/v1/sources/snippets')
    expect(nextCursor).toBeNull()
    expect(snippets.map(({ shipper }: { shipper: string }) => shipper)).toEqual(
      SHIPPERS.map(({ name }) => name),
    )
    for (const { shipper, title } of snippets) {
      const told = await world.get(`/api/v1/sources/snippets?shipper=${shipper}`)
      expect(told, shipper).toMatchObject({ shipper, title })
      expect(told.text, shipper).toContain('siem.example.org')
      expect(told.text, shipper).toContain('YOUR_KEY')
      expect(told.text, shipper).not.toMatch(/undefined|\[object|NaN/)
      expect(told.steps.length, shipper).toBeGreaterThan(0)
      expect(told.notes.length, shipper).toBeGreaterThan(0)
    }
  })

  test('that are YAML can be read', () => {
    for (const shipper of SHIPPERS.filter(({ language }) => language === 'yaml')) {
      const [document] = parseAllDocuments(shipper.text(targetOf(PUBLIC))) as { errors: unknown[] }[]
      expect(document!.errors, shipper.name).toEqual([])
    }
  })

  test('an unknown shipper is a mistake that names those there are', async () => {
    const answer = await world.request('/api/v1/sources/snippets?shipper=carrier-pigeon')
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { detail: string }).detail).toMatch(
      /shipper must be one of curl, filebeat/,
    )
  })

  test('never have a real key, whatever the address says', async () => {
    const told = await world.get('/api/v1/sources/snippets?shipper=curl&key=vdt_secret')
    expect(JSON.stringify(told)).not.toContain('vdt_secret')
  })

  test('need a key or a session that may read', async () => {
    expect((await world.request('/api/v1/sources/snippets', { key: null })).status).toBe(401)
    const ingest = await world.key('ingest')
    expect((await world.request('/api/v1/sources/snippets', { key: ingest })).status).toBe(403)
  })
})

describe('without a public address the snippet has the one that was asked', () => {
  beforeEach(async () => {
    await world.stop()
    world = await startWorld()
  })
  test.each([
    ['siem.local:8514', 'http://siem.local:8514/api'],
    ['[2001:db8::1]:8514', 'http://[2001:db8::1]:8514/api'],
    ['siem.local', 'http://siem.local/api'],
  ])('%s', async (host, address) => {
    expect(await textFor(host)).toContain(address)
  })
  test.each(['evil"; rm -rf /; "', 'a b', 'user@host', 'host/path', '$(id)', 'x:99999'])(
    'and %s, which is no host, is not put into it',
    async (host) => {
      const text = await textFor(host)
      expect(text).not.toContain(host)
      expect(text).toContain(`http://127.0.0.1:${new URL(world.url).port}/api`)
    },
  )
})

/** `fetch` sets the host itself. */
async function textFor(host: string): Promise<string> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: 'Bearer every-scope' }
    const asked = request(`${world.url}/api/v1/sources/snippets?shipper=curl`, { headers }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk))
      response.on('end', () => resolve((JSON.parse(body) as { text: string }).text))
    })
    asked.on('error', reject).end()
  })
}

test('a target is taken apart as configurations want it', () => {
  expect(targetOf('https://siem.example.org')).toMatchObject({
    url: 'https://siem.example.org',
    node: 'https://siem.example.org:443',
    host: 'siem.example.org',
    port: 443,
    tls: true,
  })
  expect(targetOf('http://[::1]:8514')).toMatchObject({
    url: 'http://[::1]:8514',
    node: 'http://[::1]:8514',
    host: '::1',
    port: 8514,
    tls: false,
  })
})
