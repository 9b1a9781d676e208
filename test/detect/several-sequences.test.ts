import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { explainRule } from '../../server/detect/explain/explain.ts'
import { readRule } from '../../server/rules/rule-file.ts'
import { ruleToJson } from '../../server/rules/rule-json.ts'
import { bench, CASES, compile, essence, event, makeRule, only, T0 } from '../support/detection.ts'

const rule = makeRule({
  id: 'several',
  kind: 'sequence',
  query: `sequence by user.email, mail.subject with maxspan=1h
    [any where event.action == "Send"]
    [any where event.action == "Delete"]`,
  several: { by: ['user.email'], atLeast: 2 },
  summary: '{user} {distinct} {gap}',
})
const compiled = compile(rule)

type Told = { id: string; at: number; action: 'Send' | 'Delete'; subject: string | string[]; user?: string }

function mail({ id, at, action, subject, user = 'ann@example.org' }: Told): LogEvent {
  return event({ id, at: T0 + at * MINUTE, action, user, dataset: 'o365.audit', more: { mail: { subject } } })
}

async function alertsOf(told: readonly Told[]) {
  const it = bench([compiled])
  await it.take(...told.map(mail))
  return it.alerts()
}

const pair = (n: number, at: number, subject: string): Told[] => [
  { id: `s${n}`, at, action: 'Send', subject },
  { id: `d${n}`, at: at + 5, action: 'Delete', subject },
]

describe('sequences counted over their inner join keys', () => {
  test('of one account are one alert, which names how many', async () => {
    const alert = only(await alertsOf([...pair(1, 0, 'a'), ...pair(2, 10, 'b'), ...pair(3, 30, 'c')]))
    expect(alert).toMatchObject({ user: 'ann@example.org', count: 6, summary: 'ann@example.org 3 5 min' })
  })

  test('may end in one event that tells of several', async () => {
    const alert = only(
      await alertsOf([
        { id: 's1', at: 0, action: 'Send', subject: 'a' },
        { id: 's2', at: 2, action: 'Send', subject: 'b' },
        { id: 'd', at: 9, action: 'Delete', subject: ['a', 'b', 'z'] },
      ]),
    )
    expect(alert.count).toBe(3)
  })

  test.each<[string, Told[]]>([
    ['one', pair(1, 0, 'a')],
    ['the same one twice', [...pair(1, 0, 'a'), ...pair(2, 10, 'a')]],
    ['two that end more than a span apart', [...pair(1, 0, 'a'), ...pair(2, 61, 'b')]],
    [
      'two of two accounts',
      [...pair(1, 0, 'a'), ...pair(2, 9, 'b').map((one) => ({ ...one, user: 'bob@example.org' }))],
    ],
    ['one whole and one half', [...pair(1, 0, 'a'), { id: 's2', at: 9, action: 'Send', subject: 'b' }]],
    [
      'sends and deletions of different things',
      [
        { id: 's', at: 0, action: 'Send', subject: ['a', 'b'] },
        { id: 'd', at: 5, action: 'Delete', subject: ['c', 'd'] },
      ],
    ],
  ])('are not enough: %s', async (_, told) => {
    expect(await alertsOf(told)).toEqual([])
  })

  test('two that end exactly a span apart are enough', async () => {
    expect(await alertsOf([...pair(1, 0, 'a'), ...pair(2, 60, 'b')])).toHaveLength(1)
  })
})

test('the same alerts in any order and in any portions', async () => {
  const told = fc.record({
    at: fc.integer({ min: 0, max: 150 }),
    action: fc.constantFrom<Told['action']>('Send', 'Delete'),
    subject: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { maxLength: 9 }),
      fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
      fc.integer({ min: 1, max: 4 }),
      async (all, order, size) => {
        const events = all.map((one, i) => mail({ ...one, id: `e${i}` }))
        const whole = bench([compiled])
        await whole.take(...events)
        const parts = bench([compiled])
        const mixed = events.map((one, i) => [order[i]!, one] as const).toSorted(([a], [b]) => a - b)
        for (let i = 0; i < mixed.length; i += size)
          await parts.take(...mixed.slice(i, i + size).map(([, one]) => one))
        expect(essence(await parts.alerts())).toEqual(essence(await whole.alerts()))
        expect((await whole.alerts()).length > 0).toBe(isThere(all))
      },
    ),
    { numRuns: Math.min(CASES, 200) },
  )
})

/** By the definition: two different subjects whose sequences end within an hour of each other. */
function isThere(all: readonly { at: number; action: string; subject: readonly string[] }[]): boolean {
  const ends = ['a', 'b', 'c'].flatMap((subject) => {
    const own = all.filter((one) => one.subject.includes(subject))
    const sent = own.filter(({ action }) => action === 'Send')
    return own
      .filter(
        ({ action, at }) => action === 'Delete' && sent.some((s) => s.at <= at && at - s.at <= HOUR / MINUTE),
      )
      .map(({ at }) => ({ subject, at }))
  })
  return ends.some((a) => ends.some((b) => a.subject !== b.subject && Math.abs(a.at - b.at) <= HOUR / MINUTE))
}

describe('why there are too few', () => {
  const why = (told: readonly Told[]) =>
    explainRule({ compiled, events: told.map(mail), stored: [], from: -Infinity, to: Infinity }).missing

  test('is told by how many there are', () => {
    expect(why(pair(1, 0, 'a'))).toEqual([
      'For ann@example.org: 1 different mail.subject within 1 h, 2 are needed.',
    ])
  })

  test('and by what the next one lacks', () => {
    const [few, next] = why([...pair(1, 0, 'a'), { id: 's2', at: 9, action: 'Send', subject: 'b' }])
    expect(few).toContain('1 different mail.subject')
    expect(next).toMatch(/^For ann@example\.org, b: .*nothing met step 2\.$/)
  })

  test('nothing is missing where there are enough', () => {
    expect(why([...pair(1, 0, 'a'), ...pair(2, 9, 'b')])).toEqual([])
  })
})

describe('in a rule file', () => {
  const file = (more: object, query = rule.query) => ({ name: 'x', language: 'eql', query, ...more })

  test('it is read, and shown as it was written', () => {
    const read = readRule({ value: file({ several: { by: 'user.email', at_least: 2 } }) }, { builtIn: true })
    expect(read.rule?.several).toEqual({ by: ['user.email'], atLeast: 2 })
    expect(readRule({ value: ruleToJson(read.rule!) }, { builtIn: true }).rule).toEqual(read.rule)
  })

  test.each([
    [
      'keys that are not the first',
      { by: ['mail.subject'], at_least: 2 },
      undefined,
      'they are user.email, mail.subject',
    ],
    ['no key left', { by: ['user.email', 'mail.subject'], at_least: 2 }, undefined, 'and leave one'],
    [
      'a query of single events',
      { by: ['user.email'], at_least: 2 },
      'any where true',
      'that have a maxspan',
    ],
    [
      'an end',
      { by: ['user.email'], at_least: 2 },
      'sequence by user.email, a with maxspan=1h [any where true] [any where true] until [any where false]',
      'does not count sequences with "until"',
    ],
  ])('it refuses %s', (_, several, query, message) => {
    const { rule: read, diagnostics } = readRule({ value: file({ several }, query) }, { builtIn: true })
    expect(read).toBeNull()
    expect(diagnostics.map((found) => found.message).join('\n')).toContain(message)
  })
})
