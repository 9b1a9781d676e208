import { BinaryReader } from '@bufbuild/protobuf/wire'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { replay } from '../support/replay.ts'
import { type Siem, startSiem } from '../support/server.ts'
import { hasTranscripts, readTranscripts } from '../support/transcripts.ts'
import { inJson, inProtobuf, type Sent } from '../ingest/formats/otlp.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

async function post(body: string | Uint8Array, type: string, key: string | null = siem.apiKey) {
  const init = { method: 'POST', body: body as string, headers: { 'content-type': type }, key }
  const response = await siem.request('/v1/logs', init)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, type: response.headers.get('content-type'), bytes }
}
const JSON_TYPE = 'application/json; charset=utf-8'
const PROTOBUF = 'application/x-protobuf'
const text = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8')) as object
async function found(query: string): Promise<any[]> {
  return (await siem.post('/api/v1/search', { language: 'kql', query, from: 0 })).events
}

describe('recorded requests (skipped where ../shared/shippers is absent)', () => {
  test.skipIf(!hasTranscripts)(
    'of the shared OTLP exporters are taken, and their records found',
    async () => {
      const transcripts = readTranscripts(/otlp/)
      expect(transcripts.length).toBeGreaterThan(0)
      for (const { file, requests } of transcripts) {
        for (const request of requests) {
          const { status, headers, text: body } = await replay(siem.url, siem.apiKey, request)
          const isJson = request.headers['Content-Type'] === 'application/json'
          expect([file, status, headers['content-type'], body]).toEqual(
            isJson ? [file, 200, JSON_TYPE, '{"partialSuccess":{}}'] : [file, 200, PROTOBUF, ''],
          )
        }
      }
      expect(await found('message: "user alice logged in"')).toHaveLength(4)
    },
  )
})

const exporters = [
  ['JSON', JsonExporter, undefined],
  ['JSON, gzip', JsonExporter, 'gzip'],
  ['protobuf', ProtobufExporter, undefined],
  ['protobuf, gzip', ProtobufExporter, 'gzip'],
] as const
test.each(exporters)("OpenTelemetry's own exporter delivers: %s", async (name, Exporter, compression) => {
  const exporter = new Exporter({
    url: `${siem.url}/v1/logs`,
    headers: { authorization: `Bearer ${siem.apiKey}` },
    ...(compression ? { compression: compression as never } : {}),
  })
  const processor = new BatchLogRecordProcessor({ exporter } as never)
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': name, 'host.name': 'h1' }),
    processors: [processor],
  })
  const logger = provider.getLogger('demo', '1.0')
  logger.emit({ body: 'of the exporter', severityNumber: 9, attributes: { 'user.id': 'alice', n: 3 } })
  logger.emit({ body: { list: ['x', 1, true], inner: { a: 1.5 } }, eventName: 'x.y' })
  await provider.forceFlush()
  await provider.shutdown()
  const events = await found(`service.name: "${name}"`)
  expect(events).toHaveLength(2)
  const otel = events.map(({ raw }) => (JSON.parse(raw) as any).otel)
  expect(otel.find(({ log }) => log.body === 'of the exporter')).toMatchObject({
    resource: { 'service.name': name, 'host.name': 'h1' },
    scope: { name: 'demo', version: '1.0' },
    log: { severity_number: 9, attributes: { 'user.id': 'alice', n: 3 } },
  })
  expect(otel.find(({ log }) => log.event_name === 'x.y')).toMatchObject({
    log: { body: { list: ['x', 1, true], inner: { a: 1.5 } } },
  })
})

const mixed: Sent = [
  { resource: {}, scope: 's', logs: [{ body: 'fine' }, { body: 'x'.repeat(1024 * 1024) }] },
]
test('what is rejected is counted as partial success, in the encoding of the request', async () => {
  const json = await post(inJson(mixed), 'application/json')
  expect([json.status, json.type, text(json.bytes)]).toEqual([
    200,
    JSON_TYPE,
    {
      partialSuccess: {
        rejectedLogRecords: '1',
        errorMessage: expect.stringMatching(/^Record 2: record-too-large: /),
      },
    },
  ])
  const { status, type, bytes } = await post(inProtobuf(mixed), PROTOBUF)
  const reader = new BinaryReader(bytes)
  expect([status, type, reader.tag()[0]]).toEqual([200, PROTOBUF, 1])
  const inner = new BinaryReader(reader.bytes())
  expect([inner.tag()[0], Number(inner.int64()), inner.tag()[0], inner.string()]).toEqual([
    1,
    1,
    2,
    expect.stringMatching(/^Record 2: /),
  ])
})

test.each<[string, string | Uint8Array, string, number, number]>([
  ['broken JSON', '{"resourceLogs":', 'application/json', 400, 3],
  ['broken protobuf', inProtobuf(mixed).subarray(0, 30), PROTOBUF, 400, 3],
  ['text', 'hello', 'text/plain', 415, 3],
])(
  'a request that cannot be read is a Status in its encoding: %s',
  async (_name, body, type, status, code) => {
    const answer = await post(body, type)
    expect(answer.status).toBe(status)
    if (type !== PROTOBUF) {
      expect(answer.type).toBe(JSON_TYPE)
      expect(text(answer.bytes)).toEqual({ code, message: expect.any(String) })
      return
    }
    expect(answer.type).toBe(PROTOBUF)
    const reader = new BinaryReader(answer.bytes)
    expect([reader.tag()[0], reader.int32(), reader.tag()[0], reader.string()]).toEqual([
      1,
      code,
      2,
      expect.stringMatching(/\w/),
    ])
  },
)

test('without a key nothing is taken', async () => {
  expect(await post(inProtobuf(mixed), PROTOBUF, null)).toMatchObject({ status: 401, type: PROTOBUF })
  const { status, bytes } = await post('{}', 'application/json', null)
  expect([status, text(bytes)]).toMatchObject([401, { code: 16 }])
})
