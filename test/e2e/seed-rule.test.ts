import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, HOUR, SECOND } from '../../server/domain/time.ts'
import { inboxRule, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const SEED_RULE = `/* T1586.002 — Risky sign-in to M365 email followed by inbox rule exfiltration setup within 4h */
sequence by user.name with maxspan=4h
  [authentication where event.dataset == "azure.signinlogs"
   and event.outcome == "success"
   and (
     azure.signinlogs.properties.risk_level_during_sign_in in ("high", "medium") or
     azure.signinlogs.properties.is_risky == true or
     azure.signinlogs.properties.risk_state == "atRisk"
   )
   and wildcard(azure.signinlogs.properties.app_display_name,
     "*Exchange*", "*Outlook*", "*Office 365*", "*Microsoft 365*", "*OWA*"
   )]
  [any where event.dataset == "o365.audit"
   and event.action in (
     "New-InboxRule", "Set-InboxRule", "UpdateInboxRules",
     "Set-Mailbox", "Set-MailboxAutoReplyConfiguration"
   )
   and wildcard(o365.audit.Parameters,
     "*ForwardTo*", "*ForwardAsAttachmentTo*", "*RedirectTo*",
     "*DeleteMessage*", "*MarkAsRead*"
   )]`

let siem: Siem
const AT = Date.now() - 3 * DAY

beforeAll(async () => {
  siem = await startSiem()
  const response = await siem.request('/api/v1/rules', {
    method: 'POST',
    json: { name: 'The seed rule', language: 'eql', query: SEED_RULE },
  })
  expect(response.status).toBe(201)
  const saved = (await response.json()) as { id: string; warnings: { message: string }[] }
  expect(saved.id).toBe('the-seed-rule')
  expect(saved.warnings.map(({ message }) => message).join()).toContain('wildcard')
})
afterAll(() => siem?.stop())

const seedAlerts = (user: string) => siem.settled(`?rule=the-seed-rule&user=${user}`)

describe('the seed rule, its text unchanged', () => {
  test.each([
    ['after a minute', 60 * SECOND, 1],
    ['after exactly four hours', 4 * HOUR, 1],
    ['not after 4 h 00 min 01 s', 4 * HOUR + SECOND, 0],
  ])('fires on a risky sign-in and an inbox rule %s', async (name, gap, expected) => {
    const user = `${name.replaceAll(/\W/g, '')}@seed.example`
    const at = Math.floor(AT / 1000) * 1000
    await siem.ingest(
      [{ ...signIn({ user, at, risk: 'medium' }) }].map(wholeSeconds),
      '?dataset=azure.signinlogs',
    )
    await siem.ingest([inboxRule({ user, at: at + gap })], '?dataset=o365.audit')
    expect(await seedAlerts(user)).toHaveLength(expected)
  })

  test("fires when the rule's record arrives first", async () => {
    const user = 'first@seed.example'
    await siem.ingest([inboxRule({ user, at: AT + HOUR })], '?dataset=o365.audit')
    expect(await seedAlerts(user)).toHaveLength(0)
    await siem.ingest([signIn({ user, at: AT, risk: 'high' })], '?dataset=azure.signinlogs')
    expect(await seedAlerts(user)).toHaveLength(1)
  })

  test("names both accounts when it joins namesakes of two domains; the product's own rule stays quiet", async () => {
    await siem.ingest(
      [signIn({ user: 'namesake@one.example', at: AT, risk: 'high' })],
      '?dataset=azure.signinlogs',
    )
    await siem.ingest([inboxRule({ user: 'namesake@two.example', at: AT + HOUR })], '?dataset=o365.audit')
    const alerts = await siem.settled('?user=namesake@two.example')
    expect(alerts.map((alert) => alert.ruleId)).toEqual(['the-seed-rule'])
    expect(alerts[0].users).toEqual(['namesake@one.example', 'namesake@two.example'])
  })
})

test('a rule that is saved looks through the stored history', async () => {
  const user = 'history@seed.example'
  await siem.ingest([signIn({ user, at: AT, risk: 'high' }), inboxRule({ user, at: AT + HOUR })])
  const rule = { name: 'Saved later', language: 'eql', query: SEED_RULE }
  expect((await siem.request('/api/v1/rules', { method: 'POST', json: rule })).status).toBe(201)
  const [alert] = await siem.settled(`?rule=saved-later&user=${user}`)
  expect(alert).toMatchObject({ fromHistory: true })
})

/** Cuts the fraction, so that the gap to the audit record is exact. */
function wholeSeconds(record: ReturnType<typeof signIn>) {
  const cut = `${record.properties.createdDateTime.slice(0, 19)}Z`
  return { ...record, properties: { ...record.properties, createdDateTime: cut } }
}
