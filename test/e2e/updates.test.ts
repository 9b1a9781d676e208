import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { graphSignIn, inboxRule, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

const AT = Date.now() - 5 * HOUR
const ORDERS = [
  ['plain', 'rule', 'risky'],
  ['plain', 'risky', 'rule'],
  ['rule', 'plain', 'risky'],
  ['rule', 'risky', 'plain'],
  ['risky', 'plain', 'rule'],
  ['risky', 'rule', 'plain'],
] as const

describe('a sign-in that is found risky later', () => {
  test.each(ORDERS)('raises one alert, told in the order %s, %s, %s', async (...order) => {
    const user = `${order.join('-')}@updates.example`
    const id = randomUUID()
    const records = {
      plain: ['azure.signinlogs', signIn({ id, user, at: AT })],
      risky: ['azure.signinlogs', graphSignIn({ id, user, at: AT, riskState: 'atRisk' })],
      rule: ['o365.audit', inboxRule({ user, at: AT + 30 * MINUTE })],
    } as const
    const answers: Record<string, any> = {}
    for (const name of order) {
      const [dataset, record] = records[name]
      answers[name] = await siem.ingest([record], `?dataset=${dataset}`)
    }
    const later = order.indexOf('risky') > order.indexOf('plain') ? 'risky' : 'plain'
    expect(answers[later]).toMatchObject({ accepted: 1, updated: 1, duplicates: 0, rejected: 0 })
    const alerts = await siem.settled(`?user=${user}`)
    expect(alerts.map((alert) => alert.ruleId)).toEqual(['risky-sign-in-then-inbox-rule'])
    expect(alerts[0].count).toBe(2)
    const event = await siem.get(`/api/v1/events/${encodeURIComponent(alerts[0].eventIds[0])}`)
    expect(event.fields.azure.signinlogs.properties.risk_state).toBe('atRisk')
    expect(event.id).toContain(id)
  })
})

describe('a copy that brings the risk and leaves out what was known', () => {
  const partial: [string, (copy: any) => any][] = [
    ['without the app', (copy) => ({ ...copy, appDisplayName: null, resourceDisplayName: null })],
    [
      'without the account',
      (copy) => ({ ...copy, userPrincipalName: null, userDisplayName: null, userId: null }),
    ],
  ]
  test.each(
    partial.flatMap(([name, change]) =>
      ORDERS.map((order) => [name, order.join(', '), change, order] as const),
    ),
  )('raises one alert: %s, told in the order %s', async (name, _, change, order) => {
    const user = `${name.replaceAll(' ', '')}-${order.join('-')}@updates.example`
    const id = randomUUID()
    const records = {
      plain: ['azure.signinlogs', signIn({ id, user, at: AT })],
      risky: ['azure.signinlogs', change(graphSignIn({ id, user, at: AT, riskState: 'atRisk' }))],
      rule: ['o365.audit', inboxRule({ user, at: AT + 30 * MINUTE })],
    } as const
    for (const one of order) await siem.ingest([records[one][1]], `?dataset=${records[one][0]}`)
    const alerts = await siem.settled(`?user=${user}`)
    expect(alerts.map((alert) => alert.ruleId)).toEqual(['risky-sign-in-then-inbox-rule'])
  })
})

test('an account is the same person however the feeds spell it', async () => {
  await siem.ingest([signIn({ user: 'alex.kim@updates.example', at: AT, risk: 'high' })])
  await siem.ingest([inboxRule({ user: 'Alex.Kim@Updates.Example', at: AT + MINUTE })])
  const [alert] = await siem.settled('?user=ALEX.KIM@updates.example')
  expect(alert).toMatchObject({ ruleId: 'risky-sign-in-then-inbox-rule', user: 'alex.kim@updates.example' })
})
