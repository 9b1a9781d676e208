/** No built-in rule lacks a part that somebody needs at two in the morning. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DRILLS } from '../../seed/scenarios/index.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { parseQuery } from '../../server/rules/query-text.ts'
import { CATALOGUE } from '../../server/rules/respond/catalogue.ts'
import { respondSteps } from '../../server/rules/respond/respond-steps.ts'
import { fillCommand } from '../../server/rules/respond/template.ts'
import { type Siem, startSiem } from '../support/server.ts'

const FOLDER = fileURLToPath(new URL('../../seed/rules', import.meta.url))
const rules = loadBuiltIn(FOLDER)
const ids = rules.map(({ id }) => id)

// With signs that a shell, a URL and JSON each have to quote.
const ACCOUNT = "o'mara+x@lindgren-craft.example"
const ALERT = {
  user: ACCOUNT,
  entity: { type: 'user', value: ACCOUNT },
  firstSeen: Date.UTC(2026, 8, 9, 12),
  lastSeen: Date.UTC(2026, 8, 9, 13),
  evidence: [
    {
      eventId: 'a',
      step: 0,
      time: Date.UTC(2026, 8, 9, 12),
      receivedAt: Date.UTC(2026, 8, 9, 12),
      dataset: 'o365.audit',
      matched: [{ field: 'source.ip', value: '203.0.113.7' }],
    },
  ],
}

test('there are 30 built-in rules or more, each in a file of its name', () => {
  expect(ids.length).toBeGreaterThanOrEqual(30)
  for (const id of ids) expect(existsSync(`${FOLDER}/${id}.yml`), id).toBe(true)
})

describe.each(rules.map((rule) => [rule.id, rule] as const))('the rule %s', (id, rule) => {
  test('says how severe and how sure it is, and which techniques it is about', () => {
    expect(['low', 'medium', 'high', 'critical']).toContain(rule.severity)
    expect(['low', 'medium', 'high']).toContain(rule.confidence)
    expect(rule.attack.length).toBeGreaterThan(0)
    for (const technique of rule.attack) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/)
    expect(rule.tags.length).toBeGreaterThan(0)
  })

  test('has a sentence, what looks like it, what to look at, and what each tuning hides', () => {
    expect(rule.summary).toMatch(/\{/)
    expect(rule.false_positives.length).toBeGreaterThanOrEqual(2)
    expect(rule.investigate.match(/^\d\. /gm)?.length ?? 0).toBeGreaterThanOrEqual(2)
    expect(rule.tuning?.length ?? 0).toBeGreaterThan(0)
    expect(rule.data?.length ?? 0).toBeGreaterThan(0)
    const text = rule.query + (rule.then?.query ?? '')
    for (const { dataset } of rule.data ?? []) expect(text).toContain(`"${dataset}"`)
  })

  test('has hunts that parse, and related rules and a drill that exist', () => {
    expect(rule.hunt.length).toBeGreaterThanOrEqual(2)
    for (const { title, language, query } of rule.hunt)
      expect(parseQuery(language, query).diagnostics, title).toEqual([])
    expect(rule.related.length).toBeGreaterThan(0)
    for (const related of rule.related) expect(ids.filter((other) => other !== id)).toContain(related)
    expect(DRILLS.map(({ name }) => name)).toContain(rule.drill)
  })

  test('has near misses', () => {
    const misses = DRILLS.filter(
      ({ name, nearMisses }) => name === rule.drill && (nearMisses?.length ?? 0) > 0,
    )
    // The four first attacks have theirs condition by condition in `built-in-rules.test.ts`.
    if (!FIRST.has(id)) expect(misses).toHaveLength(1)
  })

  test('has steps that say what they do and how to take it back, with the account in the commands', () => {
    expect(rule.respond.length).toBeGreaterThanOrEqual(2)
    const steps = respondSteps(rule, ALERT)
    expect(steps.map((step) => step.id)).toEqual(rule.respond)
    for (const step of steps) {
      expect(step.what).not.toBe('')
      const { powershell, graph } = CATALOGUE[step.id]!
      if (powershell !== undefined) expect(step.commands, step.id).toHaveProperty('powershell')
      if (graph !== undefined) expect(step.commands, step.id).toHaveProperty('graph')
      for (const command of Object.values(step.commands))
        expect(command).not.toMatch(/\{(ps|url|json|odata|sh):/)
    }
    expect(JSON.stringify(steps)).toMatch(/o''mara|o%27mara|203\.0\.113\.7/)
  })
})

const FIRST = new Set(['bulk-send', 'credential-spray', 'impossible-travel', 'risky-sign-in-then-inbox-rule'])

test('every step that changes something says how to take it back', () => {
  for (const [id, { powershell, graph, undo }] of Object.entries(CATALOGUE)) {
    const changes = /\b(Set|New|Remove|Update|Revoke|Disable|Restore)-|^(PATCH|POST|DELETE) /m.test(
      `${powershell ?? ''}\n${graph ?? ''}`,
    )
    if (changes) expect(undo, id).not.toBeNull()
  }
})

test('no command is written when a value cannot be quoted safely', () => {
  for (const { powershell, graph } of Object.values(CATALOGUE)) {
    for (const command of [powershell, graph].filter((text) => text?.includes(':account}'))) {
      const values = {
        account: 'a\u2019; Remove-Mailbox x',
        address: null,
        cidr: null,
        cidrType: null,
        from: '',
        to: '',
      }
      const filled = fillCommand(command!, values)
      expect(filled ?? '').not.toContain('Remove-Mailbox x')
    }
  }
})

describe('the hunts', () => {
  let siem: Siem
  beforeAll(async () => {
    siem = await startSiem()
  })
  afterAll(() => siem?.stop())

  test('run as searches', async () => {
    for (const { id, hunt } of rules) {
      for (const { title, language, query } of hunt) {
        const response = await siem.request('/api/v1/search', {
          method: 'POST',
          json: { language, query, from: 'now-7d', size: 5 },
        })
        expect(response.status, `${id}: ${title}`).toBe(200)
      }
    }
  })
})
