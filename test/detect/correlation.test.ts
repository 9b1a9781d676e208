import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { RuleEvent } from '../../server/domain/event.ts'
import { keyValues } from '../../server/domain/hit.ts'
import type { Fields } from '../../server/domain/json.ts'
import { kindOf } from '../../server/detect/kinds/index.ts'
import { match } from '../../server/detect/match.ts'
import { checkRule } from '../../server/rules/check-rule.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { T0 } from '../support/detection.ts'

const folder = new URL('../../../shared/conformance/sigma/correlation.json', import.meta.url)
const isThere = existsSync(folder)

type Case = {
  name: string
  rule: string
  events: ({ '@timestamp': string } & Fields)[]
  firesFor: Fields[]
  doesNotFireFor: Fields[]
}

function logOf(n: number, time: number, fields: Fields): RuleEvent {
  const [dataset, index, source] = ['generic', 'logs-generic-default', 'test']
  return {
    id: `e${n}`,
    identity: `e${n}`,
    time,
    receivedAt: time,
    dataset,
    index,
    source,
    category: [],
    fields,
    drill: null,
    ownTime: true,
  }
}

/** The groups for which a Sigma text fires, as the values of its keys; and the kind that the rule became. */
function fire(text: string, events: readonly { time: number; fields: Fields }[]) {
  const { compiled, diagnostics } = checkRule(
    { value: { name: 'r', language: 'sigma', query: text } },
    { builtIn: false },
  )
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const index = buildIndex([compiled])
  const hits = events.flatMap(({ time, fields }, i) => match(logOf(i, time, fields), index))
  const groups = Map.groupBy(hits, ({ key }) => key)
  const fired = [...groups].filter(([, own]) => kindOf(compiled).completions(compiled, own).length > 0)
  return {
    kind: compiled.rule.kind,
    fired: fired.map(([key]) => keyValues(key)),
    waits: compiled.negation !== undefined,
  }
}

describe.skipIf(!isThere)('Sigma correlations (skipped where ../shared/conformance/sigma is absent)', () => {
  const { cases } = (isThere ? JSON.parse(readFileSync(folder, 'utf8')) : { cases: [] }) as { cases: Case[] }

  test.each(cases)('$name', ({ rule, events, firesFor, doesNotFireFor }) => {
    const timed = events.map(({ '@timestamp': time, ...fields }) => ({ time: Date.parse(time), fields }))
    const { fired } = fire(rule, timed)
    for (const group of firesFor) expect(fired).toContainEqual(Object.values(group))
    for (const group of doesNotFireFor) expect(fired).not.toContainEqual(Object.values(group))
  })
})

const DETECTION = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: test}\ndetection:\n  sel: {op: ${name}}\n  condition: sel\n`
const correlate = (body: string, ...names: string[]) =>
  [`title: c\ncorrelation:\n${body.replaceAll(/^/gm, '  ')}\n`, ...names.map(DETECTION)].join('---\n')
const at = (minute: number, op: string, fields: Fields = {}) => ({
  time: T0 + minute * 60_000,
  fields: { op, user: 'a', ...fields },
})
const burst = (n: number, op = 'fail', fields: Fields = {}) =>
  Array.from({ length: n }, (_, i) => at(i, op, fields))

describe('every type of correlation', () => {
  test.each<[string, string, string[], { time: number; fields: Fields }[], string, boolean]>([
    [
      'counts with a lower bound',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {gt: 2}',
      ['fail'],
      burst(3),
      'threshold',
      true,
    ],
    [
      'counts events of several rules together',
      'type: event_count\nrules: [fail, ok]\ngroup-by: [user]\ntimespan: 1h\ncondition: {gte: 2}',
      ['fail', 'ok'],
      [at(0, 'fail'), at(1, 'ok')],
      'threshold',
      true,
    ],
    [
      'counts within a range',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {gte: 3, lte: 5}',
      ['fail'],
      burst(4),
      'correlation',
      true,
    ],
    [
      'counts beyond a range',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {gte: 3, lte: 5}',
      ['fail'],
      burst(7),
      'correlation',
      false,
    ],
    [
      'counts fewer than',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {lt: 3}',
      ['fail'],
      burst(2),
      'correlation',
      true,
    ],
    [
      'counts no fewer than',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {lt: 3}',
      ['fail'],
      burst(3),
      'correlation',
      false,
    ],
    [
      'counts exactly',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {eq: 3}',
      ['fail'],
      burst(3),
      'correlation',
      true,
    ],
    [
      'counts something else',
      'type: event_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {neq: 3}',
      ['fail'],
      burst(3),
      'correlation',
      false,
    ],
    [
      'distinct values',
      'type: value_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: ip, gte: 2}',
      ['fail'],
      [at(0, 'fail', { ip: '1' }), at(1, 'fail', { ip: '2' })],
      'threshold',
      true,
    ],
    [
      'distinct pairs',
      'type: value_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: [ip, app], gte: 2}',
      ['fail'],
      [at(0, 'fail', { ip: '1', app: 'x' }), at(1, 'fail', { ip: '1', app: 'y' })],
      'threshold',
      true,
    ],
    [
      'few distinct values',
      'type: value_count\nrules: [fail]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: ip, lte: 1}',
      ['fail'],
      burst(3, 'fail', { ip: '1' }),
      'correlation',
      true,
    ],
    [
      'in any order',
      'type: temporal\nrules: [fail, ok]\ngroup-by: [user]\ntimespan: 1h',
      ['fail', 'ok'],
      [at(0, 'ok'), at(59, 'fail')],
      'correlation',
      true,
    ],
    [
      'two of three',
      'type: temporal\nrules: [fail, ok, send]\ngroup-by: [user]\ntimespan: 1h\ncondition: {gte: 2}',
      ['fail', 'ok', 'send'],
      [at(0, 'ok'), at(5, 'send')],
      'correlation',
      true,
    ],
    [
      'as a text says',
      'type: temporal\nrules: [fail, ok, send]\ngroup-by: [user]\ntimespan: 1h\ncondition: ok and (fail or send)',
      ['fail', 'ok', 'send'],
      [at(0, 'ok'), at(5, 'send')],
      'correlation',
      true,
    ],
    [
      'as a text says not',
      'type: temporal\nrules: [fail, ok]\ngroup-by: [user]\ntimespan: 1h\ncondition: ok and not fail',
      ['fail', 'ok'],
      [at(0, 'ok'), at(5, 'fail')],
      'correlation',
      false,
    ],
    [
      'in their order',
      'type: temporal_ordered\nrules: [fail, ok]\ngroup-by: [user]\ntimespan: 1h',
      ['fail', 'ok'],
      [at(0, 'fail'), at(60, 'ok')],
      'sequence',
      true,
    ],
    [
      'in the other order',
      'type: temporal_ordered\nrules: [fail, ok]\ngroup-by: [user]\ntimespan: 1h',
      ['fail', 'ok'],
      [at(0, 'ok'), at(1, 'fail')],
      'sequence',
      false,
    ],
    [
      'sums',
      'type: value_sum\nrules: [send]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: bytes, gt: 99}',
      ['send'],
      [at(0, 'send', { bytes: 60 }), at(1, 'send', { bytes: '40' })],
      'correlation',
      true,
    ],
    [
      'averages',
      'type: value_avg\nrules: [send]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: bytes, gte: 50}',
      ['send'],
      [at(0, 'send', { bytes: 60 }), at(1, 'send', { bytes: 20 })],
      'correlation',
      false,
    ],
    [
      'medians',
      'type: value_median\nrules: [send]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: bytes, eq: 30}',
      ['send'],
      [10, 30, 900].map((bytes, i) => at(i, 'send', { bytes })),
      'correlation',
      true,
    ],
    [
      'percentiles',
      'type: value_percentile\nrules: [send]\ngroup-by: [user]\ntimespan: 1h\ncondition: {field: bytes, percentile: 95, gt: 90}',
      ['send'],
      [10, 30, 100].map((bytes, i) => at(i, 'send', { bytes })),
      'correlation',
      true,
    ],
  ])('%s', (_, body, names, events, kind, fires) => {
    const done = fire(correlate(body, ...names), events)
    expect({ kind: done.kind, fired: done.fired }).toEqual({ kind, fired: fires ? [['a']] : [] })
  })

  const spray = `${correlate('type: temporal_ordered\nrules: [many, ok]\ngroup-by: [user]\ntimespan: 1h', 'ok')}---
title: many
name: many
correlation: {type: event_count, rules: [fail], group-by: [user], timespan: 5m, condition: {gte: 3}}
---
${DETECTION('fail')}`

  test.each<[string, { time: number; fields: Fields }[], boolean]>([
    ['all of it', [...burst(3), at(10, 'ok')], true],
    ['too few within the inner one', [at(0, 'fail'), at(6, 'fail'), at(12, 'fail'), at(20, 'ok')], false],
    ['the wrong order', [at(0, 'ok'), ...burst(3).map(({ fields }, i) => at(i + 5, 'fail', fields))], false],
  ])('a correlation of a correlation: %s', (_, events, fires) => {
    expect(fire(spray, events).fired).toEqual(fires ? [['a']] : [])
  })

  test('an alias says what a key is called in each rule, through correlations too', () => {
    const text = `title: c
correlation:
  type: temporal
  rules: [many, ok]
  aliases: {who: {many: account, ok: upn}}
  group-by: [who]
  timespan: 1h
---
title: many
name: many
correlation: {type: event_count, rules: [fail], group-by: [account], aliases: {account: {fail: UserId}}, timespan: 5m, condition: {gte: 2}}
---
${DETECTION('fail')}---
${DETECTION('ok')}`
    const events = [
      at(0, 'fail', { UserId: 'x' }),
      at(1, 'fail', { UserId: 'x' }),
      at(2, 'ok', { upn: 'x' }),
      at(2, 'ok', { upn: 'y' }),
    ]
    expect(fire(text, events).fired).toEqual([['x']])
  })

  test('what more events could take back waits for them', () => {
    const lower = correlate('type: temporal\nrules: [a, b]\ngroup-by: [user]\ntimespan: 1h', 'a', 'b')
    const upper = correlate(
      'type: event_count\nrules: [a]\ngroup-by: [user]\ntimespan: 1h\ncondition: {lt: 3}',
      'a',
    )
    expect([fire(lower, []).waits, fire(upper, []).waits]).toEqual([false, true])
  })

  test.each([
    [
      'an unknown type',
      'type: event_cuont\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1}',
      'no correlation of the type',
    ],
    ['no timespan', 'type: event_count\nrules: [a]\ncondition: {gte: 1}', 'no timespan'],
    ['no condition', 'type: event_count\nrules: [a]\ntimespan: 1h', 'needs a condition'],
    ['no field', 'type: value_sum\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1}', 'needs the field'],
    ['a rule that is not there', 'type: temporal\nrules: [a, x]\ntimespan: 1h', 'refers to the rule "x"'],
    ['a name that is not there', 'type: temporal\nrules: [a]\ntimespan: 1h\ncondition: a or b', 'names "b"'],
  ])('a mistake is told: %s', (_, body, said) => {
    expect(() => fire(correlate(body, 'a'), [])).toThrow(said)
  })
})
