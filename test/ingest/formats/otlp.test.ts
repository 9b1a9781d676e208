import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORMATS } from '../../../server/ingest/formats/index.ts'
import { inJson, inProtobuf, type Log, type Plain, type Sent } from './otlp.ts'

const json = (body: string) => FORMATS['otlp-json'](Buffer.from(body), {})
const protobuf = (body: Uint8Array) => FORMATS['otlp-protobuf'](body, {})

const full: Sent = [
  {
    resource: { 'service.name': 'demo', 'host.name': 'h1' },
    scope: 'lib',
    logs: [
      {
        time: 1764000000000000001n,
        observed: 1764000000000000002n,
        severity: 9,
        severityText: 'INFO',
        body: {
          text: 'hello',
          list: [1n, 9007199254740993n, 1.5, true, null],
          raw: new Uint8Array([0, 255]),
        },
        attributes: { 'user.id': 'alice', 'not a number': Number.NaN },
        eventName: 'user.login',
        trace: new Uint8Array(16).fill(0xab),
        span: new Uint8Array(8).fill(1),
        flags: 1,
      },
      { time: 0n, severity: 0, trace: new Uint8Array(16), flags: 0 },
    ],
  },
]

test.each([
  ['JSON', () => json(inJson(full))],
  ['protobuf', () => protobuf(inProtobuf(full))],
])('a log record in %s has all that it says, and nothing that it leaves open', (_name, decode) => {
  const head = { resource: { 'service.name': 'demo', 'host.name': 'h1' }, scope: { name: 'lib' } }
  expect(decode()).toMatchObject({
    rejections: [],
    records: [
      {
        line: 1,
        record: {
          otel: {
            ...head,
            log: {
              time_unix_nano: '1764000000000000001',
              observed_time_unix_nano: '1764000000000000002',
              severity_number: 9,
              severity_text: 'INFO',
              body: { text: 'hello', list: [1, '9007199254740993', 1.5, true, null], raw: 'AP8=' },
              attributes: { 'user.id': 'alice', 'not a number': 'NaN' },
              event_name: 'user.login',
              trace_id: 'ab'.repeat(16),
              span_id: '01'.repeat(8),
              flags: 1,
            },
          },
        },
      },
      { line: 2, record: { otel: { ...head, log: {} } } },
    ],
  })
})

test.each<[string, object, object]>([
  ['integers as numbers', { body: { intValue: 7 } }, { body: 7 }],
  [
    'integers that no double holds',
    { body: { intValue: '-9223372036854775808' } },
    { body: '-9223372036854775808' },
  ],
  ['doubles as text', { body: { doubleValue: '1.5' } }, { body: 1.5 }],
  [
    'names in snake_case',
    { time_unix_nano: '5', body: { string_value: 'x' } },
    { time_unix_nano: '5', body: 'x' },
  ],
  ['times as numbers', { timeUnixNano: 1764000000000000000 }, { time_unix_nano: '1764000000000000000' }],
  ['a severity by its name', { severityNumber: 'SEVERITY_NUMBER_ERROR2' }, { severity_number: 18 }],
  ['ids in base64', { spanId: 'AQEBAQEBAQE=' }, { span_id: '0101010101010101' }],
  ['an empty list', { body: { arrayValue: {} }, attributes: [] }, {}],
  ['an attribute without a value', { attributes: [{ key: 'a' }] }, { attributes: { a: null } }],
])('JSON that differs from what exporters write is read too: %s', (_name, log, expected) => {
  const decoded = json(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] }))
  expect(decoded).toMatchObject({ records: [{ record: { otel: { log: expected } } }] })
})

const deep = (levels: number): Plain => (levels === 0 ? 'x' : [deep(levels - 1)])
test('a record that cannot be taken is rejected alone, with its number', () => {
  const sent: Sent = [
    {
      resource: {},
      scope: 'lib',
      logs: [
        { body: 'good' },
        { attributes: Object.fromEntries([['__proto__', 'x']]) },
        { body: 'x'.repeat(1024 * 1024) },
        { body: deep(95) },
        { body: 'last' },
      ],
    },
  ]
  const decoded = protobuf(inProtobuf(sent))
  expect(decoded).toMatchObject({
    records: [{ line: 1 }, { line: 5 }],
    rejections: [
      { line: 2, code: 'unsafe-key' },
      { line: 3, code: 'record-too-large' },
      { line: 4, code: 'too-deep' },
    ],
  })
  sent[0]!.logs.splice(3, 1)
  expect(json(inJson(sent))).toMatchObject({
    records: [{ line: 1 }, { line: 4 }],
    rejections: [{ line: 2 }, { line: 3 }],
  })
})

test.each<[string, () => unknown, string]>([
  ['JSON cut short', () => json('{"resourceLogs":[{'), 'not-json'],
  ['JSON of something else', () => json('{"logs":[]}'), 'not-otlp'],
  ['JSON that is no object', () => json('[]'), 'not-otlp'],
  ['JSON with records of a wrong kind', () => json('{"resourceLogs":{}}'), 'not-otlp'],
  [
    'JSON deeper than any log',
    () => json(`{"resourceLogs":${'['.repeat(300)}${']'.repeat(300)}}`),
    'too-deep',
  ],
  ['bytes that are no text', () => FORMATS['otlp-json'](Buffer.from([0xff]), {}), 'invalid-utf8'],
  ['protobuf cut short', () => protobuf(inProtobuf(full).subarray(0, -5)), 'not-otlp'],
  ['text as protobuf', () => protobuf(Buffer.from('hello world')), 'not-otlp'],
])('what is no export request is unreadable as a whole: %s', (_name, decode, code) => {
  expect(decode()).toMatchObject({ unreadable: { code, detail: expect.any(String) } })
})

test('an export request without records is fine', () => {
  for (const decoded of [json('{}'), json('{"resourceLogs":[]}'), protobuf(new Uint8Array())])
    expect(decoded).toEqual({ records: [], rejections: [] })
})

const key = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__')
const { value } = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true }),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const log: fc.Arbitrary<Log> = fc.record(
  {
    time: fc.bigInt({ min: 0n, max: 2n ** 63n }),
    severity: fc.integer({ min: 0, max: 24 }),
    severityText: fc.string(),
    body: value,
    attributes: fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }),
    eventName: fc.string(),
    trace: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  },
  { requiredKeys: [] },
)

function kept(decoded: ReturnType<typeof json>): unknown[] {
  if ('unreadable' in decoded) throw new Error(decoded.unreadable.detail)
  expect(decoded.rejections).toEqual([])
  return decoded.records.map(({ raw, record }) => {
    const text: unknown = JSON.parse(raw)
    // But for -0, which JSON has not.
    expect(JSON.stringify(record)).toBe(raw)
    return text
  })
}

test('both encodings of the same records give the same', () => {
  const sent = fc.array(
    fc.record({
      resource: fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true }),
      scope: fc.string(),
      logs: fc.array(log, { maxLength: 4 }),
    }),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(sent, (groups) => {
      expect(kept(protobuf(inProtobuf(groups)))).toEqual(kept(json(inJson(groups))))
    }),
    { numRuns: 300 },
  )
})
