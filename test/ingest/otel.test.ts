import { describe, expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import { audit, diagnostic, one, refusal } from './records.ts'

const AT = '1780300800123999999'
const otel = (log: Fields, resource: Fields = {}, scope: Fields = {}) => ({
  otel: { resource: { attributes: resource }, scope, log: { time_unix_nano: AT, ...log } },
})

test('a log record in ECS', () => {
  const event = one(
    otel(
      {
        severity_text: 'Warn',
        severity_number: 13,
        body: 'login refused',
        event_name: 'session.login',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
        attributes: {
          'enduser.id': 'Ann@example.org',
          'client.address': '203.0.113.7',
          'client.port': 4022,
          'http.request.method': 'POST',
          'http.response.status_code': 401,
          'url.path': '/login',
          'user_agent.original': 'curl/8',
          'exception.type': 'Refused',
          'exception.message': 'no',
          'exception.stacktrace': 'at x',
          'shop.order': 7,
        },
      },
      {
        'service.name': 'Shop',
        'service.version': '1.2',
        'service.instance.id': 'i-1',
        'deployment.environment.name': 'prod',
        'host.name': 'web1',
        'host.arch': 'amd64',
        'os.type': 'linux',
        'process.pid': 9,
        'process.executable.path': '/usr/bin/node',
        'k8s.pod.name': 'shop-1',
        'k8s.namespace.name': 'default',
        'k8s.cluster.name': 'c1',
        'cloud.provider': 'aws',
        'container.id': 'abc',
      },
      { name: 'auth', version: '2' },
    ),
  )
  expect(event).toMatchObject({ dataset: 'shop', time: Date.UTC(2026, 5, 1, 8, 0, 0, 123), ownTime: true })
  expect(event.asSent).toBeUndefined()
  expect(event.fields).toEqual({
    '@timestamp': '2026-06-01T08:00:00.123Z',
    message: 'login refused',
    event: { action: 'session.login', severity: 13, dataset: 'shop' },
    log: { level: 'Warn', logger: 'auth' },
    trace: { id: '0af7651916cd43dd8448eb211c80319c' },
    span: { id: 'b7ad6b7169203331' },
    user: { id: 'Ann@example.org', email: 'Ann@example.org', name: 'Ann', domain: 'example.org' },
    client: { address: '203.0.113.7', ip: '203.0.113.7', port: 4022 },
    source: { address: '203.0.113.7', ip: '203.0.113.7', port: 4022 },
    http: { request: { method: 'POST' }, response: { status_code: 401 } },
    url: { path: '/login' },
    user_agent: { original: 'curl/8' },
    error: { type: 'Refused', message: 'no', stack_trace: 'at x' },
    shop: { order: 7 },
    service: { name: 'Shop', version: '1.2', node: { name: 'i-1' }, environment: 'prod' },
    host: { name: 'web1', hostname: 'web1', architecture: 'amd64', os: { type: 'linux' } },
    process: { pid: 9, executable: '/usr/bin/node' },
    kubernetes: { pod: { name: 'shop-1' }, namespace: 'default' },
    orchestrator: { cluster: { name: 'c1' }, type: 'kubernetes' },
    cloud: { provider: 'aws' },
    container: { id: 'abc' },
    data_stream: { type: 'logs', dataset: 'shop', namespace: 'default' },
  })
})

describe('its parts', () => {
  test.each<[string, Fields, object]>([
    [
      'only a number for the severity',
      { severity_number: 17 },
      { log: { level: 'ERROR' }, event: { severity: 17 } },
    ],
    [
      'older names of HTTP',
      { attributes: { 'http.method': 'GET', 'http.status_code': 200, 'http.target': '/a' } },
      { http: { request: { method: 'GET' }, response: { status_code: 200 } }, url: { original: '/a' } },
    ],
    [
      'an address with a port',
      { attributes: { 'source.address': '[2001:db8::7]:443' } },
      { source: { ip: '2001:db8::7', port: 443 } },
    ],
    [
      'an address that is a name',
      { attributes: { 'client.address': 'pc1' } },
      { source: { address: 'pc1', domain: 'pc1' } },
    ],
    [
      'ECS attributes',
      { attributes: { 'user.name': 'ann', 'event.outcome': 'failure', 'event.category': 'authentication' } },
      { user: { name: 'ann' }, event: { outcome: 'failure', category: 'authentication' } },
    ],
    ['the log before its resource', { attributes: { 'host.name': 'mine' } }, { host: { name: 'mine' } }],
    [
      'a body that is an object',
      { body: { msg: 'paid', sum: 5 } },
      { message: 'paid', body: { structured: { msg: 'paid', sum: 5 } } },
    ],
    ['a body that is a list', { body: [1, 2] }, { message: '[1,2]', body: { structured: [1, 2] } }],
    ['a body that is a number', { body: 5 }, { message: '5' }],
    [
      'a body of a logger that writes ECS',
      { body: { '@timestamp': '2026-06-01T07:00:00Z', 'ecs.version': '8', message: 'm', user: { id: 'u' } } },
      { message: 'm', user: { id: 'u' } },
    ],
    [
      'the same as text',
      { body: '{"@timestamp":"2026-06-01T07:00:00Z","message":"m","user":{"id":"u"}}' },
      { message: 'm', user: { id: 'u' } },
    ],
    ['other JSON as text', { body: '{"a":1}' }, { message: '{"a":1}' }],
  ])('%s', (_, log, expected) => {
    expect(one(otel(log, { 'host.name': 'web1' })).fields).toMatchObject(expected)
  })

  test.each<[string, Fields, Fields, string]>([
    ['an attribute', { attributes: { 'event.dataset': 'a.b' } }, { 'service.name': 's' }, 'a.b'],
    ['the data stream', { attributes: { 'data_stream.dataset': 'a.c' } }, { 'service.name': 's' }, 'a.c'],
    ['the service', {}, { 'service.name': 'My-Service' }, 'my-service'],
    ['no name that a dataset can have', {}, { 'service.name': 'My Service' }, 'otel'],
    ['the name of those who have none', {}, { 'service.name': 'unknown_service:node' }, 'otel'],
    ['nothing', {}, {}, 'otel'],
  ])('the dataset is from %s', (_, log, resource, dataset) => {
    expect(one(otel(log, resource)).dataset).toBe(dataset)
  })

  test.each<[string, Fields, number | null]>([
    ['the log’s own', { time_unix_nano: AT }, Date.UTC(2026, 5, 1, 8, 0, 0, 123)],
    [
      'when it was seen',
      { time_unix_nano: '0', observed_time_unix_nano: AT },
      Date.UTC(2026, 5, 1, 8, 0, 0, 123),
    ],
    ['none', { time_unix_nano: '0' }, null],
    ['a number', { time_unix_nano: 1780300800000000000 }, Date.UTC(2026, 5, 1, 8)],
  ])('the time is %s', (_, log, time) => {
    const event = one(otel(log))
    expect(event.ownTime).toBe(time !== null)
    if (time !== null) expect(event.time).toBe(time)
  })

  test('an id of its own makes it one event, however often it comes', () => {
    const log = otel({ attributes: { 'log.record.uid': '01ARZ3NDEKTSV4RRFFQ69G5FAV' } })
    expect(one(log, { batchId: 'a' }).id).toBe(one(log, { batchId: 'b' }).id)
  })
})

describe('a record that we know, in the body', () => {
  test.each<[string, unknown]>([
    ['as an object', audit()],
    ['as text', JSON.stringify(audit())],
  ])('is that record: %s', (_, body) => {
    const sent = otel({ body: body as string })
    const plain = one(audit())
    expect(one(sent)).toMatchObject({ id: plain.id, dataset: 'o365.audit', fields: plain.fields })
    expect(one(sent, { dataset: 'o365.audit' }).id).toBe(plain.id)
  })

  test('already in ECS too, and a sign-in', () => {
    const plain = one(diagnostic())
    expect(one(otel({ body: plain.fields })).id).toBe(plain.id)
    expect(one(otel({ body: diagnostic() })).fields).toEqual(plain.fields)
  })

  test('that is broken is refused with its reason', () => {
    expect(refusal(otel({ body: audit({ CreationTime: 'noon' }) }))).toMatchObject({
      code: 'time-unreadable',
    })
  })
})
