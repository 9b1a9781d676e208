import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fields, Json } from '../../server/domain/json.ts'
import { mergeVersions } from '../../server/ingest/merge.ts'
import { diagnostic, graph, one } from './records.ts'

const merge = (a: Fields, b: Fields): Fields => mergeVersions(a, b) ?? a
const runs = { numRuns: Number(process.env['VEDETTE_PROPERTY_RUNS'] ?? 1000) }

// Few keys and few values, so that versions meet in the same places; the keys with rules of their own among them.
const texts = [
  '',
  'hidden',
  'none',
  'low',
  'medium',
  'high',
  'atRisk',
  'dismissed',
  'confirmedSafe',
  'a',
  'bb',
]
const scalars = [...texts, null, 0, 1, 50126, '0', '50126', 'x1', true, false]
const scalar = fc.constantFrom<Json>(...scalars)
const keys = [
  'risk_level_during_signin',
  'risk_state',
  'is_risky',
  'error_code',
  'result_type',
  'geo',
  'location',
]
const key = fc.constantFrom(...keys, 'id', 'a')
const { fields } = fc.letrec<{ value: Json; fields: Fields }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('fields'),
  ),
  fields: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}))

describe('merging is a join', () => {
  test('in either order the same document', () => {
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        expect(merge(a, b)).toEqual(merge(b, a))
      }),
      runs,
    )
  })

  test('in any grouping the same document', () => {
    fc.assert(
      fc.property(fields, fields, fields, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
      }),
      runs,
    )
  })

  test('what is known adds nothing', () => {
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        expect(mergeVersions(a, a)).toBeNull()
        expect(mergeVersions(merge(a, b), a)).toBeNull()
        expect(mergeVersions(merge(a, b), b)).toBeNull()
      }),
      runs,
    )
  })

  test('neither version is changed', () => {
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const before = JSON.stringify([a, b])
        mergeVersions(a, b)
        expect(JSON.stringify([a, b])).toBe(before)
      }),
      runs,
    )
  })
})

test.each<[string, Fields, Fields, Fields]>([
  ['filled over null', { a: null }, { a: 'x' }, { a: 'x' }],
  ['filled over empty', { a: '' }, { a: 0 }, { a: 0 }],
  ['anything over hidden', { risk_state: 'hidden' }, { risk_state: 'none' }, { risk_state: 'none' }],
  [
    'the highest risk level',
    { risk_level_during_signin: 'medium' },
    { risk_level_during_signin: 'none' },
    { risk_level_during_signin: 'medium' },
  ],
  [
    'the most decided state',
    { risk_state: 'atRisk' },
    { risk_state: 'dismissed' },
    { risk_state: 'dismissed' },
  ],
  [
    'compromise over safety',
    { risk_state: 'confirmedSafe' },
    { risk_state: 'confirmedCompromised' },
    { risk_state: 'confirmedCompromised' },
  ],
  ['risky wins', { is_risky: true }, { is_risky: false }, { is_risky: true }],
  ['a success over an interruption', { error_code: 50140 }, { error_code: 0 }, { error_code: 0 }],
  ['the longer text', { a: 'short' }, { a: 'longer' }, { a: 'longer' }],
  ['lists united', { a: ['x', 'y'] }, { a: ['z', 'x'] }, { a: ['x', 'y', 'z'] }],
  [
    'entries with one id joined',
    { a: [{ id: '1', result: 'success' }] },
    { a: [{ id: '1', display_name: 'Policy' }] },
    { a: [{ id: '1', result: 'success', display_name: 'Policy' }] },
  ],
  [
    'a place from one of them',
    { geo: { location: { lat: 1, lon: 9 } } },
    { geo: { city_name: 'Leeds', location: { lat: 2, lon: 8 } } },
    { geo: { city_name: 'Leeds', location: { lat: 2, lon: 8 } } },
  ],
])('%s', (_, a, b, expected) => {
  expect(merge(a, b)).toEqual(expected)
  expect(merge(b, a)).toEqual(expected)
})

describe('one sign-in, told by two feeds', () => {
  const told = { dataset: 'azure.signinlogs' }

  test('both copies have one id and merge to one document in either order', () => {
    const first = one(diagnostic(), told)
    const second = one(graph(), told)
    expect(second.id).toBe(first.id)
    const merged = merge(first.fields, second.fields)
    expect(merge(second.fields, first.fields)).toEqual(merged)
    expect(merged).toMatchObject({
      '@timestamp': '2026-06-01T08:30:15.123Z',
      azure: {
        signinlogs: {
          properties: {
            risk_level_during_signin: 'high',
            risk_level_during_sign_in: 'high',
            user_type: 'Member',
            autonomous_system_number: 20712,
          },
        },
      },
    })
  })

  test('the same copy again adds nothing, and neither does one that says less', () => {
    const full = one(diagnostic()).fields
    expect(mergeVersions(full, one(diagnostic()).fields)).toBeNull()
    const less = one(
      diagnostic({}, { riskState: 'hidden', userAgent: null, riskLevelDuringSignIn: 'none' }),
    ).fields
    expect(mergeVersions(full, less)).toBeNull()
  })

  test('risk that is found later is an update', () => {
    const calm = one(diagnostic({}, { riskState: 'none', riskLevelDuringSignIn: 'none' })).fields
    const merged = mergeVersions(calm, one(diagnostic()).fields)
    expect(merged).toMatchObject({ azure: { signinlogs: { properties: { risk_state: 'atRisk' } } } })
  })
})
