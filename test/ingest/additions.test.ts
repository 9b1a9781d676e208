import { expect, test } from 'vitest'
import { addFields } from '../../server/ingest/additions.ts'
import type { Fields } from '../../server/domain/json.ts'

test.each<[string, Fields, string, Fields]>([
  ['nested, where there is nothing', {}, 'a.b.c', { a: { b: { c: 1 } } }],
  ['beside what is there', { a: { x: 2 } }, 'a.b', { a: { x: 2, b: 1 } }],
  ['not where a value is', { a: { b: 2 } }, 'a.b', { a: { b: 2 } }],
  ['not where a value is under a dotted key', { 'a.b': 2 }, 'a.b', { 'a.b': 2 }],
  [
    'as one key, where text stands in the way',
    { host: 'web1' },
    'host.name',
    { host: 'web1', 'host.name': 1 },
  ],
  ['in the place of null', { a: null }, 'a.b', { a: { b: 1 } }],
  ['whole, where a part has no name', {}, 'a..b', { 'a..b': 1 }],
  ['whole, where a part would change the object itself', {}, 'a.__proto__.b', { 'a.__proto__.b': 1 }],
  ['not at all under the name of the prototype', {}, '__proto__', {}],
])('a field is added %s', (_, fields, path, expected) => {
  const sent = structuredClone(fields)
  const added = { ...fields }
  addFields(added, [[path, 1]])
  expect(added).toEqual(expected)
  expect(fields).toEqual(sent)
  expect(({} as Fields)['b']).toBeUndefined()
})

test('empty values are not added', () => {
  const fields: Fields = {}
  addFields(fields, [
    ['a', ''],
    ['b', null],
    ['c', undefined],
    ['d', []],
  ])
  expect(fields).toEqual({})
})
