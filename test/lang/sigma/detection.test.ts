import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Doc } from '../../../server/lang/document.ts'
import { compilePredicate } from '../../../server/lang/predicate.ts'
import { requiredValues } from '../../../server/lang/required.ts'
import { parseSigma } from '../../../server/lang/sigma/parse.ts'
import { type Pattern, readPattern, writePattern } from '../../../server/lang/sigma/pattern.ts'

const rule = (detection: string, source = '{product: test}') =>
  `title: t\nlogsource: ${source}\ndetection:\n${detection.replaceAll(/^/gm, '  ')}\n`

/** Which of the events a detection matches; its selection is `sel` where it has no condition. */
function matches(detection: string, events: readonly Doc[], source?: string): number[] {
  const whole = /^condition:/m.test(detection) ? detection : `sel:\n  ${detection}\ncondition: sel`
  const { query, diagnostics } = parseSigma(rule(whole, source))
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  if (query?.kind !== 'event') throw new Error('a query over single events was expected')
  const test = compilePredicate(query)
  return events.flatMap((event, i) => (test(event) ? [i] : []))
}

const mistakes = (text: string) =>
  parseSigma(text)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ line, message }) => `${line}: ${message}`)

describe('values', () => {
  test.each<[string, string, Doc[], number[]]>([
    ['letters beyond ASCII have no case either', "F: 'ÄRGER'", [{ F: 'ärger' }, { F: 'arger' }], [0]],
    ['* crosses lines', "F: 'a*z'", [{ F: 'a\n\nz' }], [0]],
    ['an escaped * is a character', String.raw`F: 'a\*z'`, [{ F: 'a*z' }, { F: 'abz' }], [0]],
    [
      'two escaped backslashes',
      String.raw`F: 'a\\\\b'`,
      [{ F: String.raw`a\\b` }, { F: String.raw`a\b` }],
      [0],
    ],
    [
      'a backslash before a letter is itself',
      String.raw`F|contains: '\Temp\'`,
      [{ F: String.raw`C:\temp\x` }],
      [0],
    ],
    ['an empty text is only that', "F: ''", [{ F: '' }, { F: null }, {}, { F: ' ' }], [0]],
    ['null is missing or null', 'F: null', [{ F: '' }, { F: null }, {}], [1, 2]],
    ['null among others', 'F: [null, a]', [{ F: 'A' }, {}, { F: 'b' }], [0, 1]],
    ['numbers and their texts', "F: [1, '2']", [{ F: '1' }, { F: 1 }, { F: 2 }, { F: '01' }], [0, 1, 2]],
    [
      'numbers too long to be exact',
      'F: 9007199254740993',
      [{ F: '9007199254740993' }, { F: '9007199254740992' }],
      [0],
    ],
    ['truth values and their texts', 'F: false', [{ F: false }, { F: 'False' }, { F: 0 }, {}], [0, 1]],
    ['any element of a list', "F|endswith: 'b'", [{ F: ['a', 'xb'] }, { F: ['a'] }], [0]],
    [
      'names and values of an object',
      "F|contains|all: [forward, 'x@y']",
      [{ F: { ForwardTo: 'x@y.z' } }, { F: { ForwardTo: 'no' } }],
      [0],
    ],
    [
      'names in any case, without spaces',
      "source name: 'x'",
      [{ 'Source Name': 'x' }, { SourceName: 'X' }, { sourcename: 'y' }],
      [0, 1],
    ],
    [
      'dotted names, nested or flat',
      "a.b: 'x'",
      [{ a: { b: 'x' } }, { 'a.b': 'x' }, { a: [{ b: 'y' }, { b: 'x' }] }],
      [0, 1, 2],
    ],
    ['names that objects inherit', 'constructor: null', [{ a: 1 }, { constructor: 'x' }], [0]],
  ])('%s', (_, detection, events, expected) => {
    expect(matches(detection, events)).toEqual(expected)
  })
})

describe('modifiers', () => {
  test.each<[string, string, Doc[], number[]]>([
    ['contains', "F|contains: 'b'", [{ F: 'aBc' }, { F: 'ac' }], [0]],
    ['startswith', "F|startswith: ['a', 'b']", [{ F: 'Bc' }, { F: 'cb' }], [0]],
    ['endswith with a wildcard inside', "F|endswith: 'a*z'", [{ F: 'xaaz' }, { F: 'az!' }], [0]],
    ['all', "F|contains|all: ['a', 'b']", [{ F: 'ba' }, { F: 'a' }, { F: ['xa', 'xb'] }], [0, 2]],
    ['re searches, with case', "F|re: 'b+'", [{ F: 'abbc' }, { F: 'ABBC' }], [0]],
    ['re with i', "F|re|i: '^B'", [{ F: 'bx' }, { F: 'xb' }], [0]],
    ['re with i inside', "F|re: '(?i)^B'", [{ F: 'bx' }], [0]],
    ['re with m', "F|re|m: '^b'", [{ F: 'a\nb' }], [0]],
    ['re with s', "F|re|s: 'a.b'", [{ F: 'a\nb' }], [0]],
    ['cased', "F|contains|cased: 'B'", [{ F: 'aBc' }, { F: 'abc' }], [0]],
    [
      'cidr, both families',
      "F|cidr: ['10.0.0.0/8', 'fe80::/10']",
      [{ F: '10.1.2.3' }, { F: 'FE80::1' }, { F: '10.1' }, { F: '11.0.0.1' }],
      [0, 1],
    ],
    ['exists', 'F|exists: true', [{ F: null }, { F: 0 }, { G: 1 }], [0, 1]],
    ['fieldref', 'F|fieldref: G', [{ F: 'a', G: 'A' }, { F: 'a', G: 'b' }, { F: 'a' }, {}], [0]],
    [
      'fieldref with endswith',
      'F|fieldref|endswith: G',
      [
        { F: 'xab', G: 'AB' },
        { F: 'ab', G: 'xab' },
      ],
      [0],
    ],
    ['fieldref with neq', 'F|fieldref|neq: G', [{ F: 'a', G: 'A' }, { F: 'a', G: 'b' }, { F: 'a' }], [1]],
    ['gt and lte of numbers as text', 'F|gt: 9', [{ F: '10' }, { F: 9 }, { F: 'x' }, {}], [0]],
    ['lte', 'F|lte: -1.5', [{ F: -2 }, { F: '-1.5' }, { F: 0 }, { F: '' }], [0, 1]],
    ['neq', "F|neq: ['a', 'b']", [{ F: 'A' }, { F: 'c' }, {}], [1]],
    ['neq of numbers', 'F|neq: 5', [{ F: '5' }, { F: 6 }, {}], [1]],
    [
      'windash, a value of several dashes',
      "F|windash|contains: '-a -b'",
      [{ F: 'x /a /b' }, { F: 'x -a -b' }],
      [0, 1],
    ],
    ['base64', "F|base64|contains: 'foo'", [{ F: 'xxZm9vxx' }, { F: 'foo' }], [0]],
    [
      'base64offset counts bytes, not letters',
      "F|base64offset|contains: 'ö1'",
      ['', 'a', 'ab'].map((before) => ({ F: Buffer.from(`${before}ö1 end`).toString('base64') })),
      [0, 1, 2],
    ],
    ['utf16be', "F|utf16be|base64: 'ab'", [{ F: Buffer.from([0, 97, 0, 98]).toString('base64') }], [0]],
    [
      'utf16 has a mark',
      "F|utf16|base64: 'a'",
      [{ F: Buffer.from([0xff, 0xfe, 97, 0]).toString('base64') }],
      [0],
    ],
    [
      'minute to year',
      'T|hour: 3\n  T|minute: 4\n  T|day: 5\n  T|month: 6\n  T|year: 2024\n  T|week: 23',
      [
        { T: '2024-06-05T03:04:59.123456Z' },
        { T: '2024-06-05T05:04:00+02:00' },
        { T: '2024-06-05 03:04:00' },
        { T: 'x' },
      ],
      [0, 1, 2],
    ],
    [
      'keywords anywhere, not in names',
      "'|all': ['foo', 'b*r']",
      [{ x: [{ y: 'a FOO' }], z: 'bar' }, { foo: 'bar' }],
      [0],
    ],
    ['keywords by a pattern', "'|re': '^f.o$'", [{ x: 'foo' }, { x: 'a foo' }], [0]],
  ])('%s', (_, detection, events, expected) => {
    expect(matches(detection, events)).toEqual(expected)
  })

  test.each([
    ['a placeholder', "F|contains|expand: '%names%'", '%names%'],
    ['an unknown modifier', 'F|contians: a', 'no modifier "contians"'],
    ['a flag without re', 'F|i: a', 'belongs after "re"'],
    ['a number that is none', 'F|gt: abc', 'needs a number'],
    ['a network that is none', "F|cidr: '10.0.0.0/99'", 'is no network'],
    ['an encoding of wildcards', "F|base64: 'a*'", 'cannot encode'],
    ['a broken pattern', "F|re: '(a'", 'cannot be used'],
    ['looking ahead', "F|re: 'a(?=b)'", 'looking ahead'],
    ['exists without yes or no', 'F|exists: maybe', 'true or false'],
    ['a group as a value', 'F: {a: b}', 'A single value'],
    ['no value', 'F: []', 'no value'],
    ['an empty keyword', "'|all': ['']", 'keyword is empty'],
  ])('%s is refused, with its line', (_, item, said) => {
    const [first] = mistakes(rule(`sel:\n  ${item}\ncondition: sel`))
    expect(first).toContain(said)
    expect(first).toMatch(/^5: /)
  })
})

describe('conditions', () => {
  const selections = 'a_1: {A: 1}\na_2: {B: 1}\na_3: {C: 1}\n_x: {X: 1}\n'
  const events: Doc[] = [{ A: 1 }, { A: 1, B: 1 }, { A: 1, B: 1, C: 1 }, { X: 1 }, {}]
  test.each<[string, number[]]>([
    ['a_1 and not a_2', [0]],
    ['1 of a_*', [0, 1, 2]],
    ['any of them', [0, 1, 2]],
    ['all of them', [2]],
    ['2 of a_*', [1, 2]],
    ['NOT (a_1 OR _x)', [4]],
    ['a_1 or a_2 and a_3', [0, 1, 2]],
    ['not 1 of a_* and not _x', [4]],
    ['[a_3, _x]', [2, 3]],
  ])('%s', (condition, expected) => {
    expect(matches(`${selections}condition: ${condition}`, events)).toEqual(expected)
  })

  test.each([
    ['a_1 and', 'ends too early'],
    ['(a_1', 'not closed'],
    ['a_1 a_2', 'Unexpected "a_2"'],
    ['a_4', 'names "a_4"'],
    ['1 of b_*', 'No selection is named like'],
    ['5 of a_*', 'can never hold'],
    ['a_1 | count() > 5', 'no longer part'],
  ])('a mistake is told: %s', (condition, said) => {
    expect(mistakes(rule(`${selections}condition: ${condition}`)).join()).toContain(said)
  })

  test('every mistake of a rule is told at once', () => {
    expect(mistakes(rule('sel:\n  F|x: 1\n  G|y: 2\ncondition: sel and other'))).toHaveLength(3)
  })
})

test('a list of maps is any of them, with keywords between', () => {
  const detection = 'sel:\n  - A: 1\n    B: 2\n  - C: 3\n  - word\ncondition: sel'
  const events = [{ A: 1, B: 2 }, { A: 1 }, { C: 3 }, { x: 'a WORD' }]
  expect(matches(detection, events)).toEqual([0, 2, 3])
})

test('a filter takes out of a rule what it matches', () => {
  const text = `${rule('sel: {A: 1}\ncondition: sel').replace('title: t', 'title: t\nname: t')}---
title: f
logsource: {product: test}
filter:
  rules: [t]
  known: {B: 1}
  condition: known
`
  const { query } = parseSigma(text)
  const test = compilePredicate(query as never)
  expect([{ A: 1 }, { A: 1, B: 1 }].map(test)).toEqual([true, false])
})

describe('log sources', () => {
  const audit = (more: Doc): Doc => ({
    event: { dataset: 'o365.audit', action: 'added-user-account', provider: 'Exchange' },
    ...more,
  })
  test.each<[string, string, string, Doc[], number[]]>([
    [
      'm365 names its dataset, and the operation as the record had it',
      '{product: m365, service: audit}',
      "Operation: 'Add user.'",
      [audit({}), { Operation: 'Add user.' }],
      [0],
    ],
    [
      'lists of names and values are text',
      '{product: m365, service: audit}',
      "Parameters|contains: 'ForwardTo'",
      [audit({ o365: { audit: { Parameters: { ForwardTo: 'a@b' } } } })],
      [0],
    ],
    [
      'a risky state with or without underscores',
      '{product: azure, service: signinlogs}',
      'RiskState: atRisk',
      [
        {
          event: { dataset: 'azure.signinlogs' },
          azure: { signinlogs: { properties: { risk_state: 'atRisk' } } },
        },
      ],
      [0],
    ],
    [
      'what became of a sign-in',
      '{product: azure, service: signinlogs}',
      'Status: Failure',
      [{ event: { dataset: 'azure.signinlogs', outcome: 'failure' } }],
      [0],
    ],
    [
      'target resources by number',
      '{product: azure, service: auditlogs}',
      'TargetResources.ModifiedProperties.DisplayName: X',
      [
        {
          event: { dataset: 'azure.auditlogs' },
          azure: {
            auditlogs: {
              properties: {
                target_resources: { '0': { modified_properties: { '0': { display_name: 'x' } } } },
              },
            },
          },
        },
      ],
      [0],
    ],
    [
      'target resources as they were sent',
      '{product: azure, service: auditlogs}',
      'TargetResources.ModifiedProperties.DisplayName: X',
      [
        {
          event: { dataset: 'azure.auditlogs' },
          properties: { targetResources: [{ modifiedProperties: [{ displayName: 'x' }] }] },
        },
      ],
      [0],
    ],
    [
      'Windows, exported',
      '{product: windows, category: process_creation}',
      String.raw`Image|endswith: '\a.exe'`,
      [
        {
          Event: {
            System: { EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational' },
            EventData: { Image: String.raw`C:\A.exe` },
          },
        },
      ],
      [0],
    ],
    [
      'Windows, by winlogbeat',
      '{product: windows, category: process_creation}',
      String.raw`Image|endswith: '\a.exe'`,
      [
        {
          winlog: {
            channel: 'Security',
            event_id: 4688,
            event_data: { NewProcessName: String.raw`C:\A.exe` },
          },
        },
        {
          winlog: {
            channel: 'Security',
            event_id: 4624,
            event_data: { NewProcessName: String.raw`C:\A.exe` },
          },
        },
      ],
      [0],
    ],
    [
      'Windows, a service',
      '{product: windows, service: security}',
      'EventID: 4624',
      [
        { Channel: 'Security', EventID: '4624' },
        { Channel: 'System', EventID: 4624 },
      ],
      [0],
    ],
  ])('%s', (_, source, item, events, expected) => {
    expect(matches(item, events, source)).toEqual(expected)
  })

  test('an unknown one narrows nothing, and is told', () => {
    const { diagnostics } = parseSigma(rule('sel: {A: 1}\ncondition: sel', '{product: toaster}'))
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringContaining('toaster') }),
    ])
  })
})

test('what is written of a pattern is read back as it was', () => {
  const part = fc.oneof(
    fc.constantFrom<string | 0 | 1>(0, 1),
    fc.string({ unit: fc.constantFrom('\\', '*', '?', 'a'), minLength: 1 }),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const pattern: Pattern = []
      for (const one of parts) {
        const last = pattern.at(-1)
        if (typeof one === 'string' && typeof last === 'string') pattern[pattern.length - 1] = last + one
        else pattern.push(one)
      }
      expect(readPattern(writePattern(pattern))).toEqual(pattern)
    }),
    { numRuns: 1000 },
  )
})

describe('what tells rules apart', () => {
  const tell = (item: string, source: string, path: string) => {
    const { query } = parseSigma(rule(`sel:\n  ${item}\ncondition: sel`, source))
    return requiredValues(query as never, path)
  }
  test.each<[string, string, string, string[] | null]>([
    ['plain values', "Operation: ['New-InboxRule', b]", 'm365', ['new-inboxrule', 'b']],
    ['parts of values do not', 'Operation|contains: a', 'm365', null],
    ['other fields do not', 'Workload: a', 'm365', null],
  ])('%s', (_, item, product, expected) => {
    const found = tell(item, `{product: ${product}}`, 'sigma:m365:operation')
    expect(found && [...found]).toEqual(expected)
  })

  test('a Windows log source asks for its channels', () => {
    const found = tell('A: 1', '{product: windows, category: process_creation}', 'sigma:windows:channel')
    expect([...found!]).toEqual(['microsoft-windows-sysmon/operational', 'security'])
  })
})

test('no text makes the reader fail', () => {
  const words = [
    'detection:',
    'sel:',
    ' ',
    '\n',
    '- ',
    '|re: ',
    'F',
    'condition: ',
    '1 of ',
    '*',
    '(',
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    'correlation:',
    'type: temporal',
    'rules: [a]',
    'null',
    "'",
    '{',
    '}',
    'filter:',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (parts) => {
      const { query, diagnostics } = parseSigma(parts.join(''))
      expect(query !== null || diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('groups are merged, and too many aliases are told', () => {
  const merged = 'base: &base {A: 1}\nsel:\n  <<: *base\n  B: 2\ncondition: sel'
  expect(matches(merged, [{ A: 1, B: 2 }, { B: 2 }])).toEqual([0])
  const many = `a: &a {A: 1}\n${Array.from({ length: 101 }, (_, i) => `s${i}: *a`).join('\n')}\ncondition: 1 of s*`
  expect(mistakes(rule(many)).join()).toContain('aliases')
})
