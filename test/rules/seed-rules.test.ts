import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { DRILLS } from '../../seed/scenarios/index.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { checkRule } from '../../server/rules/check-rule.ts'
import { compileRule } from '../../server/rules/compile.ts'
import { parseQuery } from '../../server/rules/query-text.ts'
import { RESPOND_STEPS } from '../../server/rules/respond/catalogue.ts'
import { reviewRule } from '../../server/rules/review.ts'
import { readRule } from '../../server/rules/rule-file.ts'
import { ruleToJson } from '../../server/rules/rule-json.ts'

const FOLDER = fileURLToPath(new URL('../../seed/rules', import.meta.url))
const rules = loadBuiltIn(FOLDER)

test('the product comes with a rule for each of the four checks', () => {
  expect(rules.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'bulk-send',
      'credential-spray',
      'impossible-travel',
      'risky-sign-in-then-inbox-rule',
    ]),
  )
})

describe.each(rules.map((rule) => [rule.id, rule] as const))('the built-in rule %s', (id, rule) => {
  test('has every part of a rule file', () => {
    expect(rule.builtIn).toBe(true)
    expect(existsSync(`${FOLDER}/${id}.yml`)).toBe(true)
    for (const part of ['summary', 'investigate'] as const) expect(rule[part], part).not.toBe('')
    for (const part of ['attack', 'tags', 'false_positives', 'respond', 'hunt', 'related'] as const) {
      expect(rule[part], part).not.toHaveLength(0)
    }
  })

  test('compiles', () => {
    expect(compileRule(rule)).toMatchObject({ compiled: { rule }, diagnostics: [] })
  })

  test('names only response steps, drills and rules that exist', () => {
    for (const step of rule.respond) expect(RESPOND_STEPS).toContain(step)
    expect(DRILLS.map(({ name }) => name)).toContain(rule.drill)
    for (const related of rule.related) expect(rules.map((other) => other.id)).toContain(related)
  })

  test('hunts with queries that parse', () => {
    for (const hunt of rule.hunt)
      expect(parseQuery(hunt.language, hunt.query).diagnostics, hunt.title).toEqual([])
  })

  test('gives no reason for a review warning but those that are meant', () => {
    const meant = ['leading-wildcard', 'entity-not-in-key', 'waits-for-late-logs']
    expect(reviewRule(rule).filter(({ code }) => !meant.includes(code))).toEqual([])
  })

  test('is read back as it is shown', () => {
    expect(readRule({ value: ruleToJson(rule) }, { builtIn: true }).rule).toEqual(rule)
  })
})

describe('a folder of rules with a mistake', () => {
  test('says file, line and column', () => {
    const folder = fileURLToPath(new URL('fixtures/broken-rules', import.meta.url))
    expect(() => loadBuiltIn(folder)).toThrow(
      /broken\.yml:4:1: Unknown setting "severty" \(Did you mean "severity"\?\)/,
    )
  })
})

const PRODUCT = new URL('../../../shared/product.md', import.meta.url)

test.skipIf(!existsSync(PRODUCT))(
  'the seed rule of the contract reads as it is (skipped where ../shared/product.md is absent)',
  () => {
    const text = readFileSync(PRODUCT, 'utf8')
    const query = /## The seed rule must fire as written\n[^`]*```\n([^]*?)```/.exec(text)![1]!
    const { rule, compiled, diagnostics } = checkRule(
      { value: { name: 'The seed rule', language: 'eql', query } },
      { builtIn: false },
    )
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(rule).toMatchObject({ kind: 'sequence', entity: 'user.name', id: 'the-seed-rule', query })
    expect(diagnostics.map(({ message }) => message).join()).toContain('wildcard')
    expect(compiled?.window).toBe(4 * 3_600_000)
  },
)
