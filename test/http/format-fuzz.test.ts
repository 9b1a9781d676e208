/** Broken and random bodies on the ways in that are not Elasticsearch's. `VEDETTE_FUZZ` says how many. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inJson, inProtobuf, type Sent } from '../ingest/formats/otlp.ts'
import { mutatedBody } from '../support/body-noise.ts'
import { random, randomBytes } from '../support/query-noise.ts'
import { inboxRule, signIn } from '../support/records.ts'
import { send } from '../support/replay.ts'
import { type Siem, startSiem } from '../support/server.ts'

const CASES = Number(process.env['VEDETTE_FUZZ'] ?? 400)
const SEED = Number(process.env['VEDETTE_SEED'] ?? 20_261_125)

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const at = Date.UTC(2026, 10, 24)
const logs: Sent = [
  {
    resource: { 'service.name': 'fuzz', n: [1n, { a: 2.5, b: null }] },
    scope: 's',
    logs: [
      { time: BigInt(at) * 1_000_000n, severity: 9, body: 'one', attributes: { k: new Uint8Array([1]) } },
      { body: { deep: [{ er: ['x'] }] }, trace: new Uint8Array(16).fill(7), eventName: 'e' },
    ],
  },
]
const HEC = [
  { time: at / 1000, host: 'h', sourcetype: 'st', source: '/s', index: 'logs-x-default', event: 'text' },
  { event: { message: { a: 1 }, severity: 'info' }, fields: { k: 'v' } },
  { event: signIn({ user: 'fuzz@example.org', at }) },
  { event: JSON.stringify(inboxRule({ user: 'fuzz@example.org', at })), time: '1795493198.769' },
]
const JOURNAL =
  '__CURSOR=c1\n__REALTIME_TIMESTAMP=1764000000000000\nMESSAGE\n\x03\0\0\0\0\0\0\0a\nb\nPRIORITY=6\n\n'
const WAYS: [path: string, type: string, body: Buffer][] = [
  [
    '/services/collector/event',
    'application/x-www-form-urlencoded',
    text(HEC.map((one) => JSON.stringify(one)).join('')),
  ],
  ['/services/collector/event?channel=c', 'application/json', text(JSON.stringify(HEC))],
  [
    '/services/collector/raw?host=h&time=1&index=i',
    'text/plain',
    text('Failed password for x from 203.0.113.1 port 22\n{"a":1}\n'),
  ],
  ['/services/collector/ack?channel=c', 'application/json', text('{"acks":[1,2]}')],
  ['/v1/logs', 'application/json', text(inJson(logs))],
  ['/v1/logs', 'application/x-protobuf', Buffer.from(inProtobuf(logs))],
  ['/upload', 'application/vnd.fdo.journal', Buffer.from(JOURNAL.repeat(3), 'latin1')],
]

test(`${CASES} broken bodies get an answer each, and never a 5xx`, { timeout: 1_200_000 }, async () => {
  const next = random(SEED)
  const before = residentMegabytes()
  const statuses = new Map<number, number>()
  for (let i = 0; i < CASES; i++) {
    const [path, type, good] = WAYS[i % WAYS.length]!
    const broken = next() < 0.1 ? randomBytes(next) : mutatedBody(good, next)
    const coding = next() < 0.1 ? 'gzip' : null
    const headers = {
      authorization: `Bearer ${siem.apiKey}`,
      'content-type': next() < 0.05 ? 'text/x' : type,
      ...(coding ? { 'content-encoding': coding } : {}),
    }
    // Some of them say that they are packed, and are not.
    const body = coding && next() < 0.7 ? gzipSync(broken) : broken
    const { status } = await send(siem.url + path, { method: 'POST', headers }, body)
    expect(status, `${path} ${broken.toString('base64')}`).toBeLessThan(500)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect((await siem.request('/healthz')).status).toBe(200)
  expect(siem.output()).not.toMatch(/"level":(50|60)/)
  const kept = `memory ${before} MB before, ${residentMegabytes()} MB after`
  console.log(`${JSON.stringify(Object.fromEntries(statuses))}, ${kept}`)
})

function text(body: string): Buffer {
  return Buffer.from(body)
}

function residentMegabytes(): number {
  try {
    const status = readFileSync(`/proc/${siem.pid}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}
