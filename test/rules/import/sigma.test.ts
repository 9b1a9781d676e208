import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkRule } from '../../../server/rules/check-rule.ts'
import { importRules } from '../../../server/rules/import/index.ts'

const folder = new URL('../../../../shared/rules/sigma/', import.meta.url)
const isThere = existsSync(folder)

describe.skipIf(!isThere)('public Sigma rules (skipped where ../shared/rules/sigma is absent)', () => {
  test('are imported, or refused for a placeholder or a field that no log has', async () => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yml'),
    )
    const files = names.map((name) => ({ name, content: readFileSync(new URL(name, folder), 'utf8') }))
    const { rules, refused } = await importRules(files)
    const broken = rules.filter(({ input }) => !checkRule(input, { builtIn: false }).compiled)
    const unwarranted = refused.filter(
      ({ errors }) => !errors.every(({ message }) => /placeholder|in no log/.test(message)),
    )
    console.info(`Sigma rules: ${rules.length} of ${files.length} imported, ${refused.length} refused`)
    expect({ broken, unwarranted }).toEqual({ broken: [], unwarranted: [] })
    expect(rules.length + refused.length).toBe(files.length)
  })
})

const BASE = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: test}\ndetection: {sel: {op: ${name}}, condition: sel}\n`
const COUNT = (more = '') =>
  `title: many\ncorrelation: {type: event_count, rules: [fail], timespan: 5m, condition: {gte: 3}${more}}\n`
const titles = async (...contents: string[]) => {
  const { rules, refused } = await importRules(contents.map((content, i) => ({ name: `${i}.yml`, content })))
  const valueOf = (input: (typeof rules)[number]['input']) =>
    'value' in input ? (input.value as { name: string }).name : ''
  return {
    rules: rules.map(({ input }) => valueOf(input)),
    refused: refused.map(({ errors }) => errors[0]!.message),
  }
}

describe('a file of several documents', () => {
  test.each<[string, string[], string[], string[]]>([
    ['two rules are two', [`${BASE('fail')}---\n${BASE('ok')}`], ['fail', 'ok'], []],
    [
      'a rule that a correlation counts gives no alerts of its own',
      [`${COUNT()}---\n${BASE('fail')}`],
      ['many'],
      [],
    ],
    ['unless it generates', [`${COUNT(', generate: true')}---\n${BASE('fail')}`], ['many', 'fail'], []],
    ['a correlation finds its rules in other files', [COUNT(), BASE('fail')], ['many'], []],
    [
      'a correlation without its rule is refused',
      [COUNT(), BASE('ok')],
      ['ok'],
      ['The correlation refers to the rule "fail", which is not there'],
    ],
    [
      'a broken rule does not take the others with it',
      [`${BASE('fail')}---\ntitle: x\nlogsource: {}\n`],
      ['fail'],
      ['The rule has no detection'],
    ],
    [
      'a filter needs its rule',
      ['title: f\nfilter: {rules: [fail], x: {A: 1}, condition: x}\n'],
      [],
      ['The filter names no rule of this request'],
    ],
    [
      'a filter goes with its rule',
      [BASE('fail'), 'title: f\nfilter: {rules: [fail], x: {A: 1}, condition: x}\n'],
      ['fail'],
      [],
    ],
  ])('%s', async (_, contents, rules, refused) => {
    expect(await titles(...contents)).toEqual({ rules, refused })
  })
})
