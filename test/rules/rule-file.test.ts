import { describe, expect, test } from 'vitest'
import { ruleToJson } from '../../server/rules/rule-json.ts'
import { readRule } from '../../server/rules/rule-file.ts'

const yaml = (text: string) => readRule({ text, format: 'yaml' }, { builtIn: false })
const json = (text: string) => readRule({ text, format: 'json' }, { builtIn: false })
const value = (rule: unknown) => readRule({ value: rule }, { builtIn: false })
const errors = (read: ReturnType<typeof readRule>) => read.diagnostics.filter((d) => d.severity === 'error')

const HEAD = 'name: Forwarding\nlanguage: eql\n'
const PLAIN = `${HEAD}query: any where event.dataset == "o365.audit"\n`

describe('what a rule file leaves out follows from what it says', () => {
  test('name, language and query are enough', () => {
    const { rule } = value({ name: 'Été: risky sign-in!', language: 'eql', query: 'any where true' })
    expect(rule).toMatchObject({
      id: 'ete-risky-sign-in',
      kind: 'query',
      entity: 'user.email',
      severity: 'medium',
      confidence: 'medium',
      enabled: true,
      builtIn: false,
      version: 1,
      threshold: null,
      then: null,
      travel: null,
      newTerms: null,
      respond: [],
      hunt: [],
    })
  })

  test.each([
    [
      'a sequence',
      'sequence by source.ip with maxspan=1h [any where a == 1] [any where b == 2]',
      {},
      'sequence',
      'source.ip',
    ],
    [
      'a threshold',
      'any where a == 1',
      { threshold: { by: 'host.name', at_least: 5, within: '5m' } },
      'threshold',
      'host.name',
    ],
    [
      'a travel',
      'any where a == 1',
      { travel: { within: '24h', faster_than_kmh: 900, min_km: 500 } },
      'travel',
      'user.email',
    ],
    [
      'new terms',
      'any where a == 1',
      { new_terms: { by: ['user.id'], fields: ['source.ip'], history: '14d' } },
      'new_terms',
      'user.id',
    ],
  ])('kind and entity follow: %s', (_, query, more, kind, entity) => {
    expect(value({ name: 'x', language: 'eql', query, ...more }).rule).toMatchObject({ kind, entity })
  })

  test('a name without Latin letters still gives a usable id', () => {
    expect(value({ name: '転送', language: 'eql', query: 'any where true' }).rule?.id).toMatch(
      /^rule-[0-9a-f]{10}$/,
    )
  })

  test('more than 50 is at least 51, and spans are milliseconds', () => {
    const { rule } = yaml(`${PLAIN}threshold: { by: user.email, more_than: 50, within: 90m }\n`)
    expect(rule?.threshold).toEqual({
      by: ['user.email'],
      atLeast: 51,
      isMoreThan: true,
      within: 5_400_000,
      distinct: [],
    })
  })

  test('a threshold has alternatives and a second stage', () => {
    const { rule } = yaml(
      `${PLAIN}threshold:\n  by: [source.ip]\n  at_least: 10\n  distinct: [user.email]\n  within: 1h\n` +
        '  or: [{ at_least: 4, distinct: user.email, at_least_events: 30 }]\n' +
        'then: { query: any where a == 1, within: 24h }\n',
    )
    expect(rule?.threshold?.or).toEqual([{ atLeast: 4, distinct: ['user.email'], atLeastEvents: 30 }])
    expect(rule?.then).toEqual({ query: 'any where a == 1', within: 86_400_000, severity: 'high' })
  })
})

// line, column, what the message holds, what the hint holds
type Wanted = [number, number, string, string | null]

const MISTAKES: [string, string, Wanted[]][] = [
  ['nothing at all', '', [[1, 1, 'A rule must be a group of settings', null]]],
  ['a list', '- a\n- b\n', [[1, 1, 'A rule must be a group', null]]],
  [
    'a misspelt setting',
    `${PLAIN}severty: high\n`,
    [[4, 1, 'Unknown setting "severty"', 'Did you mean "severity"?']],
  ],
  [
    'another case',
    `${PLAIN}falsePositives: []\n`,
    [[4, 1, 'falsePositives', 'Did you mean "false_positives"?']],
  ],
  [
    'an unknown setting',
    `${PLAIN}colour: red\n`,
    [[4, 1, 'Unknown setting "colour"', 'Known here: id, name']],
  ],
  [
    'a misspelt value',
    `${PLAIN}severity: hihg\n`,
    [[4, 11, 'severity must be one of low, medium, high, critical; this is "hihg"', 'Did you mean "high"?']],
  ],
  [
    'a missing name',
    'language: eql\nquery: any where true\n',
    [[1, 1, 'name is missing', 'Add "name: ..."']],
  ],
  [
    'a missing language',
    'name: x\nquery: any where true\n',
    [[1, 1, 'language is missing', 'language: eql']],
  ],
  [
    'a misspelt required setting',
    'nmae: x\nlanguage: eql\nquery: any where true\n',
    [
      [1, 1, 'name is missing', 'Rename "nmae" to "name".'],
      [1, 1, 'Unknown setting "nmae"', 'Did you mean "name"?'],
    ],
  ],
  ['an empty query', `${HEAD}query: ''\n`, [[3, 8, 'query must not be empty', null]]],
  [
    'a technique that is none',
    `${PLAIN}attack: [T1586.002, mail]\n`,
    [[4, 21, 'attack.1 must be an ATT&CK id', null]],
  ],
  [
    'a span without unit',
    `${PLAIN}threshold:\n  by: a\n  at_least: 2\n  within: 60\n`,
    [[7, 11, 'threshold.within must be a span of time', null]],
  ],
  [
    'a threshold without number',
    `${PLAIN}threshold:\n  by: a\n  within: 1h\n`,
    [[5, 3, 'needs at_least or more_than', 'more_than: 50']],
  ],
  [
    'a threshold with both',
    `${PLAIN}threshold: { by: a, within: 1h, at_least: 3, more_than: 2 }\n`,
    [[4, 46, 'both more_than and at_least', '"at_least: 51"']],
  ],
  [
    'a broken number',
    `${PLAIN}threshold: { by: a, within: 1h, at_least: 2.5 }\n`,
    [[4, 43, 'threshold.at_least must be a whole number above 0; this is 2.5', null]],
  ],
  [
    'a mistake deep inside',
    `${PLAIN}threshold:\n  by: a\n  at_least: 2\n  withn: 1h\n`,
    [
      [7, 3, 'threshold.within is missing', 'Rename "withn" to "within".'],
      [7, 3, 'Unknown setting "withn" in threshold', 'Did you mean "within"?'],
    ],
  ],
  [
    'two kinds at once',
    `${PLAIN}threshold: { by: a, within: 1h, at_least: 3 }\ntravel: { within: 1h, faster_than_kmh: 1, min_km: 1 }\n`,
    [[5, 1, 'threshold and travel', 'two rules']],
  ],
  [
    'then without threshold',
    `${PLAIN}then: { query: any where true, within: 1h }\n`,
    [[4, 1, '"then" belongs to a threshold', null]],
  ],
  [
    'a kind that the rule is not',
    `${PLAIN}kind: sequence\n`,
    [[4, 7, 'kind is sequence, but this is a query rule', 'Remove "kind"']],
  ],
  [
    'a threshold over a sequence',
    `${HEAD}query: 'sequence by a [any where true] [any where true]'\nthreshold: { by: a, at_least: 2, within: 1h }\n`,
    [[3, 8, 'finds single events', null]],
  ],
  [
    'indented with a tab',
    `${HEAD}query: any where true\nhunt:\n\t- a\n`,
    [[5, 1, '', 'blanks, not with tabs']],
  ],
  [
    'learning for longer than the history',
    `${PLAIN}new_terms: { fields: a, history: 3d, learn: 72h }\n`,
    [[4, 45, 'shorter than history', 'learn: 3d']],
  ],
  [
    'a baseline that asks for more days than it looks at',
    `${PLAIN}threshold: { by: a, at_least: 2, within: 1h, baseline: { days: 2, at_least_days: 3 } }\n`,
    [[4, 82, 'less than days', 'at_least_days: 3']],
  ],
  [
    'a baseline with a misspelt setting',
    `${PLAIN}threshold: { by: a, at_least: 2, within: 1h, baseline: { time: 2 } }\n`,
    [[4, 58, 'in threshold.baseline', 'Did you mean "times"?']],
  ],
  [
    'a kind of tuning that there is none of',
    `${PLAIN}heeds: [networks, weather]\n`,
    [[4, 19, 'must be one of service-accounts', null]],
  ],
  [
    'service accounts that may do nothing',
    `${PLAIN}heeds: [service-accounts]\n`,
    [[4, 1, 'which action', '"may"']],
  ],
  [
    'an action that nobody heeds',
    `${PLAIN}may: bulk-send\n`,
    [[4, 1, 'does not heed', 'heeds: [service-accounts]']],
  ],
  ['a setting twice', `${PLAIN}name: y\n`, [[4, 1, 'unique', 'Remove one of the two.']]],
]

describe('a mistake in a rule file is told with its place and what to do', () => {
  test.each(MISTAKES)('%s', (_, text, wanted) => {
    const found = yaml(text)
    expect(found.rule).toBeNull()
    expect(errors(found).map((d) => [d.line, d.column])).toEqual(
      wanted.map(([line, column]) => [line, column]),
    )
    for (const [i, [, , message, hint]] of wanted.entries()) {
      expect(errors(found)[i]!.message).toContain(message)
      if (hint !== null) expect(errors(found)[i]!.hint).toContain(hint)
    }
  })

  test('all mistakes at once, in the order of the file', () => {
    const found = errors(
      yaml(
        'name: x\nseverty: high\nlanguage: eql\nconfidence: sure\nquery: |\n  any where foo ==\nhunt:\n  - title: a\n    query: any where (b == 1\n',
      ),
    )
    expect(found.map(({ line, field }) => [line, field])).toEqual([
      [2, 'severty'],
      [4, 'confidence'],
      [6, 'query'],
      [9, 'hunt.0.query'],
    ])
  })
})

describe('a mistake in a query is told where it stands in the file', () => {
  const place = (text: string, read = yaml) => {
    const [first] = errors(read(text))
    return (
      first && {
        file: [first.line, first.column],
        query: [first.inQuery?.line, first.inQuery?.column],
        field: first.field,
      }
    )
  }
  const BAD = 'any where tme == now(1)'
  const inQuery = BAD.indexOf('now') + 1

  test.each([
    ['a block', `${HEAD}query: |\n    ${BAD}\n`, [4, inQuery + 4], [1, inQuery]],
    [
      'the third line of a block',
      `${HEAD}query: |\n  any where a == 1\n    and (b == 2\n    and c == now(1))\n`,
      [6, 14],
      [3, 12],
    ],
    [
      'a block after an empty line and a comment',
      `${HEAD}# why\nquery: |-\n\n  ${BAD}\n`,
      [6, inQuery + 2],
      [2, inQuery],
    ],
    ['a plain text', `${HEAD}query: ${BAD}\n`, [3, inQuery + 7], [1, inQuery]],
    ['a quoted text', `${HEAD}query: 'any where a == "it''s" and b == now(1)'\n`, [3, 41], [1, 32]],
    [
      'a quoted text with escapes',
      `${HEAD}query: "any where a == \\"x\\" and b == now(1)"\n`,
      [3, 39],
      [1, 29],
    ],
    ['a folded text', `${HEAD}query: >-\n  any where a == 1\n  and b == now(1)\n`, [5, 12], [1, 27]],
  ])('%s', (_, text, file, query) => {
    expect(place(text)).toEqual({ file, query, field: 'query' })
  })

  test('JSON text', () => {
    const text = '{\n\t"name": "x", "language": "eql",\n\t"query": "any where a == 1\\n and b == now(1)"\n}'
    expect(place(text, json)).toEqual({ file: [3, 40], query: [2, 11], field: 'query' })
  })

  test('a value without a file: the place within the query', () => {
    const [first] = errors(value({ name: 'x', language: 'eql', query: 'any where a == 1\n and b == now(1)' }))
    expect([first?.line, first?.column]).toEqual([2, 11])
  })
})

test.each([
  ['a comma too many', '{"name": "x",}', 1],
  ['the end is missing', '{\n"name": "x"', 2],
])('text that is not JSON says where: %s', (_, text, line) => {
  const [first] = errors(json(text))
  expect(first?.message).toContain('This is not JSON')
  expect(first?.line).toBe(line)
})

test('a file that would unfold into a huge one is refused', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [to, from] of ['b-a', 'c-b', 'd-c', 'e-d', 'f-e'].map((pair) => pair.split('-'))) {
    bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`)
  }
  expect(errors(yaml(bomb.join('\n')))[0]?.message).toMatch(/alias/i)
})

describe('a rule that was shown is read back unchanged', () => {
  test.each([
    ['a plain one', PLAIN],
    [
      'a threshold',
      `${PLAIN}threshold: { by: a, more_than: 5, within: 90s, distinct: b, or: [{ at_least: 2, distinct: c }] }\nthen: { query: any where a == 1, within: 1500ms }\n`,
    ],
    [
      'a travel',
      `${PLAIN}travel: { within: 24h, faster_than_kmh: 900.5, min_km: 500 }\nattack: [T1078]\nlicense: MIT\n`,
    ],
    [
      'new terms',
      `${PLAIN}new_terms: { by: a, fields: [b, c], history: 14d }\nhunt: [{ title: t, query: any where true }]\ndrill: bulk-send\nlateness: 2h\n`,
    ],
    ['new terms that are learnt first', `${PLAIN}new_terms: { fields: a, history: 14d, learn: 3d }\n`],
    ['new terms without learning', `${PLAIN}new_terms: { fields: a, history: 14d, learn: 0 }\n`],
    [
      'a threshold by nothing, with a baseline and a window of another way',
      `${PLAIN}threshold: { by: [], at_least: 5, within: 1h, baseline: {}, or: [{ at_least: 9, within: 24h }] }\n`,
    ],
    ['what it heeds', `${PLAIN}heeds: [service-accounts, networks]\nmay: bulk-send\n`],
  ])('%s', (_, text) => {
    const { rule } = yaml(text)
    expect(rule).not.toBeNull()
    const shown = structuredClone(ruleToJson(rule!))
    expect(value({ ...shown, warnings: [] }).rule).toEqual(rule)
  })
})
