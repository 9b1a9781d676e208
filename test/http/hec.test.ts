import { Logger } from 'splunk-logging'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import winston from 'winston'
import SplunkTransport from 'winston-splunk-httplogger'
import { Overloaded } from '../../server/http/parts.ts'
import { inboxRule, signIn } from '../support/records.ts'
import { replay } from '../support/replay.ts'
import { type Siem, startSiem } from '../support/server.ts'
import { hasTranscripts, readTranscripts } from '../support/transcripts.ts'
import { API_KEY, startWorld, type World } from './world.ts'

let siem: Siem
let world: World
beforeAll(async () => {
  siem = await startSiem()
  world = await startWorld({
    ingest: {
      accept: async () => {
        throw new Overloaded('The queue is full.', 7)
      },
    },
  })
})
afterAll(async () => {
  await siem?.stop()
  await world?.stop()
})

const EVENT = '/services/collector/event'
async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}) {
  const authorization = `Splunk ${siem.apiKey}`
  const response = await fetch(siem.url + path, {
    method: 'POST',
    body: body as string,
    headers: { authorization, ...headers },
  })
  return { status: response.status, ...((await response.json()) as object) }
}
async function found(query: string): Promise<any[]> {
  return (await siem.post('/api/v1/search', { language: 'kql', query, from: 0 })).events
}

describe('recorded requests (skipped where ../shared/shippers is absent)', () => {
  test.skipIf(!hasTranscripts)('of every shared HEC shipper are taken, and their events found', async () => {
    const transcripts = readTranscripts(/hec/)
    expect(transcripts.length).toBeGreaterThan(0)
    for (const { client, requests } of transcripts) {
      for (const request of requests) {
        const { status, text } = await replay(siem.url, siem.apiKey, request)
        expect([client, status, text]).toEqual([client, 200, '{"text":"Success","code":0}'])
      }
    }
    expect(await found('hec.sourcetype: "winston-splunk-logger"')).toMatchObject([
      { dataset: 'winston_splunk_logger', fields: { message: { msg: 'hello' }, log: { level: 'info' } } },
    ])
    expect(await found('message.user: alice')).toMatchObject([
      { time: '2026-11-24T04:06:38.769Z', fields: { host: { name: 'h1' } } },
    ])
  })
})

test('splunk-logging sends its batch, one event right after the other', async () => {
  const logger = new Logger({ token: siem.apiKey, url: siem.url, maxBatchCount: 0 })
  logger.send({ message: 'first of two', metadata: { host: 'web1' } })
  logger.send({ message: { said: 'second of two' }, severity: 'error' })
  const answer = await new Promise((resolve, reject) => {
    logger.flush((error: unknown, _response: unknown, body: unknown) =>
      error ? reject(error as Error) : resolve(body),
    )
  })
  expect(answer).toEqual({ text: 'Success', code: 0 })
  expect(await found('message: "first of two"')).toMatchObject([{ fields: { host: { name: 'web1' } } }])
  expect(await found('message.said: "second of two"')).toMatchObject([
    { fields: { log: { level: 'error' } } },
  ])
})

test('winston logs through its Splunk transport', async () => {
  const { hostname: host, port } = new URL(siem.url)
  const transport = new SplunkTransport({
    splunk: { token: siem.apiKey, host, port: Number(port), protocol: 'http', source: '/srv/app.log' },
  })
  const done = new Promise((resolve) => transport.once('logged', resolve))
  winston.createLogger({ transports: [transport] }).info('through winston', { user: 'bob' })
  await done
  await expect.poll(() => found('message.msg: "through winston"')).toHaveLength(1)
  const [event] = await found('message.msg: "through winston"')
  expect(event.fields).toMatchObject({
    log: { file: { path: '/srv/app.log' } },
    message: { meta: { user: 'bob' } },
  })
})

test.each([
  ['/services/collector', '{"event":"p1"}'],
  [EVENT, '{"event":"p2"}'],
  [`${EVENT}/1.0`, '{"event":"p3"}'],
  ['/services/collector/raw', 'p4'],
  ['/services/collector/raw/1.0', 'p5'],
])('%s takes events, whatever the content type says', async (path, body) => {
  for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain; charset=x']) {
    expect(await post(path, body, { 'content-type': type })).toEqual({
      status: 200,
      text: 'Success',
      code: 0,
    })
  }
})

test('sign-ins and audit records in envelopes raise what they raise on every other way in', async () => {
  const at = Date.now() - 3_600_000
  const sent = [
    signIn({ user: 'hec@corp.example', at, risk: 'high' }),
    inboxRule({ user: 'hec@corp.example', at: at + 60_000 }),
  ]
  const body = sent.map((event) => JSON.stringify({ sourcetype: 'ms:o365', event })).join('')
  expect(await post(EVENT, body)).toMatchObject({ code: 0 })
  expect(await siem.settled('?user=hec@corp.example')).not.toEqual([])
})

test('raw lines have what the query says', async () => {
  const query = 'host=raw1&sourcetype=linux_secure&source=%2Fvar%2Flog%2Fauth.log&time=1795493198.5'
  await post(`/services/collector/raw?${query}`, 'line of raw1\nnext line\n')
  expect(await found('host.name: raw1')).toHaveLength(2)
  expect(await found('message: "line of raw1"')).toMatchObject([
    { time: '2026-11-24T04:06:38.500Z', fields: { log: { file: { path: '/var/log/auth.log' } } } },
  ])
})

test('of a batch the good events are stored, the bad ones kept with their reason, and nothing is to be sent again', async () => {
  const body = '{"event":"good before"}{"nothing":1}{"event":""}{"event":"good after"}'
  expect(await post(EVENT, body)).toEqual({
    status: 200,
    text: 'Success',
    code: 0,
    'invalid-event-number': 1,
    rejected: 2,
  })
  expect(await found('message: "good after"')).toHaveLength(1)
  const { rejected } = await siem.get('/api/v1/rejected?size=2')
  expect(rejected).toMatchObject([
    { code: 'event-blank', raw: '{"event":""}' },
    { code: 'event-missing', raw: '{"nothing":1}' },
  ])
})

test.each<[string, string, object]>([
  ['no data', '', { status: 400, text: 'No data', code: 5 }],
  ['blank data', ' \n', { status: 400, text: 'No data', code: 5 }],
  ['no JSON', 'hello', { status: 400, text: 'Invalid data format', code: 6, 'invalid-event-number': 0 }],
  [
    'no event',
    '{"host":"x"}',
    { status: 400, text: 'Event field is required', code: 12, 'invalid-event-number': 0 },
  ],
  [
    'a blank event',
    '{"event":""}',
    { status: 400, text: 'Event field cannot be blank', code: 13, 'invalid-event-number': 0 },
  ],
])('a request without a good event is answered as Splunk does: %s', async (_name, body, expected) => {
  expect(await post(EVENT, body)).toEqual(expected)
})

test('the key comes as Splunk token, as Basic password or in the query, and what is wrong with it is said', async () => {
  const basic = Buffer.from(`x:${siem.apiKey}`).toString('base64')
  const send = async (query: string, authorization?: string) => {
    const headers = authorization === undefined ? undefined : { authorization }
    const init = { method: 'POST', body: '{"event":"key"}', ...(headers ? { headers } : {}) }
    const response = await fetch(`${siem.url}${EVENT}${query}`, init)
    return [response.status, ((await response.json()) as { code: number }).code]
  }
  expect(await send('', `Basic ${basic}`)).toEqual([200, 0])
  expect(await send(`?token=${siem.apiKey}`)).toEqual([200, 0])
  expect(await send('')).toEqual([401, 2])
  expect(await send('', 'Nonsense')).toEqual([401, 3])
  expect(await send('', 'Splunk wrong')).toEqual([403, 4])
  expect(await send('?token=wrong')).toEqual([403, 4])
  expect(await send('', 'Bearer wrong')).toEqual([401, 4])
  const elsewhere = await fetch(`${siem.url}/api/v1/alerts?token=${siem.apiKey}`)
  expect(elsewhere.status).toBe(401)
  expect(siem.output()).not.toContain(siem.apiKey)
})

test('a channel gets ackIds from 0, and each of them is durable', async () => {
  const channel = { 'x-splunk-request-channel': 'aa2ba95d-38b0-4fbb-9bd0-0f9ed5e4ff5c' }
  expect(await post(EVENT, '{"event":"a"}', channel)).toMatchObject({ code: 0, ackId: 0 })
  expect(await post('/services/collector/raw', 'b', channel)).toMatchObject({ code: 0, ackId: 1 })
  expect(await post(`${EVENT}?channel=other`, '{"event":"c"}')).toMatchObject({ code: 0, ackId: 0 })
  const ack = '/services/collector/ack'
  expect(await post(ack, '{"acks":[0,1]}', channel)).toEqual({ status: 200, acks: { 0: true, 1: true } })
  expect(await post(ack, '{"acks":[0]}')).toMatchObject({ status: 400, code: 10 })
  expect(await post(ack, '{"acks":["x"]}', channel)).toMatchObject({ status: 400, code: 6 })
})

test.each(['', '/1.0'])('health%s says that it is well, to whoever has a key', async (version) => {
  const response = await siem.request(`/services/collector/health${version}`)
  expect([response.status, await response.json()]).toEqual([200, { text: 'HEC is healthy', code: 17 }])
})

test('a full server says so in the words of Splunk, and cuts off who would drop its events on any', async () => {
  const init = { method: 'POST', body: '{"event":"x"}' }
  const response = await world.request(EVENT, init)
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    503,
    '7',
    { text: 'Server is busy', code: 9 },
  ])
  const needle = { authorization: `Splunk ${API_KEY}`, 'user-agent': 'Needle/2.9.1 (Node.js v20)' }
  await expect(fetch(world.url + EVENT, { ...init, headers: needle })).rejects.toThrow('fetch failed')
})
