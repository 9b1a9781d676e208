import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Rule } from '../../../server/domain/rule.ts'
import { DAY, MINUTE } from '../../../server/domain/time.ts'
import { checkRule } from '../../../server/rules/check-rule.ts'
import { importElasticToml, isElasticToml } from '../../../server/rules/import/elastic-toml.ts'
import { ruleToJson } from '../../../server/rules/rule-json.ts'

const HEAD = `[metadata]
creation_date = "2026/01/02"
integration = ["o365"]

[rule]
author = ["Ann Example"]
description = "Finds mail that is sent on."
false_positives = ["An assistant.", "  A shared mailbox.\\n"]
license = "Example License"
name = "Mail is sent on"
note = """## Triage
Look at the target."""
references = ["https://example.org/a"]
risk_score = 73
rule_id = "0b1c2d3e-aaaa-bbbb-cccc-0123456789ab"
severity = "high"
tags = ["Domain: Cloud", "Use Case: Mail"]
timestamp_override = "event.ingested"
`
const KQL = `type = "query"
language = "kuery"
query = '''
event.dataset:o365.audit and event.action:(New-InboxRule or Set-InboxRule) and not user.id:(* and "a\\b")
'''
`
const THREAT = `
[[rule.threat]]
framework = "MITRE ATT&CK"
[[rule.threat.technique]]
id = "T1114"
name = "Email Collection"
[[rule.threat.technique.subtechnique]]
id = "T1114.003"
name = "Email Forwarding Rule"
[rule.threat.tactic]
id = "TA0009"
name = "Collection"

[[rule.threat]]
framework = "MITRE ATT&CK"
[rule.threat.tactic]
id = "TA0005"
name = "Defense Evasion"
`
const THRESHOLD = `type = "threshold"
language = "kuery"
query = 'event.action:UserLoginFailed'
from = "now-20m"
`
const NEW_TERMS = `type = "new_terms"
language = "kuery"
query = 'event.action:UserLoggedIn'
`
const newTerms = (fields: string, start = 'now-14d') =>
  `${NEW_TERMS}[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ${fields}\n` +
  `[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "${start}"\n`

function imported(text: string): { rule: Rule; warnings: string[] } {
  const { rules, refused } = importElasticToml(text, 'rule.toml')
  expect(refused).toEqual([])
  expect(rules.map(({ name }) => name)).toEqual(['rule.toml'])
  const { rule, diagnostics } = checkRule(rules[0]!.input, { builtIn: false })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  // What is stored is what the API shows, read back.
  expect(checkRule({ value: ruleToJson(rule!) }, { builtIn: false }).rule).toEqual(rule)
  return { rule: rule!, warnings: rules[0]!.warnings.map(({ line, message }) => `${line}: ${message}`) }
}

describe('a rule of Elastic is taken over', () => {
  test('with its query as it is written, its author, licence, id and all that it tells', () => {
    const { rule, warnings } = imported(`${HEAD}${KQL}${THREAT}`)
    expect(rule).toMatchObject({
      id: '0b1c2d3e-aaaa-bbbb-cccc-0123456789ab',
      name: 'Mail is sent on',
      kind: 'query',
      language: 'kql',
      query:
        'event.dataset:o365.audit and event.action:(New-InboxRule or Set-InboxRule) and not user.id:(* and "a\\b")\n',
      severity: 'high',
      confidence: 'high',
      entity: 'user.email',
      author: ['Ann Example'],
      license: 'Example License',
      attack: ['T1114', 'T1114.003', 'TA0005'],
      tags: ['Domain: Cloud', 'Use Case: Mail'],
      false_positives: ['An assistant.', 'A shared mailbox.'],
      investigate:
        'Finds mail that is sent on.\n\n## Triage\nLook at the target.\n\nReferences:\n- https://example.org/a',
    })
    expect(rule.buildingBlock).toBeUndefined()
    expect(warnings).toEqual([])
  })

  test('in EQL', () => {
    const query = 'sequence by user.id with maxspan=5m\n  [any where a == 1]\n  [any where b : "*x"]\n'
    const { rule } = imported(`${HEAD}type = "eql"\nlanguage = "eql"\nquery = '''\n${query}'''\n`)
    expect(rule).toMatchObject({ kind: 'sequence', language: 'eql', query, entity: 'user.id' })
  })

  test('as a building block', () => {
    expect(imported(`${HEAD}building_block_type = "default"\n${KQL}`).rule.buildingBlock).toBe(true)
  })

  test.each<[string, string, object, string]>([
    [
      'a plain count',
      '[rule.threshold]\nfield = ["user.id", "source.ip"]\nvalue = 25\n',
      { by: ['user.id', 'source.ip'], atLeast: 25, distinct: [] },
      'user.id',
    ],
    [
      'a distinct count',
      '[rule.threshold]\nfield = "source.ip"\nvalue = 1\n[[rule.threshold.cardinality]]\nfield = "user.id"\nvalue = 15\n',
      { by: ['source.ip'], atLeast: 15, distinct: ['user.id'] },
      'source.ip',
    ],
    [
      'both',
      '[rule.threshold]\nfield = ["cloud.region", "o365.audit.UserId"]\nvalue = 30\n[[rule.threshold.cardinality]]\nfield = "source.ip"\nvalue = 5\n',
      { by: ['cloud.region', 'o365.audit.UserId'], atLeast: 5, distinct: ['source.ip'], atLeastEvents: 30 },
      'o365.audit.UserId',
    ],
    ['the whole set', '[rule.threshold]\nfield = []\nvalue = 3\n', { by: [], atLeast: 3 }, 'user.email'],
  ])('a threshold: %s', (_, block, threshold, entity) => {
    const { rule } = imported(`${HEAD}${THRESHOLD}${block}`)
    expect(rule).toMatchObject({ kind: 'threshold', threshold, entity })
    expect(rule.threshold!.within).toBe(20 * MINUTE)
  })

  test('a threshold that does not say how far back it looks: 6 minutes, as in Elastic', () => {
    const text = `${HEAD}${THRESHOLD.replace('from = "now-20m"\n', '')}[rule.threshold]\nfield = ["a"]\nvalue = 2\n`
    expect(imported(text).rule.threshold!.within).toBe(6 * MINUTE)
  })

  test.each([
    ['one field', '["host.id"]', { by: ['host.id'], fields: ['host.id'] }],
    [
      'an account among several',
      '["source.as.number", "user.id"]',
      { by: ['user.id'], fields: ['source.as.number'] },
    ],
    [
      'a field that speaks of a user',
      '["cloud.region", "azure.activitylogs.identity.claims_initiated_by_user.name", "source.ip"]',
      {
        by: ['azure.activitylogs.identity.claims_initiated_by_user.name'],
        fields: ['cloud.region', 'source.ip'],
      },
    ],
  ])('new terms, exact and without learning: %s', (_, fields, spec) => {
    const { rule } = imported(`${HEAD}${newTerms(fields)}`)
    expect(rule).toMatchObject({ kind: 'new_terms', entity: spec.by[0] })
    expect(rule.newTerms).toEqual({ ...spec, history: 14 * DAY, learn: 0 })
  })

  test('what has no effect is told with its line', () => {
    const more = `event_category_override = "event.type"\nseverity_mapping = []\n`
    const { warnings } = imported(
      `${HEAD}${more}${KQL}\n[rule.alert_suppression]\ngroup_by = ["user.id"]\n\n[rule.alert_suppression.duration]\nunit = "m"\nvalue = 5\n`,
    )
    expect(warnings).toEqual([
      expect.stringMatching(/^27: \[alert_suppression\] has no effect/),
      expect.stringMatching(/^19: \[event_category_override\] has no effect/),
    ])
  })
})

describe('what cannot run is refused with the reason, its place and what to do', () => {
  test.each<[string, string, RegExp, number | null, RegExp | null]>([
    ['no TOML', '[rule]\nname = "x\n', /^This is not TOML: /, 2, null],
    ['no rule', '[metadata]\nmaturity = "production"\n', /no table \[rule\]/, 1, /as it is/],
    [
      'ES|QL',
      `${HEAD}type = "esql"\nlanguage = "esql"\nquery = "from a | stats c = count() by b"\n`,
      /ES\|QL/,
      19,
      /threshold/,
    ],
    [
      'an anomaly job',
      `${HEAD}type = "machine_learning"\nanomaly_threshold = 50\nmachine_learning_job_id = ["rare_country"]\n`,
      /anomaly job .*\(rare_country\)/,
      19,
      /new_terms/,
    ],
    [
      'indicators',
      `${HEAD}type = "threat_match"\nlanguage = "kuery"\nquery = "a:b"\n`,
      /index of indicators/,
      19,
      /field in/,
    ],
    [
      'another language',
      `${HEAD}type = "query"\nlanguage = "lucene"\nquery = "a:b"\n`,
      /in lucene/,
      20,
      /EQL or in KQL/,
    ],
    ['another type', `${HEAD}type = "magic"\n`, /type "magic" are not known/, 19, /eql, query/],
    ['no query', `${HEAD}type = "query"\n`, /no query/, 19, /"query"/],
    [
      'filters',
      `${HEAD}${KQL}[[rule.filters]]\n[rule.filters.meta]\nnegate = true\n`,
      /filters .*query DSL/,
      24,
      /into the query/,
    ],
    [
      'a mistake in the query, where it stands in the file',
      `${HEAD}type = "eql"\nlanguage = "eql"\nquery = '''\nany where a == 1 and\n  startsWth(b, "c")\n'''\n`,
      /startsWth/,
      23,
      /startsWith/,
    ],
    [
      'a threshold without a value',
      `${HEAD}${THRESHOLD}[rule.threshold]\nfield = ["a"]\n`,
      /no value/,
      23,
      /"value"/,
    ],
    ['new terms without fields', `${HEAD}${newTerms('[]')}`, /names no fields/, 22, /list of fields/],
    [
      'a history that is no time',
      `${HEAD}${newTerms('["a"]', 'last week')}`,
      /"last week".*now-14d/,
      25,
      null,
    ],
  ])('%s', (_, text, message, line, hint) => {
    const { rules, refused } = importElasticToml(text, 'rule.toml')
    expect(rules).toEqual([])
    expect(refused).toMatchObject([{ name: 'rule.toml' }])
    const [error] = refused[0]!.errors
    expect(error!.message).toMatch(message)
    expect(error!.line).toBe(line)
    if (hint) expect(error!.hint).toMatch(hint)
  })
})

test('its files are told from others', () => {
  expect(isElasticToml(`${HEAD}${KQL}`)).toBe(true)
  expect(isElasticToml('any where a == 1')).toBe(false)
})

// Public rules may not be shipped; they stand beside the project where they are present.
const folder = new URL('../../../../shared/rules/elastic/', import.meta.url)
const isThere = existsSync(folder)
const files = isThere
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.toml'))
  : []

describe.skipIf(!isThere)('public Elastic rules (skipped where ../shared/rules/elastic is absent)', () => {
  test('all run, but for ES|QL and anomaly jobs, which are refused with the reason', () => {
    const reasons = new Map<string, number>()
    for (const file of files) {
      const { rules, refused } = importElasticToml(readFileSync(new URL(file, folder), 'utf8'), file)
      for (const { input } of rules) {
        const { rule, diagnostics } = checkRule(input, { builtIn: false })
        expect(rule, `${file}: ${diagnostics.map(({ message }) => message).join('; ')}`).not.toBeNull()
        expect(rule!.author.length).toBeGreaterThan(0)
        expect(rule!.license).toBe('Elastic License v2')
      }
      const reason = refused[0]?.errors[0]?.message.replace(/[:(].*/s, '').trim() ?? 'runs'
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    console.info([...reasons].map(([reason, count]) => `${count} of ${files.length}: ${reason}`).join('\n'))
    expect([...reasons.keys()].toSorted()).toEqual([
      'ES|QL is not known here',
      'It reads the results of an anomaly job that runs in Elastic only',
      'runs',
    ])
  })
})
