import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { BacktestView, ComparedAlert, RuleView } from '../../server/domain/api.ts'
import { originOf, ruleLine } from '../../client/src/text/rule.ts'
import { changedRule, numberChanges, ruleNumbers } from '../../client/src/text/rule-numbers.ts'
import { pace, perDay, trialRows, verdict } from '../../client/src/text/trial.ts'
import { topScalar, withoutTopScalar, withTopScalar } from '../../client/src/text/yaml-scalar.ts'

const FILE = `# ours
name: Mine
severity: high # for now
query: |
  any where name: true
tags: [a]
`

test('a setting is changed in its line; comments and everything else stay', () => {
  expect(withTopScalar(FILE, 'severity', 'low')).toBe(FILE.replace('high #', 'low #'))
  expect(withTopScalar(FILE, 'enabled', false)).toBe(`enabled: false\n${FILE}`)
  expect(withoutTopScalar(FILE, 'name')).toBe(FILE.replace('name: Mine\n', ''))
  expect(withoutTopScalar(FILE, 'query')).toBe(FILE)
  expect(topScalar(FILE, 'query')).toBeNull()
  expect(topScalar(FILE, 'tags')).toBeNull()
  expect(topScalar("name: 'it''s'", 'name')).toBe("it's")
})

test('whatever name is typed, YAML and this page read it as it was typed', () => {
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom('true', 'no', '1', 'a: b', 'a #b', '- a', 'x ', '"', "'", '~', 'a\u2028b', 'True', ''),
  )
  fc.assert(
    fc.property(words, (name) => {
      const text = withTopScalar(FILE, 'name', name)
      expect((parse(text) as { name: unknown }).name).toBe(name)
      expect(topScalar(text, 'name') ?? '').toBe(name)
      expect(withTopScalar(text, 'name', 'Mine')).toBe(FILE)
    }),
  )
})

const RULE = {
  id: 'r',
  version: 3,
  builtIn: true,
  warnings: [],
  kind: 'threshold',
  entity: 'user.email',
  query: 'any where true',
  severity: 'high',
  author: [],
  threshold: { by: ['user.email'], more_than: 50, within: '1h', distinct: [] },
} as unknown as RuleView

test('only numbers that differ are sent, and tried out in the rule as it is', () => {
  expect(ruleNumbers(RULE).map((one) => `${one.block}.${one.key}`)).toEqual([
    'threshold.more_than',
    'threshold.within',
  ])
  expect(numberChanges(RULE, { 'threshold.more_than': '50', 'threshold.within': ' 2h ' })).toEqual({
    threshold: { within: '2h' },
  })
  // What is no number is sent as it was typed: the server says what is wrong with it.
  expect(numberChanges(RULE, { 'threshold.more_than': 'many' })).toEqual({ threshold: { more_than: 'many' } })
  const tried = changedRule(RULE, { severity: 'low', threshold: { more_than: 80 } })
  expect(tried).toMatchObject({ severity: 'low', threshold: { more_than: 80, within: '1h' } })
  expect(Object.keys(tried)).not.toContain('version')
})

test.each<[string, Partial<RuleView>, string]>([
  ['a threshold', {}, 'More than 50 events in 1h, per user.email'],
  [
    'different values',
    { threshold: { by: ['source.ip'], at_least: 10, within: '1h', distinct: ['user.email'] } },
    '10 or more different user.email in 1h, per source.ip',
  ],
  [
    'a sequence',
    {
      threshold: undefined,
      kind: 'sequence',
      query: 'sequence by a with maxspan = 4h [x where true]',
    } as never,
    'One after another within 4h, per user.email',
  ],
])('%s in a few words', (_, change, words) => {
  expect(ruleLine({ ...RULE, ...change })).toBe(words)
})

test('a rule that keeps an author came from elsewhere', () => {
  expect(originOf(RULE)).toBe('built-in')
  expect(originOf({ builtIn: false, author: ['Someone'] })).toBe('imported')
  expect(originOf({ builtIn: false, author: [] })).toBe('own')
})

const closed = (closeReason: ComparedAlert['closeReason']) =>
  ({ status: 'closed', closeReason, firstSeen: '2026-11-24T12:00:00Z' }) as ComparedAlert

test('a trial is told by what changes and by what people decided', () => {
  const lost = [closed('secured'), closed('rule_too_broad'), closed('expected')]
  const kept = [closed('expected'), { ...closed(null), status: 'open' } as ComparedAlert]
  const found: BacktestView = { alerts: kept, new: [], lost, kept, events: 5, tookMs: 1 }
  expect(trialRows(found).map((row) => row.change)).toEqual(['lost', 'lost', 'lost', 'kept', 'kept'])
  expect(verdict(found)).toBe(
    'It loses 2 alerts that you closed as false, loses 1 alert that you closed as real, keeps 1 alert that you closed as false.',
  )
  expect(verdict({ ...found, lost: [], kept: [] })).toBe('')
  expect(perDay(found, 3, Date.parse('2026-11-25T13:00:00Z'))).toEqual([0, 2, 0])
})

test.each([
  [0, 'none in 30 days'],
  [3, '1 in 10 days'],
  [30, '1 a day'],
  [75, '2.5 a day'],
])('%i alerts in 30 days are %s', (count, words) => {
  expect(pace(count, 30)).toBe(words)
})
