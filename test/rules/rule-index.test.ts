import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import type { Fields } from '../../server/domain/json.ts'
import { match } from '../../server/detect/match.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { CASES, compile, event, makeRule, T0 } from '../support/detection.ts'

const CONDITIONS = [
  'any where event.action == "a"',
  'any where event.action in ("a", "b") and event.outcome == "success"',
  'authentication where event.dataset == "x"',
  'any where event.dataset == "x" or event.dataset == "y"',
  'any where event.dataset == "x" or event.action == "c"',
  'any where not event.action == "a"',
  'any where event.action != "b" and event.dataset == "y"',
  'any where event.action : "A*"',
  'any where event.action like~ "a"',
  'web where true',
  'any where true',
]
const RULES = CONDITIONS.map((query, i) => compile(makeRule({ id: `r${i}`, kind: 'query', query })))

const events = fc
  .record({
    action: fc.constantFrom('a', 'b', 'c', 'A', undefined),
    dataset: fc.constantFrom('x', 'y', 'z'),
    outcome: fc.constantFrom('success', 'failure', undefined),
    category: fc.subarray(['authentication', 'web', 'iam']),
    more: fc.constantFrom<Fields>(
      {},
      { event: { action: ['a', 'b', 'c'], dataset: 'x', outcome: 'success' } },
    ),
  })
  .map(({ action, outcome, ...rest }) =>
    event({ at: T0, id: 'e', ...rest, ...(action ? { action } : {}), ...(outcome ? { outcome } : {}) }),
  )

test('an event matches the same rules over the index as over all of them', () => {
  const index = buildIndex(RULES)
  fc.assert(
    fc.property(events, (one) => {
      const all = RULES.filter(({ steps }) => steps[0]!.matches(one.fields)).map(({ rule }) => rule.id)
      const hits = match(one, index).map(({ rule }) => rule)
      expect(hits.toSorted()).toEqual(all.toSorted())
    }),
    { numRuns: CASES },
  )
})

test('an event meets only the rules that could match it', () => {
  const rules = Array.from({ length: 300 }, (_, i) =>
    compile(makeRule({ id: `r${i}`, kind: 'query', query: `any where event.action == "action-${i}"` })),
  )
  const index = buildIndex(rules)
  const met = index.candidates(event({ at: T0, action: 'action-7' })).map(({ compiled }) => compiled.rule.id)
  expect(met).toEqual(['r7'])
})

test('a step and its copies are met once', () => {
  const query = 'sequence [any where event.action == "a"] with runs=5 [any where event.action == "a"]'
  const index = buildIndex([compile(makeRule({ kind: 'sequence', query }))])
  expect(match(event({ at: T0, action: 'a' }), index).map(({ step }) => step)).toEqual([0, 5])
})

test('a rule that fails on an event loses that event alone', () => {
  const [good] = RULES as [CompiledRule]
  const step = { ...good.steps[0]!, matches: (): boolean => fail() }
  const bad: CompiledRule = { ...good, rule: { ...good.rule, id: 'bad' }, steps: [step] }
  const told: LogEvent = event({ at: T0, action: 'a' })
  const errors: string[] = []
  const hits = match(told, buildIndex([bad, good]), (rule) => errors.push(rule))
  expect(hits.map(({ rule }) => rule)).toEqual(['r0'])
  expect(errors).toEqual(['bad'])
})

function fail(): never {
  throw new Error('unlucky')
}
