/** What shippers that are not recorded ask before they send, as their sources have it, each step with the answer it needs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Line, startLine } from '../search/line.ts'
import { type Heard, send } from './replayed.ts'
import { API_KEY } from './world.ts'

let line: Line
let key: string
beforeAll(async () => {
  line = await startLine()
  // What a shipper is given: it sends logs and probes, and reads nothing.
  key = await line.key('ingest')
})
afterAll(() => line.stop())

type Step = [request: string, needs: (heard: Heard) => void, body?: unknown]

const is =
  (status: number, like: object = {}) =>
  (heard: Heard) => {
    expect([heard.status, heard.text]).toEqual([status, expect.anything()])
    expect(heard.json ?? {}).toMatchObject(like)
  }
const greets = is(200, {
  version: { number: '8.17.0', build_flavor: 'default' },
  tagline: 'You Know, for Search',
})
const acknowledges = is(200, { acknowledged: true })
const ndjson = (...lines: unknown[]) => lines.map((one) => `${JSON.stringify(one)}\n`).join('')
const document = (n: number) => ({ '@timestamp': '2026-11-24T10:00:00Z', message: `log ${n}` })
const takes = (count: number) => (heard: Heard) => {
  expect(heard.status).toBe(200)
  expect(heard.text).toContain('"errors":false,"items":[')
  expect(heard.json.items).toHaveLength(count)
}
const stored = async () => (await line.store.state()).events

const FILEBEAT = { 'user-agent': 'Elastic-Filebeat/8.17.0 (linux; amd64)', accept: 'application/json' }
const POLICY = { policy: { phases: { hot: { actions: { rollover: { max_age: '30d' } } } } } }
const TEMPLATE = {
  index_patterns: ['filebeat-8.17.0'],
  data_stream: {},
  priority: 150,
  template: {
    settings: { index: { lifecycle: { name: 'filebeat' } } },
    mappings: { dynamic_templates: [], properties: { '@timestamp': { type: 'date' } } },
  },
}
const PIPELINE = {
  description: 'sshd',
  processors: [{ grok: { field: 'message', patterns: ['%{GREEDYDATA}'] } }],
}
const BEATS_QUERY = '?filter_path=errors,items.*.error,items.*.status'

/** `at` is the prefix that the shipper was told to use. */
const filebeat = (at: string): Step[] => [
  [`GET ${at || '/'}`, greets],
  [`GET ${at}/_license?human=false`, is(200, { license: { status: 'active', type: 'basic' } })],
  [`GET ${at}/_xpack`, is(200, { features: { ilm: { available: true, enabled: true } } })],
  [`GET ${at}/_ilm/policy/filebeat${tag(at)}`, is(404, { error: { type: 'resource_not_found_exception' } })],
  [`PUT ${at}/_ilm/policy/filebeat${tag(at)}`, acknowledges, POLICY],
  [
    `GET ${at}/_ilm/policy/filebeat${tag(at)}`,
    is(200, { [`filebeat${tag(at)}`]: { version: 1, ...POLICY } }),
  ],
  [`HEAD ${at}/_index_template/filebeat${tag(at)}`, is(404)],
  [`PUT ${at}/_index_template/filebeat${tag(at)}`, acknowledges, TEMPLATE],
  [`HEAD ${at}/_index_template/filebeat${tag(at)}`, is(200)],
  [`HEAD ${at}/_data_stream/filebeat${tag(at)}`, is(404)],
  [`PUT ${at}/_data_stream/filebeat${tag(at)}`, acknowledges],
  [`HEAD ${at}/_data_stream/filebeat${tag(at)}`, is(200)],
  [`GET ${at}/_ingest/pipeline/filebeat-system-auth${tag(at)}`, is(404)],
  [`PUT ${at}/_ingest/pipeline/filebeat-system-auth${tag(at)}`, acknowledges, PIPELINE],
  [`GET ${at}/_ingest/pipeline/filebeat-system-auth${tag(at)}?filter_path=*.description`, is(200)],
  [
    `POST ${at}/_bulk${BEATS_QUERY}`,
    (heard) => {
      takes(1)(heard)
      expect(heard.text).toBe('{"errors":false,"items":[{"create":{"status":201}}]}')
    },
    ndjson(
      { create: { _index: `filebeat-8.17.0${tag(at)}`, pipeline: 'filebeat-system-auth' } },
      document(1),
    ),
  ],
]
const tag = (at: string) => at.replaceAll('/', '-')

const LOGSTASH = { 'user-agent': 'logstash/8.17.0 (OS=Linux) logstash-output-elasticsearch/12.1.6' }
const logstash = (at: string): Step[] => [
  [`HEAD ${at}/`, is(200)],
  [`GET ${at}/`, greets],
  [`GET ${at}/_license`, is(200, { license: { status: 'active' } })],
  [`HEAD ${at}/_index_template/ecs-logstash${tag(at)}`, is(404)],
  [
    `PUT ${at}/_index_template/ecs-logstash${tag(at)}`,
    acknowledges,
    { ...TEMPLATE, index_patterns: ['ecs-logstash-*'] },
  ],
  [`HEAD ${at}/_ilm/policy/logstash-policy${tag(at)}`, is(404)],
  [`PUT ${at}/_ilm/policy/logstash-policy${tag(at)}`, acknowledges, POLICY],
  [`HEAD ${at}/logstash${tag(at)}`, is(404)],
  [
    `PUT ${at}/${encodeURIComponent(`<logstash${tag(at)}-{now/d}-000001>`)}`,
    is(200, {
      acknowledged: true,
      index: expect.stringMatching(/^logstash.*-\d{4}\.\d\d\.\d\d-000001$/) as string,
    }),
    { aliases: { [`logstash${tag(at)}`]: { is_write_index: true } } },
  ],
  [`HEAD ${at}/logstash${tag(at)}`, is(200)],
  [`HEAD ${at}/_alias/logstash${tag(at)}`, is(200)],
  [`GET ${at}/_nodes/http`, is(200, { nodes: expect.any(Object) as object })],
  [
    `POST ${at}/_bulk${BEATS_QUERY}`,
    takes(2),
    ndjson(
      { index: { _id: null, _index: 'ecs-logstash-2026.11.24', routing: null } },
      document(2),
      { update: { _id: `u${at}`, _index: 'ecs-logstash-2026.11.24', retry_on_conflict: 1 } },
      { doc: document(3), doc_as_upsert: true },
    ),
  ],
]

const VECTOR: Step[] = [
  ['GET /_cluster/health', is(200, { status: 'green' })],
  ['GET /', greets],
  [
    'POST /_bulk?timeout=60s',
    takes(2),
    ndjson(
      { create: { _index: 'vector-2026.11.24' } },
      document(4),
      { create: { _index: 'vector' } },
      document(5),
    ),
  ],
]
const FLUENT_BIT: Step[] = [
  [
    'POST /_bulk',
    takes(2),
    ndjson(
      { create: { _index: 'fluent-bit', _type: '_doc' } },
      { '@timestamp': '2026-11-24T10:00:00.123Z', log: 'one' },
      { create: { _index: 'fluent-bit', _type: '_doc' } },
      { '@timestamp': '2026-11-24T10:00:00.123Z', log: 'two' },
    ),
  ],
]
const FLUENTD: Step[] = [
  ['GET /', greets],
  ['GET /_ilm/policy/logstash-fluentd', is(404)],
  ['PUT /_ilm/policy/logstash-fluentd', acknowledges, POLICY],
  ['GET /_index_template/fluentd', is(404)],
  ['PUT /_index_template/fluentd', acknowledges, { index_patterns: ['fluentd*'], data_stream: {} }],
  ['GET /_data_stream/fluentd', is(404)],
  ['PUT /_data_stream/fluentd', acknowledges],
  ['GET /_data_stream/fluentd', is(200, { data_streams: [{ name: 'fluentd', status: 'GREEN' }] })],
  ['POST /_bulk', takes(1), ndjson({ create: { _index: 'fluentd' } }, document(6))],
]

describe.each<[string, Record<string, string>, Step[], number]>([
  ['Filebeat', FILEBEAT, filebeat(''), 1],
  ['Filebeat with the path /api/default', FILEBEAT, filebeat('/api/default'), 1],
  ['Filebeat with a path of one name', FILEBEAT, filebeat('/siem'), 1],
  ['Logstash', LOGSTASH, logstash(''), 2],
  ['Logstash with a path', LOGSTASH, logstash('/elastic'), 2],
  ['Vector', { 'user-agent': 'Vector/0.45.0 (x86_64)' }, VECTOR, 2],
  ['Fluent Bit', { 'user-agent': 'Fluent-Bit' }, FLUENT_BIT, 2],
  ['fluentd', { 'user-agent': 'elasticsearch-ruby/8.17.0' }, FLUENTD, 1],
])('%s', (_, headers, steps, documents) => {
  test('gets at each step what it needs, and its logs are stored', async () => {
    const before = await stored()
    for (const [request, needs, body] of steps) {
      const [method, path] = request.split(' ') as [string, string]
      const isBulk = path.includes('_bulk')
      const type = isBulk ? 'application/x-ndjson' : 'application/json'
      const heard = await send(line.url, key, {
        method,
        path,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
        body: body === undefined ? '' : isBulk ? (body as string) : JSON.stringify(body),
        gzip: isBulk && headers === LOGSTASH,
      })
      expect(heard.headers['x-elastic-product'], request).toBe('Elasticsearch')
      needs(heard)
    }
    expect(await stored()).toBe(before + documents)
  })

  test('opens nothing to a caller without a key, or with one that may only read', async () => {
    const reader = await line.key('read')
    for (const [request] of steps) {
      const [method, path] = request.split(' ') as [string, string]
      const nobody = await send(line.url, null, { method, path, headers })
      expect([request, nobody.status]).toEqual([request, 401])
      const reads = method === 'GET' || method === 'HEAD'
      const asReader = await send(line.url, reader, { method, path, headers })
      if (!reads) expect([request, asReader.status]).toEqual([request, 403])
      expect(asReader.headers['x-elastic-product']).toBe('Elasticsearch')
    }
  })
})

test('a refused document of many is told by filter_path too, at its place', async () => {
  const body = ndjson({ create: { _index: 'told' } }, document(7)) + '{"create":{"_index":"told"}}\nno json\n'
  const headers = { 'content-type': 'application/x-ndjson' }
  const heard = await send(line.url, API_KEY, { method: 'POST', path: `/_bulk${BEATS_QUERY}`, headers, body })
  expect(heard.text).toContain(
    '{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":400,"error":{',
  )
})
