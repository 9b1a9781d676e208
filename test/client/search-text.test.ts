import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withClause } from '../../client/src/text/query-clause.ts'
import { fieldSuggestions, spotAt, valueSuggestions } from '../../client/src/text/suggest.ts'
import { rangeWords, readWhen, wider } from '../../client/src/text/when.ts'
import type { Fields } from '../../server/domain/json.ts'
import { compileRule } from '../../server/rules/compile.ts'
import { makeRule } from '../support/detection.ts'

/** Whether a query, as the server reads it, takes an event with these fields. */
function finds(language: 'eql' | 'kql', query: string, fields: Fields): boolean {
  const { compiled, diagnostics } = compileRule(makeRule({ kind: 'query', language, query }))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(errors, query).toEqual([])
  return compiled!.steps[0]!.matches(fields)
}

const texts = fc.string({ unit: 'grapheme', maxLength: 20 })
const hostile = fc.constantFrom(
  '"',
  '\\',
  'a"b\\',
  '*',
  '?',
  'or',
  ') or (',
  '\n',
  '\t',
  "'",
  '\u202e',
  '{x}',
  '-',
  ' ',
)
const values = fc.oneof(
  texts,
  hostile,
  fc.tuple(hostile, texts, hostile).map((parts) => parts.join('')),
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.boolean(),
)

test.each(['eql', 'kql'] as const)(
  'a value added to a query in %s is found again, and excluded again',
  (language) => {
    fc.assert(
      fc.property(values, values, (value, other) => {
        const fields = { event: { category: ['email'] }, x: { value: value } } as unknown as Fields
        const begin =
          language === 'eql'
            ? 'any where event.category == "email" or event.category == "web"'
            : 'event.category: email or event.category: web'
        for (const query of ['', begin]) {
          const only = withClause(language, query, { field: 'x.value', value, exclude: false })!
          const without = withClause(language, query, { field: 'x.value', value, exclude: true })!
          // A blank text is no value to KQL.
          if (value === '' && language === 'kql') return
          expect(finds(language, only, fields), only).toBe(true)
          expect(finds(language, without, fields), without).toBe(false)
          const differs =
            String(other).toLowerCase() !== String(value).toLowerCase() && typeof other === typeof value
          if (!differs || language === 'kql') continue
          const another = { event: { category: ['email'] }, x: { value: other } } as unknown as Fields
          expect(finds(language, only, another), only).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  },
)

test.each([
  ['kql', 'user.em', 'field', 'user.em'],
  ['kql', 'a: b and ev', 'field', 'ev'],
  ['kql', 'event.action: Se', 'value', 'Se'],
  ['kql', 'event.action: "Se', 'value', 'Se'],
  ['eql', 'any where event.action == "Se', 'value', 'Se'],
  ['eql', 'any where user', 'field', 'user'],
] as const)('in %s, %j asks for a %s', (language, text, kind, typed) => {
  expect(spotAt(language, text, text.length)).toMatchObject({ kind, typed })
})

test('inside a text that belongs to no field nothing is offered', () => {
  expect(spotAt('eql', 'any where wildcard(a, "x', 24)).toBeNull()
})

test('fields that begin so come before those that hold it, and values are quoted', () => {
  const fields = ['event.action', 'source.ip', 'o365.event'].map((path) => ({ path, datasets: ['a'] }))
  expect(fieldSuggestions('kql', 'ev', fields, 9).map(({ put }) => put)).toEqual([
    'event.action: ',
    'o365.event: ',
  ])
  expect(
    valueSuggestions(
      'eql',
      '',
      [
        { value: 'a"b', count: 1 },
        { value: 3, count: 2 },
      ],
      9,
    ),
  ).toEqual([
    { put: '"a\\"b" ', note: '1 event', kind: 'value' },
    { put: '3 ', note: '2 events', kind: 'value' },
  ])
})

test.each([
  ['-3h', 'now-3h'],
  ['now-30d', 'now-30d'],
  ['15 min', 'now-15m'],
  ['now', 'now'],
  ['', ''],
  ['2026-02-30', null],
  ['soon', null],
  ['2026-11-25T14:00:00Z', '2026-11-25T14:00:00.000Z'],
])('the time %j is read as %j', (typed, expected) => expect(readWhen(typed)).toBe(expected))

test('a range is told in words, and a wider one is known', () => {
  expect(rangeWords('now-24h', '', String)).toBe('Last 24 hours')
  expect(rangeWords('a', 'b', String)).toBe('a to b')
  expect(wider('now-24h')?.title).toBe('Last 7 days')
  expect(wider('')).toBeNull()
})
