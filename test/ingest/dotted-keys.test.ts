import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Fields, valuesAt } from '../../server/domain/json.ts'
import { nestDotted } from '../../server/ingest/dotted-keys.ts'

test.each<[string, Fields, Fields]>([
  ['one key', { 'host.hostname': 'web1' }, { host: { hostname: 'web1' } }],
  [
    'several with the same beginning',
    { 'a.b.c': 1, 'a.b.d': 2, 'a.e': 3, f: 4 },
    { a: { b: { c: 1, d: 2 }, e: 3 }, f: 4 },
  ],
  ['an object that is there already', { 'a.b': 1, a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  ['two objects', { 'a.b': { c: 1 }, a: { b: { d: 2 } } }, { a: { b: { c: 1, d: 2 } } }],
  ['a key under a text stays', { host: 'web1', 'host.ip': '::1' }, { host: 'web1', 'host.ip': '::1' }],
  ['a second value of one field stays', { a: { b: 1 }, 'a.b': 2 }, { a: { b: 1 }, 'a.b': 2 }],
  ['a list is a value', { a: [1], 'a.b': 2 }, { a: [1], 'a.b': 2 }],
  ['empty parts stay', { 'a..b': 1, '.c': 2, 'd.': 3, '.': 4 }, { 'a..b': 1, '.c': 2, 'd.': 3, '.': 4 }],
  ['a null in its place', { a: null, 'a.b': 1 }, { a: null, 'a.b': 1 }],
])('%s', (_, record, nested) => {
  const before = structuredClone(record)
  expect(nestDotted(record)).toEqual(nested)
  expect(record).toEqual(before)
})

test('a record without dots is the same object, and a prototype cannot be reached', () => {
  const plain = { a: { 'b.c': 1 } }
  expect(nestDotted(plain)).toBe(plain)
  const evil = JSON.parse('{"a.__proto__.polluted":1,"constructor.prototype.x":2}') as Fields
  const nested = nestDotted(evil)
  expect(nested['a.__proto__.polluted']).toBe(1)
  expect(({} as Record<string, unknown>)['polluted'] ?? ({} as Record<string, unknown>)['x']).toBeUndefined()
})

test('every path reads the same values as before', () => {
  const key = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
  const value = fc.oneof(
    fc.integer(),
    fc.constant(null),
    fc.dictionary(fc.constantFrom('a', 'b'), fc.integer()),
  )
  const record = fc.dictionary(
    key.map((parts) => parts.join('.')),
    value,
    { maxKeys: 5 },
  )
  fc.assert(
    fc.property(record, key, (fields, path) => {
      const read = (doc: Fields) =>
        valuesAt(doc, path.join('.'))
          .filter((found): found is number => typeof found === 'number')
          .sort((a, b) => a - b)
      expect(read(nestDotted(fields))).toEqual(read(fields))
    }),
  )
})
