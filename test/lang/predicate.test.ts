import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePath, type Doc, type Json, leavesOf, valuesOf } from '../../server/lang/document.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { parseKql } from '../../server/lang/kql/parse.ts'
import { matchedFields } from '../../server/lang/matched.ts'
import { compilePredicate, type FieldType } from '../../server/lang/predicate.ts'
import { requiredValues } from '../../server/lang/required.ts'
import type { EventFilter } from '../../server/lang/tree.ts'
import { condition, kql, text } from './trees.ts'

const RUNS = Number(process.env['FC_RUNS'] ?? 1000)

const key = fc.constantFrom(
  'a',
  'b',
  'user',
  'name',
  'user.name',
  'x',
  'sequence',
  'event',
  'category',
  '@timestamp',
  '__proto__',
)
const { doc } = fc.letrec<{ doc: Doc; json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom(
      'alice',
      'process',
      '2026-01-01T00:00:00Z',
      '10.0.0.1',
      0,
      -1,
      2.5,
      1e300,
      true,
      false,
      null,
    ),
    fc.array(tie('json'), { maxLength: 3 }),
    tie('doc'),
  ),
  doc: fc.dictionary(key, tie('json'), { maxKeys: 5, noNullPrototype: true }),
}))

const filter: fc.Arbitrary<EventFilter> = fc.record({
  category: fc.constantFrom(null, 'process', 'alice'),
  where: fc.oneof(condition, kql),
})

const types = fc
  .dictionary(
    fc.constantFrom('a', 'b', 'user.name'),
    fc.constantFrom<FieldType>('date', 'version', 'ip', 'long', 'double'),
  )
  .map((record) => new Map(Object.entries(record)))

test('a predicate answers true or false for any document, and the order of its keys does not matter', () => {
  fc.assert(
    fc.property(filter, doc, types, (where, document, known) => {
      const matches = compilePredicate(where, { types: known })
      const answer = matches(document)
      expect(typeof answer).toBe('boolean')
      expect(matches(reversed(document) as Doc)).toBe(answer)
    }),
    { numRuns: RUNS },
  )
})

test('a document that meets a filter holds one of its required values', () => {
  fc.assert(
    fc.property(
      filter,
      doc,
      fc.constantFrom('a', 'b', 'user.name', 'event.category'),
      (where, document, path) => {
        const required = requiredValues(where, path)
        if (required === null || !compilePredicate(where)(document)) return
        const held = valuesOf(compilePath(path), document)
        expect(held.some((value) => typeof value === 'string' && required.has(value))).toBe(true)
      },
    ),
    { numRuns: RUNS * 2 },
  )
})

test('a pattern may be met below its field, so not even one without a wildcard requires a value there', () => {
  const { query } = parseEql('any where b like "x"')
  if (query?.kind !== 'event') throw new Error('not one event')
  expect(compilePredicate(query)({ b: { a: 'x' } })).toBe(true)
  expect(requiredValues(query, 'b')).toBeNull()
})

test('what is named as matched stands in the document', () => {
  fc.assert(
    fc.property(filter, doc, (where, document) => {
      const met = matchedFields(where, document)
      if (!compilePredicate(where)(document)) expect(met).toEqual([])
      // Under a nested key or a dotted one; of both in one document a path reads the nested one.
      const leaves = leavesOf(document).map(({ path, value }) => ({ field: path, value }))
      for (const one of met) {
        const read = valuesOf(compilePath(one.field), document).map((value) => ({ field: one.field, value }))
        expect([...read, ...leaves]).toContainEqual(one)
      }
    }),
    { numRuns: RUNS },
  )
})

const nestedOrDotted = fc.constantFrom<Doc>(
  { a: { b: { c: 1 } } },
  { 'a.b.c': 1 },
  { a: { 'b.c': 1 } },
  { 'a.b': { c: 1 } },
  { a: [{ b: { c: 1 } }, { b: null }] },
  { a: [[{ b: [{ c: [1] }] }]] },
  { a: { b: null }, 'a.b': { c: 1 } },
  { a: 'x', 'a.b': [{ c: 1 }] },
)

test('a path is read through objects, lists and dotted keys alike', () => {
  fc.assert(
    fc.property(nestedOrDotted, (document) => {
      expect(valuesOf(compilePath('a.b.c'), document)).toEqual([1])
      expect(valuesOf(compilePath('a.b.d'), document)).toEqual([])
    }),
  )
})

test.each(['constructor', '__proto__', 'toString.name', 'a.__proto__', 'a.hasOwnProperty'])(
  'the inherited %s of an object is no field',
  (path) => {
    expect(valuesOf(compilePath(path), { a: {} })).toEqual([])
    const own = JSON.parse(`{"a": {"__proto__": 1}, "__proto__": 2, "constructor": 3}`) as Doc
    if (path === '__proto__') expect(valuesOf(compilePath(path), own)).toEqual([2])
    if (path === 'a.__proto__') expect(valuesOf(compilePath(path), own)).toEqual([1])
  },
)

test('a document nested ten thousand deep is read without a stack overflow', () => {
  const deep = JSON.parse(`${'{"a":['.repeat(10_000)}1${']}'.repeat(10_000)}`) as Doc
  for (const query of ['any where a : "x*"', 'any where a.a.a == 1', 'any where concat(a, b) == "x"']) {
    const parsed = parseEql(query).query
    if (parsed?.kind === 'event') expect(compilePredicate(parsed)(deep)).toBe(false)
  }
  for (const query of ['word', 'a: x', 'a.*: x', 'a: { a: 1 }']) {
    const parsed = parseKql(query).query
    if (parsed?.kind === 'event') expect(compilePredicate(parsed)(deep)).toBe(false)
  }
})

test.each([
  ['version', '1.10.0', '>', '1.9.3'],
  ['version', '1.0.0-rc.1', '<', '1.0.0'],
  ['version', '1.0.0-rc.2', '<', '1.0.0-rc.10'],
  ['version', 'no version', '>', '99.0'],
  ['version', '1.2', '==', '1.2'],
  ['ip', '10.0.0.9', '<', '10.0.0.10'],
  ['ip', '10.1.2.3', '==', '10.0.0.0/8'],
  ['ip', '2001:db8::1', '==', '2001:0db8:0:0::1'],
  ['date', '2026-01-01T00:00:00.5Z', '>', '2026-01-01T00:00:00.499Z'],
  ['date', '2026-01-01', '==', '2026-01'],
  ['date', '2026-01-01T10:20:59Z', '==', '2026-01-01T10:20'],
  ['date', '2026-01-01T10:20:59Z', '<=', '2026-01-01T10'],
  ['date', '2026-01-01T10:20:00Z', '<', '2026-01-01T10:20:00.5Z'],
  ['date', '2024-02-29', '==', '2024-02-29T12:00:00+12:00'],
  ['date_nanos', '2026-01-01T00:00:00.000000001Z', '>', '2026-01-01T00:00:00.000Z'],
  ['date', 1767225600000, '==', '2026-01-01T00:00:00Z'],
  ['long', '9007199254740993', '>', 9007199254740992],
  ['double', '4', '==', 4],
] as [FieldType, Json, string, Json][])('a field of type %s: %j %s %j', (type, held, op, literal) => {
  const { query } = parseEql(`any where a.b ${op} ${JSON.stringify(literal)}`)
  const options = { types: new Map([['a.b', type]]) }
  if (query?.kind !== 'event') throw new Error('no event query')
  expect(compilePredicate(query, options)({ a: { b: held } })).toBe(true)
  expect(compilePredicate(query, options)({ a: {} })).toBe(false)
})

test('a whole double is divided as one', () => {
  const { query } = parseEql('any where a / 2 == 1.5')
  if (query?.kind !== 'event') throw new Error('no event query')
  expect(compilePredicate(query, { types: new Map([['a', 'double']]) })({ a: 3 })).toBe(true)
  expect(compilePredicate(query)({ a: 3 })).toBe(false)
})

test('an integer beyond 2^53 equals what JSON made of it', () => {
  const { query } = parseEql('any where a == 9007199254740993')
  if (query?.kind !== 'event') throw new Error('no event query')
  expect(compilePredicate(query)(JSON.parse('{"a": 9007199254740993}') as Doc)).toBe(true)
})

test('the category stands in another field if asked for', () => {
  const { query } = parseEql('start where true')
  if (query?.kind !== 'event') throw new Error('no event query')
  const matches = compilePredicate(query, { categoryField: 'event.type' })
  expect(matches({ event: { type: ['start', 'info'], category: 'process' } })).toBe(true)
  expect(matches({ event: { category: 'start' } })).toBe(false)
})

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const found: Doc = {}
  for (const name of Object.keys(value).toReversed()) {
    Object.defineProperty(found, name, {
      value: reversed(value[name]!),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return found
}
