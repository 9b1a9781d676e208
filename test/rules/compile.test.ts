import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import type { Rule } from '../../server/domain/rule.ts'
import { match } from '../../server/detect/match.ts'
import { compileRule } from '../../server/rules/compile.ts'
import { completingStep } from '../../server/rules/compiled.ts'
import { readRule } from '../../server/rules/rule-file.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { BULK, compile, event, makeRule, SPRAY, T0, TRAVEL } from '../support/detection.ts'

const where = 'any where true'

test.each<[string, Partial<Rule> & Pick<Rule, 'kind' | 'query'>, number, number]>([
  ['a single event', { kind: 'query', query: where }, 0, HOUR],
  [
    'a sequence',
    { kind: 'sequence', query: `sequence with maxspan=4h [${where}] [${where}]` },
    4 * HOUR,
    4 * HOUR,
  ],
  [
    'a sequence without maxspan',
    { kind: 'sequence', query: `sequence [${where}] [${where}]` },
    Infinity,
    DAY,
  ],
])('%s has its window and gap', (_, rule, window, gap) => {
  expect(compile(makeRule(rule))).toMatchObject({ window, gap })
})

test('runs are copies of one step', () => {
  const query = `sequence [${where}] with runs=3 [any where event.action == "b"]`
  const { steps } = compile(makeRule({ kind: 'sequence', query }))
  expect(steps).toHaveLength(4)
  expect(steps[2]!.filter).toBe(steps[0]!.filter)
  expect(steps[3]!.filter).not.toBe(steps[0]!.filter)
})

test.each<[string, Partial<Rule>, number]>([
  ['until', { query: `sequence with maxspan=1h [${where}] [${where}] until [${where}]` }, 90 * MINUTE],
  ['until without maxspan', { query: `sequence [${where}] [${where}] until [${where}]` }, 90 * MINUTE],
  ['a missing event before', { query: `sequence with maxspan=1h ![${where}] [${where}]` }, 90 * MINUTE],
  [
    'a missing event at the end, whose time must be over',
    { query: `sequence with maxspan=1h [${where}] ![${where}]` },
    HOUR + 90 * MINUTE,
  ],
  [
    'its own lateness',
    { query: `sequence with maxspan=1h [${where}] ![${where}]`, lateness: 5 * MINUTE },
    HOUR + 5 * MINUTE,
  ],
])('a sequence that something can undo waits for late logs: %s', (_, rule, wait) => {
  const compiled = compile(makeRule({ kind: 'sequence', query: '', ...rule }))
  expect(compiled.negation?.wait).toBe(wait)
  expect(match(event({ at: T0 }), buildIndex([compiled])).every(({ due }) => due === T0 + wait)).toBe(true)
})

test('its steps are the slots of the query, then until; the last that is not negated completes it', () => {
  const query = `sequence with maxspan=1h [${where}] with runs=2 ![any where event.action == "m"]
    [any where event.action == "b"] ![any where event.action == "n"] until [any where event.action == "u"]`
  const compiled = compile(makeRule({ kind: 'sequence', query }))
  const missing = 'missing'
  expect(compiled.steps.map(({ negates }) => negates)).toEqual([
    undefined,
    undefined,
    missing,
    undefined,
    missing,
    'until',
  ])
  expect(completingStep(compiled)).toBe(3)
  const steps = match(event({ at: T0, action: 'u' }), buildIndex([compiled])).map(({ step }) => step)
  expect(new Set(steps)).toEqual(new Set([0, 5]))
})

test('a sequence that nothing can undo waits for nothing, and says that a lateness has no effect', () => {
  const rule = makeRule({
    kind: 'sequence',
    query: `sequence with maxspan=1h [${where}] [${where}]`,
    lateness: HOUR,
  })
  const { compiled, diagnostics } = compileRule(rule)
  expect(compiled).not.toHaveProperty('negation')
  expect(diagnostics).toMatchObject([{ severity: 'warning', message: expect.stringContaining('lateness') }])
})

test('a sample is refused with its place, the reason and what to do instead', () => {
  const query = `sample by user.email [${where}] [${where}]`
  expect(compileRule(makeRule({ kind: 'sequence', query }))).toEqual({
    compiled: null,
    diagnostics: [
      {
        severity: 'error',
        line: 1,
        column: 22,
        length: expect.any(Number),
        message: expect.stringContaining('no limit of time'),
        hint: expect.stringContaining('sequence with maxspan'),
      },
    ],
  })
  const { diagnostics } = readRule({ value: { name: 'x', language: 'eql', query } }, { builtIn: false })
  expect(diagnostics).toMatchObject([{ severity: 'error', field: 'query' }])
})

test.each([
  ['a single event', 'query', `${where} | head 5`, 18],
  ['a sequence', 'sequence', `sequence with maxspan=1h [${where}] [${where}] | tail 1`, 62],
] as const)('a pipe has no effect in a rule, and says so with its place: %s', (_, kind, query, column) => {
  const { compiled, diagnostics } = compileRule(makeRule({ kind, query }))
  expect(compiled).not.toBeNull()
  expect(diagnostics).toMatchObject([
    { severity: 'warning', line: 1, column, message: expect.stringContaining('no effect') },
  ])
})

test('a mistake in the query is answered with its place, and no rule', () => {
  const { compiled, diagnostics } = compileRule(makeRule({ kind: 'query', query: 'any where a ==' }))
  expect(compiled).toBeNull()
  expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
})

test('KQL ends in the same place', () => {
  const rule = makeRule({ kind: 'query', language: 'kql', query: 'event.action: Send' })
  const [step] = compile(rule).steps
  expect(step!.matches(event({ at: T0, action: 'Send' }).fields)).toBe(true)
  expect(step!.matches(event({ at: T0, action: 'Receive' }).fields)).toBe(false)
})

test.each<[string, string, Parameters<typeof event>[0], unknown[][]]>([
  ['one field', 'sequence by user.email', { at: T0, user: 'Ann@example.org' }, [['ann@example.org']]],
  ['a field that is not there', 'sequence by source.ip', { at: T0 }, []],
  ['an optional field that is not there', 'sequence by ?source.ip', { at: T0 }, [[null]]],
  ['an array: each value', 'sequence by tags', { at: T0, more: { tags: ['a', 'b', 'a'] } }, [['a'], ['b']]],
  [
    'two arrays: each pair',
    'sequence by tags, labels',
    { at: T0, more: { tags: ['a', 'b'], labels: [1, '1'] } },
    [
      ['a', 1],
      ['a', '1'],
      ['b', 1],
      ['b', '1'],
    ],
  ],
  ['no field: one group', 'sequence', { at: T0 }, [[]]],
  [
    'a null or empty value never joins',
    'sequence by user.email',
    { at: T0, more: { user: { email: '' } } },
    [],
  ],
  [
    'a user.name that holds an address: its local part',
    'sequence by user.name',
    { at: T0, more: { user: { name: 'Ann@x.example' } } },
    [['ann']],
  ],
])('keys of %s', (_, head, sketch, keys) => {
  const compiled = compile(makeRule({ kind: 'sequence', query: `${head} [any where true] [any where true]` }))
  expect(compiled.steps[0]!.keys(event(sketch))).toEqual(keys)
})

test.each<[string, string, Parameters<typeof event>[0], unknown[]]>([
  ['the account', 'user.email', { at: T0, user: 'Ann@example.org' }, ['ann@example.org']],
  ['the address', 'source.ip', { at: T0, user: 'ann@example.org', ip: '192.0.2.1' }, ['192.0.2.1']],
  ['else the account', 'source.ip', { at: T0, user: 'ann@example.org' }, ['ann@example.org']],
  ['else the address', 'user.email', { at: T0, ip: '192.0.2.1' }, ['192.0.2.1']],
  ['else the host', 'user.email', { at: T0, more: { host: { name: 'web1' } } }, ['web1']],
  ['else all together', 'user.email', { at: T0 }, []],
  [
    'whole addresses by name too, so that namesakes stay apart',
    'user.name',
    { at: T0, user: 'ann@x.example' },
    ['ann@x.example'],
  ],
])('single events are grouped by %s', (_, entity, sketch, key) => {
  const { steps } = compile(makeRule({ kind: 'query', query: where, entity }))
  expect(steps[0]!.keys(event(sketch))).toEqual([key])
})

test('a count carries the record and the distinct values, account fields lower-cased', () => {
  const told = event({ at: T0, id: 'a', record: 'r', user: 'Ann@example.org', ip: '192.0.2.1' })
  expect(BULK.steps[0]!.value(told)).toEqual({ record: 'r', distinct: [null] })
  expect(SPRAY.steps[0]!.value(told)).toEqual({
    record: 'r',
    distinct: ['["ann@example.org"]', '["ann@example.org"]'],
  })
})

test.each([
  [
    'coordinates',
    { location: { lat: 52.5, lon: 13.4 }, city_name: 'Berlin', country_name: 'Germany' },
    { lat: 52.5, lon: 13.4, radiusKm: 0, place: 'Berlin, Germany' },
  ],
  ['coordinates as text', { location: '52.5,13.4' }, { lat: 52.5, lon: 13.4, radiusKm: 0, place: null }],
  [
    'coordinates as GeoJSON',
    { location: { type: 'Point', coordinates: [13.4, 52.5] } },
    { lat: 52.5, lon: 13.4 },
  ],
  ['coordinates as a pair', { location: [13.4, 52.5] }, { lat: 52.5, lon: 13.4 }],
  ['a country by name', { country_name: 'Germany' }, { place: 'Germany' }],
  ['a country by code', { country_iso_code: 'DE' }, { place: 'DE' }],
])('a stay is told by %s', (_, geo, expected) => {
  const told = event({ at: T0, user: 'ann@example.org', more: { source: { geo } } })
  expect(TRAVEL.steps[0]!.keys(told)).toEqual([['ann@example.org']])
  expect(TRAVEL.steps[0]!.value(told)).toMatchObject(expected)
})

test.each([
  ['no place', {}],
  ['nowhere', { location: { lat: 0, lon: 0 } }],
  ['off the globe', { location: { lat: 123, lon: 13 } }],
  ['an unknown country', { country_name: 'Atlantis' }],
])('%s is no stay', (_, geo) => {
  const told = event({ at: T0, user: 'ann@example.org', more: { source: { geo } } })
  expect(TRAVEL.steps[0]!.keys(told)).toEqual([])
})
