import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { asEcs, bulkBody } from '../support/ecs.ts'
import { accounts, BERLIN, inboxRule, NEW_YORK, sends, signIn, spray } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

type Check = { name: string; rule: string; about: string; signIns: unknown[]; audits: unknown[] }

/** The four checks of the detection's own test plan, each with accounts and addresses of its own. */
function fourChecks(at: number, run: string): Check[] {
  const domain = `${run}.example`
  // Sprays of one address within a day are one alert, so each run has its own.
  const ip = `198.51.100.${Array.from(run).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 251, 0)}`
  return [
    {
      name: 'inbox rule',
      rule: 'risky-sign-in-then-inbox-rule',
      about: `alex@${domain}`,
      signIns: [signIn({ user: `alex@${domain}`, at: at - 2 * HOUR, risk: 'high' })],
      audits: [inboxRule({ user: `alex@${domain}`, at: at - 2 * HOUR + 12 * MINUTE })],
    },
    {
      name: 'credential spray',
      rule: 'credential-spray',
      about: `victim@${domain}`,
      signIns: [
        ...spray(ip, accounts(14, domain), at - 90 * MINUTE),
        signIn({
          user: `victim@${domain}`,
          ip,
          at: at - 80 * MINUTE,
          client: 'Other clients',
        }),
      ],
      audits: [],
    },
    {
      name: 'bulk send',
      rule: 'bulk-send',
      about: `marta@${domain}`,
      signIns: [],
      audits: sends(`marta@${domain}`, 60, at - 50 * MINUTE, at - 10 * MINUTE),
    },
    {
      name: 'impossible travel',
      rule: 'impossible-travel',
      about: `tomasz@${domain}`,
      signIns: [
        signIn({ user: `tomasz@${domain}`, at: at - 60 * MINUTE, place: NEW_YORK, ip: '203.0.113.7' }),
        signIn({ user: `tomasz@${domain}`, at: at - 40 * MINUTE, place: BERLIN, ip: '192.0.2.44' }),
      ],
      audits: [],
    },
  ]
}

const post = (siem: Siem, dataset: string, records: unknown[]) => siem.ingest(records, `?dataset=${dataset}`)

/** Of the accounts of these checks there are their alerts, and nothing else of these rules. */
async function expectOneAlertEach(siem: Siem, checks: Check[]) {
  const domain = checks[0]!.about.split('@')[1]!
  const all = await siem.settled('?size=1000')
  const alerts = all.filter(
    (alert) => checks.some(({ rule }) => rule === alert.ruleId) && alert.user.endsWith(`@${domain}`),
  )
  const found = alerts.map((alert) => `${alert.ruleId} ${alert.user}`).sort()
  expect(found).toEqual(checks.map((check) => `${check.rule} ${check.about}`).sort())
  for (const alert of alerts) expect(alert.severity, alert.summary).toMatch(/high|critical/)
  return alerts
}

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
})
afterAll(() => siem?.stop())

describe('posting raw records for the four checks', () => {
  test('raises one alert of its own rule each, pushed within two seconds of the answer; a second post changes nothing', async () => {
    const live = await siem.live()
    const checks = fourChecks(Date.now() - MINUTE, 'live')
    const first = []
    for (const check of checks) {
      if (check.signIns.length > 0) first.push(await post(siem, 'azure.signinlogs', check.signIns))
      if (check.audits.length > 0) first.push(await post(siem, 'o365.audit', check.audits))
      const answered = Date.now()
      await live.next((message) => message.type === 'alert' && message.alert.ruleId === check.rule, 2_000)
      expect(Date.now() - answered, check.name).toBeLessThan(2_000)
    }
    const alerts = await expectOneAlertEach(siem, checks)
    const revisions = alerts.map((alert) => alert.revision)

    const second = []
    for (const check of checks) {
      if (check.signIns.length > 0) second.push(await post(siem, 'azure.signinlogs', check.signIns))
      if (check.audits.length > 0) second.push(await post(siem, 'o365.audit', check.audits))
    }
    expect(second.map((answer) => answer.duplicates)).toEqual(first.map((answer) => answer.accepted))
    expect(second.every((answer) => answer.accepted === 0 && answer.rejected === 0)).toBe(true)
    const after = await expectOneAlertEach(siem, checks)
    expect(after.map((alert) => alert.revision)).toEqual(revisions)
    live.close()
  })
})

test.each([
  ['60 days back', 60 * DAY],
  ['two years back', 730 * DAY],
])('the same with event times %s, as raw records and either feed first', async (_, age) => {
  for (const auditFirst of [false, true]) {
    const checks = fourChecks(Date.now() - age, `raw-${age}-${auditFirst}`)
    const signIns = checks.flatMap((check) => check.signIns)
    const audits = checks.flatMap((check) => check.audits)
    const feeds = [['azure.signinlogs', signIns] as const, ['o365.audit', audits] as const]
    for (const [dataset, records] of auditFirst ? feeds.reverse() : feeds) await post(siem, dataset, records)
    await expectOneAlertEach(siem, checks)
  }
})

test.each([
  ['today', MINUTE],
  ['60 days back', 60 * DAY],
  ['two years back', 730 * DAY],
])('the same through _bulk as documents already in ECS, %s, either feed first', async (_, age) => {
  for (const auditFirst of [false, true]) {
    const checks = fourChecks(Date.now() - age, `ecs-${age}-${auditFirst}`)
    const feeds = [
      ['logs-azure.signinlogs-default', asEcs(checks.flatMap((check) => check.signIns))] as const,
      ['logs-o365.audit-default', asEcs(checks.flatMap((check) => check.audits))] as const,
    ]
    for (const [index, documents] of auditFirst ? feeds.reverse() : feeds) {
      const headers = { 'content-type': 'application/x-ndjson' }
      const response = await siem.request(`/${index}/_bulk`, {
        method: 'POST',
        body: bulkBody(documents),
        headers,
      })
      const answer = (await response.json()) as { errors: boolean }
      expect(response.status).toBe(200)
      expect(answer.errors).toBe(false)
    }
    await expectOneAlertEach(siem, checks)
  }
})
