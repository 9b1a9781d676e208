import { describe, expect, test } from 'vitest'
import { type Decoded, decodeEvents } from '../../server/ingest/decode.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const read = (body: string | Uint8Array) => {
  const decoded: Decoded = decodeEvents(typeof body === 'string' ? bytes(body) : body)
  if ('unreadable' in decoded) return { unreadable: decoded.unreadable.code }
  return {
    records: decoded.records.map(({ line, raw }) => [line, raw]),
    rejected: decoded.rejections.map(({ line, code }) => [line, code]),
  }
}
const records = (...expected: [number, string][]) => ({ records: expected, rejected: [] })

describe('one body, many shapes', () => {
  test.each<[string, string, [number, string][]]>([
    ['one line', '{"a":1}', [[1, '{"a":1}']]],
    [
      'lines',
      '{"a":1}\n{"b":2}\n',
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
    ],
    [
      'lines with CRLF and blank ones',
      '{"a":1}\r\n\r\n  \n{"b":2}\r\n',
      [
        [1, '{"a":1}'],
        [4, '{"b":2}'],
      ],
    ],
    ['a byte order mark', '\ufeff{"a":1}', [[1, '{"a":1}']]],
    [
      'one object over many lines',
      '{\n  "a": [\n    {"x": 1}\n  ]\n}',
      [[1, '{\n  "a": [\n    {"x": 1}\n  ]\n}']],
    ],
    [
      'several over many lines',
      '{\n "a": 1\n}\n{\n "b": 2\n}',
      [
        [1, '{\n "a": 1\n}'],
        [4, '{\n "b": 2\n}'],
      ],
    ],
    [
      'objects with nothing between them',
      '{"a":1}{"b":2}',
      [
        [1, '{"a":1}'],
        [1, '{"b":2}'],
      ],
    ],
    [
      'a list',
      '[{"a":1},\n {"b":2}]',
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
    ],
    [
      'the envelope of Azure Monitor',
      '{"records":[{"a":1},{"b":2}]}',
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
    ],
    ['a page of Graph', '{"@odata.context":"c","value":[{"a":1}],"@odata.nextLink":"n"}', [[1, '{"a":1}']]],
    [
      'envelopes on lines',
      '{"records":[{"a":1}]}\n{"records":[{"b":2}]}',
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
    ],
    ['an empty page', '{"value":[]}', []],
    ['an empty list', '[]', []],
    ['a record that has a field of that name', '{"value":[1],"a":1}', [[1, '{"value":[1],"a":1}']]],
    [
      'a record with records and more',
      '{"records":[{"a":1}],"host":"h"}',
      [[1, '{"records":[{"a":1}],"host":"h"}']],
    ],
  ])('%s', (_, body, expected) => {
    expect(read(body)).toEqual(records(...expected))
  })

  test('UTF-16, as Windows PowerShell writes it', () => {
    expect(read(Buffer.from('\ufeff{"a":"ü"}\n', 'utf16le'))).toEqual(records([1, '{"a":"ü"}']))
  })

  test('the text of a record in a list is exactly what was sent', () => {
    const text = '{ "n": 12345678901234567890, "n": 1.50 }'
    expect(read(`[${text}]`)).toEqual(records([1, text]))
  })
})

describe('what is broken is rejected alone', () => {
  test.each<[string, string | Buffer, [number, string][], number[]]>([
    ['a torn line', '{"a":1}\n{"b":{"c":1\n{"d":1}', [[2, 'not-json']], [1, 3]],
    ['a torn string', '{"a":1}\n{"b":"x\n{"d":1}', [[2, 'not-json']], [1, 3]],
    ['plain text', '{"a":1}\nhello world\n{"d":1}', [[2, 'not-json']], [1, 3]],
    ['a trailing comma', '{"a":1}\n{"b":2,}\n{"d":1}', [[2, 'not-json']], [1, 3]],
    [
      'a number, a text, null',
      '{"a":1}\n5\n"x"\nnull',
      [
        [2, 'not-an-object'],
        [3, 'not-an-object'],
        [4, 'not-an-object'],
      ],
      [1],
    ],
    ['a bad element of a list', '[{"a":1},\n{"b":},\n{"d":1}]', [[2, 'not-json']], [1, 3]],
    ['a torn element of a list', '[{"a":1},\n{"b":"x,\n{"d":1}]', [[2, 'not-json']], [1, 3]],
    [
      'two torn elements of a list',
      '[{"b":"x,\n{"c":"y,\n{"d":1}]',
      [
        [1, 'not-json'],
        [2, 'not-json'],
      ],
      [3],
    ],
    ['an envelope that ends in the middle', '{"records":[{"a":1},{"b":2', [[2, 'not-json']], [1]],
    [
      'bytes that are no UTF-8',
      Buffer.concat([bytes('{"a":"ü"}\n{"b":"'), Buffer.from([0xff, 0xc3]), bytes('"}\n{"d":"ü"}')]),
      [[2, 'invalid-utf8']],
      [1, 3],
    ],
    [
      'a record over 1 MiB',
      `{"a":1}\n{"b":"${'x'.repeat(1 << 20)}"}\n{"d":1}`,
      [[2, 'record-too-large']],
      [1, 3],
    ],
    [
      'nesting 10,000 deep',
      `{"a":1}\n{"b":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n{"d":1}`,
      [[2, 'too-deep']],
      [1, 3],
    ],
    [
      'objects 10,000 deep',
      `{"a":1}\n${'{"b":'.repeat(10_000)}1${'}'.repeat(10_000)}\n{"d":1}`,
      [[2, 'too-deep']],
      [1, 3],
    ],
    [
      'a key __proto__',
      '{"a":1}\n{"b":{"__proto__":{"polluted":true}}}\n{"d":1}',
      [[2, 'unsafe-key']],
      [1, 3],
    ],
    [
      'an escaped key __proto__',
      '{"a":1}\n{"\\u005f_proto__":{"polluted":true}}\n{"d":1}',
      [[2, 'unsafe-key']],
      [1, 3],
    ],
  ])('%s', (_, body, rejected, kept) => {
    const result = read(body)
    expect(result.rejected).toEqual(rejected)
    expect(result.records?.map(([line]) => line)).toEqual(kept)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('a rejection says what was expected and what to do, and keeps the text', () => {
    const decoded = decodeEvents(bytes('{"a":1}\n{"b":2,}'))
    if ('unreadable' in decoded) throw new Error('unreadable')
    expect(decoded.rejections).toEqual([
      {
        line: 2,
        code: 'not-json',
        detail: expect.stringMatching(/column 8.*one whole JSON object a line/) as string,
        dataset: null,
        raw: '{"b":2,}',
      },
    ])
  })

  test('of a record that is too large only the beginning is kept', () => {
    const decoded = decodeEvents(bytes(`{"b":"${'x'.repeat(2 << 20)}"}`))
    if ('unreadable' in decoded) throw new Error('unreadable')
    expect(decoded.rejections[0]!.raw).toHaveLength(2048)
  })

  test('a constructor key is plain data', () => {
    expect(read('{"constructor":{"prototype":{"polluted":true}}}').records).toHaveLength(1)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

test.each([
  ['', 'empty-body'],
  ['\r\n \n', 'empty-body'],
  ['hello', 'not-json'],
  ['<xml/>', 'not-json'],
  ['{"a":', 'not-json'],
])('a body of which nothing can be read is unreadable: %j', (body, code) => {
  expect(read(body)).toEqual({ unreadable: code })
})

test('the CSV export of the audit log is told how to become JSON', () => {
  const decoded = decodeEvents(bytes('RecordId,CreationDate,RecordType,AuditData\n1,2,3,"{""a"":1}"\n'))
  expect(decoded).toMatchObject({ unreadable: { detail: expect.stringContaining('Import-Csv') as string } })
})

describe('values that JSON.parse would change silently', () => {
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['9007199254740992', 9007199254740992],
    ['9007199254740991', 9007199254740991],
    ['1e30', 1e30],
    ['0.0000000000000000', 0],
    ['53.79648330688476', 53.79648330688476],
  ])('the number %s', (text, expected) => {
    for (const body of [`{"n":${text}}`, `{"n":[1, ${text}]}`]) {
      const decoded = decodeEvents(bytes(body))
      if ('unreadable' in decoded) throw new Error('unreadable')
      expect([decoded.records[0]!.record['n']].flat().at(-1)).toBe(expected)
      expect(decoded.records[0]!.raw).toBe(body)
    }
  })

  test('a lone surrogate becomes the replacement character, and its record is kept', () => {
    const decoded = decodeEvents(bytes('{"a":"x\\ud800y","\\udc00k":["\\uD83D\\uDE00"]}'))
    if ('unreadable' in decoded) throw new Error('unreadable')
    expect(decoded.records[0]!.record).toEqual({ a: 'x\ufffdy', '\ufffdk': ['😀'] })
  })
})

test.each([
  ['a million torn lines', '{"a":{"b":1\n'.repeat(300_000)],
  ['objects that never close', `{ \n${' {\n'.repeat(300_000)}`],
  ['lists that never close', '[\n'.repeat(300_000)],
  ['envelopes that never close', '{"count":{\n'.repeat(200_000)],
  ['quotes', '"'.repeat(1_000_000)],
  ['brackets of the wrong kind', '[}{]'.repeat(50_000)],
])('%s cost a time in proportion to the body', { timeout: 20_000 }, (_, body) => {
  expect(read(body)).toBeDefined()
})
