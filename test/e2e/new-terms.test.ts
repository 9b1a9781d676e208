import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { BERLIN, LAGOS, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
  const response = await siem.request('/api/v1/rules/import', {
    method: 'POST',
    headers: { 'content-type': 'application/toml' },
    body: TOML,
  })
  expect(await response.json()).toMatchObject({
    imported: [
      {
        ruleId: ID,
        kind: 'new_terms',
        enabled: true,
        warnings: [{ message: 'The rule depends on what was there before' }],
      },
    ],
    refused: [],
  })
  await siem.post('/api/v1/rules', {
    id: 'learnt',
    name: 'New country',
    language: 'eql',
    query: 'authentication where event.dataset == "azure.signinlogs" and event.outcome == "success"',
    new_terms: { fields: 'source.geo.country_iso_code', history: '14d', learn: '3d' },
    summary: '{user} signed in from {new}, usually {usual}',
  })
})
afterAll(() => siem?.stop())

const ID = '5a6f1f8e-1111-4222-8333-944455566677'
const TOML = `[rule]
author = ["Ann Example"]
license = "Example License"
name = "First country of a user"
rule_id = "${ID}"
risk_score = 47
severity = "medium"
type = "new_terms"
language = "kuery"
query = 'event.dataset:"azure.signinlogs" and event.outcome:success'
[rule.new_terms]
field = "new_terms_fields"
value = ["azure.signinlogs.properties.user_principal_name", "source.geo.country_iso_code"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-7d"
`
const NOW = Math.floor(Date.now() / 1000) * 1000

/** Five days at home, then once from elsewhere, ten minutes ago. */
const story = (user: string) => [
  ...[5, 4, 3, 2, 1].map((day) => signIn({ user, at: NOW - day * DAY, place: BERLIN })),
  signIn({ user, at: NOW - 10 * MINUTE, place: LAGOS }),
]
const standing = async (user: string, rule: string, force = true) => {
  await siem.post('/api/v1/correlator/run', { force })
  const alerts = await siem.alerts(`?rule=${rule}&user=${user}`)
  return alerts.filter(({ status }) => status !== 'withdrawn').toReversed()
}

test('an imported rule is exact, one that learns first is silent about what it learns', async () => {
  const user = 'ann@terms.example'
  await siem.ingest(story(user))
  expect(await standing(user, 'learnt', false)).toEqual([])
  expect(await standing(user, 'learnt')).toMatchObject([
    { summary: `${user} signed in from NG, usually DE`, kind: 'new_terms', drill: false },
  ])
  const exact = await standing(user, ID)
  expect(exact.map(({ facts }) => facts.newTerms[0].terms)).toEqual([['DE'], ['NG']])
  expect(exact[0].entity.value).toBe(user)
})

test('a log that shows even later that it was nothing new takes the alert back', async () => {
  const user = 'bob@terms.example'
  await siem.ingest(story(user))
  expect(await standing(user, 'learnt')).toHaveLength(1)
  await siem.ingest([signIn({ user, at: NOW - 4 * DAY - HOUR, place: LAGOS })])
  expect(await standing(user, 'learnt')).toEqual([])
  const [alert] = await siem.alerts(`?rule=learnt&user=${user}`)
  expect(alert).toMatchObject({ status: 'withdrawn', withdrawReason: 'late logs rule it out' })
})

test('a drill brings its history with it and is told at once', async () => {
  const user = 'cem@terms.example'
  await siem.ingest(story(user), '?drill=country')
  expect(await standing(user, 'learnt', false)).toMatchObject([{ drill: true, count: 1 }])
})

test('an explanation says when the value was seen before', async () => {
  const user = 'dee@terms.example'
  await siem.ingest([5, 4, 1].map((day) => signIn({ user, at: NOW - day * DAY, place: BERLIN })))
  const told = await siem.post('/api/v1/rules/learnt/explain', {
    entity: user,
    from: 'now-2d',
    to: 'now',
  })
  expect(told).toMatchObject({ fired: false })
  expect(told.summary).toMatch(/was not new: DE was seen 3 d before/)
})
