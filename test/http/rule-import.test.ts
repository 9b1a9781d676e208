import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { inboxRule, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const AT = Math.floor((Date.now() - 2 * DAY) / 1000) * 1000

async function importText(body: string, type = 'text/plain', query = ''): Promise<any> {
  const response = await siem.request(`/api/v1/rules/import${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  expect(response.status).toBe(200)
  return response.json()
}
const importFiles = (files: { [name: string]: string }) =>
  siem.post('/api/v1/rules/import', {
    files: Object.entries(files).map(([name, content]) => ({ name, content })),
  })

const FORWARDING = `title: Mail is sent on
id: 3f1c7e52-6f0e-4f3b-9f5a-0c9d3a1c6b11
status: test
description: Somebody made a rule that sends mail on.
author: Jo Example
license: MIT
tags: [attack.collection, attack.t1114.003]
logsource: {product: m365, service: audit}
detection:
  sel:
    Operation: new-inboxrule
    Parameters|contains: 'forwardto'
  condition: sel
falsepositives: [Unknown, A delegate]
level: high
`

describe('import', () => {
  test('a Sigma rule keeps its id, author and licence, and its words become ours', async () => {
    const { imported, refused } = await importText(FORWARDING, 'application/yaml')
    expect(refused).toEqual([])
    const id = '3f1c7e52-6f0e-4f3b-9f5a-0c9d3a1c6b11'
    expect(imported).toEqual([
      { name: 'Mail is sent on', ruleId: id, kind: 'query', enabled: true, warnings: [] },
    ])
    expect(await siem.get(`/api/v1/rules/${id}`)).toMatchObject({
      language: 'sigma',
      query: FORWARDING,
      author: ['Jo Example'],
      license: 'MIT',
      severity: 'high',
      attack: ['T1114.003'],
      false_positives: ['A delegate'],
    })
    const again = await importText(FORWARDING)
    expect(again.imported[0].warnings[0].message).toContain('has taken its place')
  })

  test('it finds what the record says, however it is spelt, and is explained', async () => {
    const user = 'sender@import.example'
    const parameters = { Name: 'Filing', ForwardTo: 'elsewhere@example.org' }
    await siem.ingest([inboxRule({ user, at: AT, parameters })], '?dataset=o365.audit')
    const [alert] = await siem.settled(`?user=${user}&rule=3f1c7e52-6f0e-4f3b-9f5a-0c9d3a1c6b11`)
    expect(alert).toMatchObject({
      severity: 'high',
      user,
      tags: expect.arrayContaining(['author: Jo Example']),
    })
    const fields = alert.evidence[0].matched.map(({ field }: any) => field)
    expect(fields).toEqual(expect.arrayContaining(['Operation', 'Parameters']))
    const back = await siem.post('/api/v1/rules/3f1c7e52-6f0e-4f3b-9f5a-0c9d3a1c6b11/backtest', {})
    expect(back.kept).toHaveLength(1)
  })

  test('several files at once: one entry a rule, with the name of its file', async () => {
    const answer = await importFiles({
      'ours.yml':
        'name: Ours\nlanguage: eql\nquery: any where event.action == "x"\n---\nname: Other\nlanguage: kql\nquery: "event.action: y"\n',
      'theirs.toml':
        '[metadata]\n[rule]\nname = "Theirs"\nrule_id = "theirs-1"\ntype = "query"\nlanguage = "kuery"\nquery = "event.action: z"\nauthor = ["Them"]\n',
      'Bare query.eql': 'any where event.action == "y"',
      'spray.yml': `title: Spray
name: spray
correlation: {type: value_count, rules: [failed], group-by: [ip], timespan: 5m, condition: {field: user, gte: 3}}
level: high
---
title: Failed
name: failed
logsource: {product: test}
detection: {sel: {op: fail}, condition: sel}
`,
      'broken.yml':
        'title: Broken\nlogsource: {product: test}\ndetection:\n  sel:\n    U|sounds_like: x\n  condition: sel and other\n',
      'broken.eql': 'any where event.action == ',
    })
    expect(answer.imported.map(({ name, kind }: any) => [name, kind])).toEqual(
      expect.arrayContaining([
        ['ours.yml', 'query'],
        ['ours.yml', 'query'],
        ['theirs.toml', 'query'],
        ['Bare query.eql', 'query'],
        ['spray.yml', 'threshold'],
      ]),
    )
    expect(answer.imported).toHaveLength(5)
    const [broken] = answer.refused.filter(({ name }: any) => name === 'broken.yml')
    expect(broken.errors.map(({ line, message }: any) => [line, message])).toEqual([
      [5, 'There is no modifier "sounds_like"'],
      [6, 'The condition names "other", which is no selection of this rule'],
    ])
    expect(answer.refused.map(({ name }: any) => name).sort()).toEqual(['broken.eql', 'broken.yml'])
  })

  test('rules can be imported switched off', async () => {
    const { imported } = await importText('any where event.action == "off"', 'text/plain', '?enabled=false')
    expect(imported[0].enabled).toBe(false)
    const stored = await siem.get(`/api/v1/rules/${imported[0].ruleId}`)
    expect(stored.enabled).toBe(false)
  })

  test('a placeholder without values is refused by name, a rule of the product is not replaced', async () => {
    const placeholder = FORWARDING.replace("Parameters|contains: 'forwardto'", "User|expand: '%admins%'")
    expect((await importText(placeholder)).refused[0].errors[0]).toMatchObject({
      line: 12,
      message: expect.stringContaining('%admins%'),
    })
    const own = 'id: bulk-send\nname: Mine\nlanguage: eql\nquery: any where true\n'
    expect((await importText(own, 'application/yaml')).refused[0].errors[0].message).toContain('came with')
  })

  test.each([
    ['another type', 'text/html', 'x', 415],
    ['nothing', 'text/plain', ' ', 422],
    ['no files', 'application/json', '{"files":[]}', 422],
  ])('a request that holds %s is told so', async (_, type, body, status) => {
    const init = { method: 'POST', body, headers: { 'content-type': type } }
    expect((await siem.request('/api/v1/rules/import', init)).status).toBe(status)
  })

  test('a Sigma correlation is found by whom it groups by', async () => {
    const event = (user: string) => ({
      '@timestamp': new Date(AT).toISOString(),
      op: 'fail',
      ip: '198.51.100.7',
      user,
    })
    await siem.ingest(['a', 'b', 'c'].map(event))
    const alerts = await siem.settled('?rule=spray')
    expect(alerts).toEqual([
      expect.objectContaining({ kind: 'threshold', entity: { type: 'ip', value: '198.51.100.7' } }),
    ])
  })
})

const SEED_RULE = readFileSync(new URL('../e2e/seed-rule.test.ts', import.meta.url), 'utf8').split('`')[1]!

describe('export', () => {
  test('the seed rule as Sigma, imported again, finds the same on the same records', async () => {
    await siem.post('/api/v1/rules', { name: 'Seed', language: 'eql', query: SEED_RULE })
    const file = await siem.request('/api/v1/rules/seed/export?format=sigma')
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="seed.yml"')
    const { imported } = await importText(await file.text(), 'application/yaml')
    expect(imported).toEqual([expect.objectContaining({ kind: 'sequence' })])
    const people = [
      ['risky', { risk: 'medium' as const }, HOUR],
      ['late', { risk: 'high' as const }, 4 * HOUR + MINUTE],
      ['calm', { risk: 'none' as const }, HOUR],
      ['elsewhere', { risk: 'high' as const, app: 'Azure Portal' }, HOUR],
    ] as const
    for (const [name, more, gap] of people) {
      const user = `${name}@export.example`
      await siem.ingest([{ ...signIn({ user, at: AT, ...more }) }], '?dataset=azure.signinlogs')
      await siem.ingest([inboxRule({ user: user.toUpperCase(), at: AT + gap })], '?dataset=o365.audit')
    }
    const found = async (rule: string) =>
      (await siem.settled(`?rule=${rule}`))
        .map(({ user, firstSeen, lastSeen, count }) => ({ user, firstSeen, lastSeen, count }))
        .filter(({ user }) => user.endsWith('@export.example'))
    const theirs = await found(imported[0].ruleId)
    expect(theirs.map(({ user }) => user)).toEqual(['risky@export.example'])
    expect(theirs).toEqual(await found('seed'))
  })

  test('our own format gives the same rule again, EQL the query; other languages have none', async () => {
    const yaml = await (await siem.request('/api/v1/rules/bulk-send/export?format=yaml')).text()
    const { imported } = await importText(
      yaml.replace('id: bulk-send', 'id: bulk-send-copy'),
      'application/yaml',
    )
    const [copy, own] = await Promise.all(
      ['bulk-send-copy', 'bulk-send'].map((id) => siem.get(`/api/v1/rules/${id}`)),
    )
    const same = ['query', 'threshold', 'severity', 'respond', 'hunt', 'summary']
    for (const key of same) expect(copy[key], key).toEqual(own[key])
    expect(imported[0].ruleId).toBe('bulk-send-copy')
    const eql = await siem.request('/api/v1/rules/seed/export?format=eql')
    expect(await eql.text()).toBe(`// Seed\n${SEED_RULE}\n`)
    const refused = await siem.request('/api/v1/rules/3f1c7e52-6f0e-4f3b-9f5a-0c9d3a1c6b11/export?format=eql')
    expect(refused.status).toBe(422)
    const unchanged = await siem.request(
      '/api/v1/rules/3f1c7e52-6f0e-4f3b-9f5a-0c9d3a1c6b11/export?format=sigma',
    )
    expect(await unchanged.text()).toBe(FORWARDING)
  })
})
