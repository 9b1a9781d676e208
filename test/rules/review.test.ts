import { describe, expect, test } from 'vitest'
import { checkRule } from '../../server/rules/check-rule.ts'
import { reviewRule } from '../../server/rules/review.ts'
import { readRule } from '../../server/rules/rule-file.ts'

function review(query: string, more: object = {}) {
  const { rule, diagnostics } = readRule(
    { value: { name: 'x', language: 'eql', query, ...more } },
    { builtIn: false },
  )
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return reviewRule(rule!)
}

const AUDIT = 'event.dataset == "o365.audit"'

test.each([
  ['a plain rule', `any where ${AUDIT} and event.action == "Send"`, []],
  ['a dataset in every branch', `any where (${AUDIT} and a == 1) or (event.dataset == "x" and b == 2)`, []],
  ['a dataset in one branch only', `any where (${AUDIT} and a == 1) or b == 2`, ['no-dataset']],
  ['a dataset that is excluded', `any where not ${AUDIT}`, ['no-dataset']],
  ['everything', 'any where true', ['matches-everything']],
  ['a leading wildcard', `any where ${AUDIT} and a : "*x"`, ['leading-wildcard']],
  [
    'many of a kind, told once',
    `any where ${AUDIT} and a : ("*x", "*y") and wildcard(b, "*z")`,
    ['leading-wildcard'],
  ],
  ['no limit of time', `sequence by user.email [any where ${AUDIT}] [any where ${AUDIT}]`, ['no-maxspan']],
  ['no key', `sequence with maxspan=1h [any where ${AUDIT}] [any where ${AUDIT}]`, ['no-join-key']],
  [
    'something that must not happen',
    `sequence by user.email with maxspan=1h [any where ${AUDIT}] ![any where ${AUDIT}]`,
    ['waits-for-late-logs'],
  ],
])('review of %s', (_, query, codes) => {
  expect(review(query).map(({ code }) => code)).toEqual(codes)
})

test('an entity outside of the join key is told, since one alert may then hold several', () => {
  const query = `sequence by user.name with maxspan=1h [any where ${AUDIT}] [any where ${AUDIT}]`
  expect(review(query, { entity: 'user.email' }).map(({ message }) => message)).toEqual([
    'The rule is about user.email, but joins by user.name',
  ])
  expect(review(query)).toEqual([])
})

test('an unknown response step is told with the nearest known one', () => {
  const [warning] = review(`any where ${AUDIT}`, { respond: ['revoke-session', 'reset-password'] })
  expect(warning?.message).toContain('did you mean "revoke-sessions"?')
})

test('a warning stands where its cause stands, and says what follows from it', () => {
  const [warning] = review(`any where ${AUDIT}\n  and a : "*x"`)
  expect(warning).toMatchObject({ code: 'leading-wildcard', line: 2, column: 7 })
  expect(warning?.impact).toContain('read each time')
})

describe('a check of a rule', () => {
  const check = (query: string) =>
    checkRule({ value: { name: 'x', language: 'eql', query } }, { builtIn: false })

  test('tells each warning of parser, compiler and review once', () => {
    const { compiled, diagnostics } = check(`any where wildcard(a, "*x") and b == 1 | head 5`)
    expect(compiled).not.toBeNull()
    expect(diagnostics.map(({ severity }) => severity)).toEqual(diagnostics.map(() => 'warning'))
    const about = (word: string) => diagnostics.filter(({ message }) => message.includes(word)).length
    expect([about('old function'), about('head'), about('dataset'), about('begins with *')]).toEqual([
      1, 1, 1, 1,
    ])
  })

  test('gives what only the compiler refuses its place in the file', () => {
    const text = `name: x\nlanguage: eql\nquery: |\n  sequence by a [any where ${AUDIT}] ![any where ${AUDIT}]\n`
    const { rule, compiled, diagnostics } = checkRule({ text, format: 'yaml' }, { builtIn: false })
    expect(rule === null).toBe(compiled === null)
    for (const { line } of diagnostics) expect(line).toBe(4)
  })
})
