import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORMATS, type Hints } from '../../../server/ingest/formats/index.ts'
import type { Format } from '../../../server/ingest/formats/index.ts'
import { inboxRule, signIn } from '../../support/records.ts'

function decode(body: string | Buffer, format: Format = 'hec-event', hints: Hints = {}) {
  const decoded = FORMATS[format](Buffer.from(body as string), hints)
  if ('unreadable' in decoded) throw new Error(decoded.unreadable.code)
  return decoded
}
const record = (envelope: object) => decode(JSON.stringify(envelope)).records[0]!.record

test.each<[string, object, object]>([
  ['text is the message', { event: 'hello' }, { message: 'hello' }],
  ['a number is a message too', { event: 5 }, { message: '5' }],
  ['an object keeps its own keys', { event: { user: 'alice', n: 1 } }, { user: 'alice', n: 1 }],
  ['text that holds an object is that object', { event: '{"user":"alice"}' }, { user: 'alice' }],
  ['text with a brace is text', { event: '{not json' }, { message: '{not json' }],
  [
    'time is epoch seconds, as a number',
    { event: 'x', time: 1795493198.769 },
    { message: 'x', '@timestamp': '2026-11-24T04:06:38.769Z' },
  ],
  [
    'or as digits',
    { event: 'x', time: '1795493198.7699' },
    { message: 'x', '@timestamp': '2026-11-24T04:06:38.769Z' },
  ],
  [
    'or finer by its size',
    { event: 'x', time: 1795493198769 },
    { message: 'x', '@timestamp': '2026-11-24T04:06:38.769Z' },
  ],
  ['a time that cannot be is kept as a word', { event: 'x', time: 0 }, { message: 'x', hec: { time: 0 } }],
  ['so is one that is none', { event: 'x', time: 'now' }, { message: 'x', hec: { time: 'now' } }],
  [
    'the object says its own time',
    { event: { '@timestamp': '2026-01-01T00:00:00Z' }, time: 1795493198 },
    { '@timestamp': '2026-01-01T00:00:00Z' },
  ],
  ['host is the host name', { event: 'x', host: 'web1' }, { message: 'x', host: { name: 'web1' } }],
  [
    'unless the object has a host of another kind',
    { event: { host: 'inner' }, host: 'outer' },
    { host: 'inner', hec: { host: 'outer' } },
  ],
  [
    'a source that is a path is the log file',
    { event: 'x', source: '/var/log/auth.log' },
    { message: 'x', log: { file: { path: '/var/log/auth.log' } }, hec: { source: '/var/log/auth.log' } },
  ],
  [
    'fields are labels',
    { event: 'x', fields: { region: 'eu', list: ['a'], odd: { a: 1 } } },
    { message: 'x', labels: { region: 'eu', list: ['a'], odd: '{"a":1}' } },
  ],
  [
    'a source type names the dataset',
    { event: 'x', sourcetype: 'WinEventLog:Security-x' },
    {
      message: 'x',
      event: { dataset: 'wineventlog.security_x' },
      hec: { sourcetype: 'WinEventLog:Security-x' },
    },
  ],
  [
    'but not one of ours, when the record is none of it',
    { event: 'x', sourcetype: 'o365:audit' },
    { message: 'x', hec: { sourcetype: 'o365:audit' } },
  ],
  ['an index is a word', { event: 'x', index: 'main' }, { message: 'x', hec: { index: 'main' } }],
  [
    'a severity is the level of the log',
    { event: { message: 'x', severity: 'warn' } },
    { message: 'x', severity: 'warn', log: { level: 'warn' } },
  ],
])('an event of the collector: %s', (_name, envelope, expected) => {
  expect(record(envelope)).toEqual(expected)
})

const AT = Date.UTC(2026, 10, 24)
const known: [string, object][] = [
  ['a sign-in', signIn({ user: 'ada@example.org', at: AT })],
  ['an audit record', inboxRule({ user: 'ada@example.org', at: AT })],
]
test.each(known)('%s in an envelope, as object or text, is what it is', (_name, sent) => {
  for (const event of [sent, JSON.stringify(sent)]) {
    const envelope = JSON.stringify({ time: 1, host: 'forwarder', event })
    expect(decode(envelope).records).toEqual([{ line: 1, record: sent, raw: envelope }])
  }
  expect(decode(JSON.stringify(sent), 'hec-raw').records[0]!.record).toEqual(sent)
})

test('a data stream of ours as index is the index of the event', () => {
  const sent = { event: 'x', index: 'logs-web-default' }
  expect(decode(JSON.stringify(sent)).records[0]).toMatchObject({ index: 'logs-web-default' })
})

test('bad events are rejected alone, by their number, and the good ones after them are taken', () => {
  const body =
    '{"event":"a"}{"nothing":1}{"event":" "} [] 7 {"event":"b"}{broken}{"event":"c"}\n{"event":"torn'
  const { records, rejections } = decode(body)
  expect(records.map(({ line, record: { message } }) => [line, message])).toEqual([
    [1, 'a'],
    [5, 'b'],
    [7, 'c'],
  ])
  expect(rejections.map(({ line, code, raw }) => [line, code, raw])).toEqual([
    [2, 'event-missing', '{"nothing":1}'],
    [3, 'event-blank', '{"event":" "}'],
    [4, 'not-an-object', '7'],
    [6, 'not-json', '{broken}'],
    [8, 'not-json', '{"event":"torn'],
  ])
})

test('events in one line may be more than one record may have bytes', () => {
  const event = JSON.stringify({ event: 'x'.repeat(1000) })
  const began = performance.now()
  expect(decode(event.repeat(5_000)).records).toHaveLength(5_000)
  // Linear: looking at the rest of the line for each event would take minutes.
  expect(performance.now() - began).toBeLessThan(5_000)
})

test.each<[Format, string]>([
  ['ndjson', '7\n'],
  ['hec-raw', 'a\n'],
])('more records than can be held at once are refused with their request: %s', (format, text) => {
  const decoded = FORMATS[format](Buffer.from(text.repeat(250_001)), {})
  expect(decoded).toMatchObject({ unreadable: { code: 'too-many-records' } })
})

test('nothing at all is no data', () => {
  expect(FORMATS['hec-event'](Buffer.from(' \n'), {})).toMatchObject({ unreadable: { code: 'empty-body' } })
  expect(FORMATS['hec-raw'](Buffer.from('\n\r\n'), {})).toMatchObject({ unreadable: { code: 'empty-body' } })
})

test('a raw line is an event with what the query says of all of them', () => {
  const hints = { host: 'web1', sourcetype: 'syslog', time: '1795493198' }
  const { records } = decode('one\r\n\n  two\n{"user":"x"}\n', 'hec-raw', hints)
  const beside = {
    '@timestamp': '2026-11-24T04:06:38.000Z',
    host: { name: 'web1' },
    event: { dataset: 'syslog' },
    hec: { sourcetype: 'syslog' },
  }
  expect(records.map((one) => one.record)).toEqual([
    { message: 'one', ...beside },
    { message: 'two', ...beside },
    { user: 'x', ...beside },
  ])
})

test('a raw line in Latin-1 loses no letter, one that is too large is rejected alone', () => {
  const body = Buffer.concat([
    Buffer.from('gr\xfc\xdfe\n', 'latin1'),
    Buffer.alloc(1024 * 1024 + 1, 'x'),
    Buffer.from('\nlast'),
  ])
  const { records, rejections } = decode(body, 'hec-raw')
  expect(records.map((one) => one.record['message'])).toEqual(['grüße', 'last'])
  expect(rejections).toMatchObject([{ line: 2, code: 'record-too-large' }])
})

test('what stands between the envelopes makes no difference, and what is kept gives the same when sent again', () => {
  const event = fc.oneof(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }))
  const envelopes = fc.array(fc.record({ event, host: fc.string(), time: fc.integer() }), { minLength: 1 })
  const gap = fc.constantFrom('', '\n', '\r\n', ' ', '\n\n', ',')
  fc.assert(
    fc.property(envelopes, fc.array(gap, { minLength: 1 }), (sent, gaps) => {
      const texts = sent.map((envelope) => JSON.stringify(envelope))
      const body = texts.map((text, i) => text + gaps[i % gaps.length]!).join('')
      const whole = FORMATS['hec-event'](Buffer.from(body), {})
      const list = FORMATS['hec-event'](Buffer.from(`[${texts.join(',')}]`), {})
      expect(list).toEqual(whole)
      if ('unreadable' in whole) throw new Error('unreadable')
      const alone = texts.flatMap((text) => decode(text).records.map((one) => one.record))
      expect(whole.records.map((one) => one.record)).toEqual(alone)
      const again = FORMATS.ndjson(Buffer.from(whole.records.map(({ raw }) => raw).join('\n')), {})
      if (whole.records.length > 0)
        expect(again).toMatchObject({ records: whole.records.map(({ record }) => ({ record })) })
    }),
    { numRuns: 300 },
  )
})
