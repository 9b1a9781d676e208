/**
 * What looks like the attack and is usual here: told once in the organisation's settings it is quiet, and the attack
 * beside it still fires. The rule as the detection was first written heeds no settings.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR, MINUTE, type Millis } from '../../server/domain/time.ts'
import { audit, BERLIN, LAGOS, NEW_YORK, sends, signIn, spray } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const ORGANISATION = {
  domains: ['harbour.example'],
  networks: [
    { name: 'Tunnel', cidr: '192.0.2.64/28', kind: 'vpn' },
    { name: 'Travel proxy', cidr: '2001:db8:77::/48', kind: 'proxy' },
    { name: 'Quay', cidr: '198.51.100.0/28', kind: 'office' },
  ],
  serviceAccounts: [
    { account: 'mover@harbour.example', may: ['set-mailbox'], note: 'until the migration is over' },
    { account: 'news@harbour.example', may: ['bulk-send'], note: '' },
    { account: 'idle@harbour.example', may: [], note: '' },
  ],
  forwarding: ['archive@vault.example', 'partner.example'],
}
const NOON: Millis = Math.floor(Date.now() / HOUR) * HOUR - 20 * HOUR
const VPN = '192.0.2.70'
const PROXY = '2001:db8:77::5'

let siem: Siem
beforeAll(async () => {
  siem = await startSiem()
  await siem.request('/api/v1/organisation', { method: 'PUT', json: ORGANISATION })
})
afterAll(() => siem?.stop())

/** Rules that fire for an account, given its records. */
async function fired(user: string, signIns: unknown[], audits: unknown[] = []): Promise<string[]> {
  if (signIns.length > 0) await siem.ingest(signIns, '?dataset=azure.signinlogs')
  if (audits.length > 0) await siem.ingest(audits, '?dataset=o365.audit')
  const alerts = await siem.settled(`?user=${user}&size=1000`)
  return alerts.filter(({ status }) => status !== 'withdrawn').map(({ ruleId }) => ruleId)
}

const risky = (user: string, ip = '203.0.113.9') => signIn({ user, ip, at: NOON, risk: 'high', place: LAGOS })
const forwards = (user: string, target: string, minutes = 10) =>
  audit({
    user,
    at: NOON + minutes * MINUTE,
    operation: 'New-InboxRule',
    parameters: { Name: 'Delegate', ForwardTo: target },
  })
const setsMailbox = (user: string, mailbox: number, target: string) =>
  audit({
    user,
    at: NOON + mailbox * 20_000,
    operation: 'Set-Mailbox',
    parameters: { Identity: `box${mailbox}`, ForwardingSmtpAddress: `smtp:${target}` },
    more: { ObjectId: `box${mailbox}` },
  })

const FORWARDING = ['risky-sign-in-then-inbox-rule', 'inbox-rule-forwards-outside']

test.each([
  ['a colleague', 'delegate@harbour.example'],
  ['a desk below the own domain', 'desk@tickets.harbour.example'],
  ['an approved address', 'archive@vault.example'],
  ['an approved domain', 'post@partner.example'],
])('forwarding to %s is quiet, also after a risky sign-in', async (name, target) => {
  const user = `quiet.${name.replaceAll(' ', '')}@harbour.example`
  const alerts = await fired(user, [risky(user)], [forwards(user, target)])
  expect(alerts.filter((id) => FORWARDING.includes(id))).toEqual([])
})

test.each([
  ['a domain that ends like the own one', 'x@evil-harbour.example'],
  ['a domain that begins like it', 'x@harbour.example.evil.test'],
  ['one in letters of another script', 'x@hаrbour.example'],
  ['another address of a domain of which one is approved', 'x@vault.example'],
  ['a colleague and a stranger', 'delegate@harbour.example;x@evil.test'],
])('forwarding to %s fires', async (name, target) => {
  const user = `loud.${name.replaceAll(' ', '')}@harbour.example`
  const alerts = await fired(user, [risky(user)], [forwards(user, target)])
  expect(alerts).toContain('risky-sign-in-then-inbox-rule')
})

test.each([
  ['the VPN', VPN],
  ['the travel proxy', PROXY],
])('a journey through %s is none; the same journey elsewhere is one', async (name, ip) => {
  const home = (user: string) => signIn({ user, at: NOON, place: NEW_YORK, ip: '203.0.113.7' })
  const away = (user: string, address: string) =>
    signIn({ user, at: NOON + 20 * MINUTE, place: BERLIN, ip: address })
  const quiet = `q${name.length}@harbour.example`
  expect(await fired(quiet, [home(quiet), away(quiet, ip)])).toEqual([])
  const loud = `l${name.length}@harbour.example`
  expect(await fired(loud, [home(loud), away(loud, '203.0.113.99')])).toContain('impossible-travel')
  // A stranger elsewhere, while the person is behind the VPN too.
  const both = `b${name.length}@harbour.example`
  expect(await fired(both, [home(both), away(both, ip), away(both, '203.0.113.98')])).toContain(
    'impossible-travel',
  )
})

test('an office is a place: a stranger far from it is found', async () => {
  const user = 'desk@harbour.example'
  const office = signIn({ user, at: NOON, place: NEW_YORK, ip: '198.51.100.3' })
  const stranger = signIn({ user, at: NOON + 20 * MINUTE, place: LAGOS, ip: '203.0.113.66' })
  expect(await fired(user, [office, stranger])).toContain('impossible-travel')
})

test('a stranger behind the VPN’s range who plants a rule after a risky sign-in fires', async () => {
  const user = 'tunnelled@harbour.example'
  expect(await fired(user, [risky(user, VPN)], [forwards(user, 'x@evil.test')])).toContain(
    'risky-sign-in-then-inbox-rule',
  )
})

test('expired passwords of a whole office are no spray; a stranger’s spray is one', async () => {
  const people = Array.from({ length: 14 }, (_, i) => `crew${i}@harbour.example`)
  await siem.ingest(spray('198.51.100.5', people, NOON), '?dataset=azure.signinlogs')
  await siem.ingest(spray('203.0.113.200', people, NOON), '?dataset=azure.signinlogs')
  const alerts = await siem.settled('?rule=credential-spray')
  expect(alerts.map(({ entity }) => entity.value)).toEqual(['203.0.113.200'])
})

test('a migration that sets 200 mailboxes is quiet; its account sending in bulk, and an account that may nothing, fire', async () => {
  const user = 'mover@harbour.example'
  const moves = Array.from({ length: 200 }, (_, i) => setsMailbox(user, i, `box${i}@newhost.test`))
  // The sign-in is told as what it is; what the migration did is no part of a takeover.
  expect(await fired(user, [risky(user)], moves)).toEqual(['risky-sign-in'])
  expect(await fired(user, [], sends(user, 60, NOON, NOON + 50 * MINUTE))).toContain('bulk-send')

  const news = 'news@harbour.example'
  expect(await fired(news, [], sends(news, 60, NOON, NOON + 50 * MINUTE))).not.toContain('bulk-send')
  const idle = 'idle@harbour.example'
  expect(await fired(idle, [], sends(idle, 60, NOON, NOON + 50 * MINUTE))).toContain('bulk-send')

  const { effects } = await siem.get('/api/v1/organisation/effects')
  expect(effects).toContainEqual({
    ruleId: 'bulk-send',
    setting: 'service-account news@harbour.example',
    events: 60,
  })
})

test('a setting made later takes alerts back with the reason, and one taken back raises them again', async () => {
  const user = 'late@harbour.example'
  const target = 'post@late-partner.example'
  const alerts = async () =>
    (await siem.settled(`?rule=risky-sign-in-then-inbox-rule&user=${user}`)).map(
      ({ status, withdrawReason }) => [status, withdrawReason],
    )
  await fired(user, [risky(user)], [forwards(user, target)])
  expect(await alerts()).toEqual([['open', null]])
  const forwarding = [...ORGANISATION.forwarding, 'late-partner.example']
  await siem.request('/api/v1/organisation', { method: 'PUT', json: { ...ORGANISATION, forwarding } })
  expect(await alerts()).toEqual([['withdrawn', 'expected: forwarding target is approved']])
  const explained = await siem.post('/api/v1/rules/risky-sign-in-then-inbox-rule/explain', { entity: user })
  expect(explained.missing[0]).toContain('expected: forwarding target is approved')
  const { alerts: would } = await siem.post('/api/v1/rules/risky-sign-in-then-inbox-rule/backtest', {})
  expect(would.filter((one: { user: string }) => one.user === user)).toEqual([])
  await siem.request('/api/v1/organisation', { method: 'PUT', json: ORGANISATION })
  expect(await alerts()).toEqual([['open', null]])
})

test('a rule that heeds nothing fires as it is written', async () => {
  const query = `sequence by user.name with maxspan=4h
    [authentication where event.dataset == "azure.signinlogs" and azure.signinlogs.properties.risk_level_during_sign_in == "high"]
    [any where event.dataset == "o365.audit" and event.action == "New-InboxRule" and wildcard(o365.audit.Parameters, "*ForwardTo*")]`
  await siem.post('/api/v1/rules', { id: 'as-written', name: 'As written', language: 'eql', query })
  const user = 'written@harbour.example'
  expect(await fired(user, [risky(user)], [forwards(user, 'delegate@harbour.example')])).toContain(
    'as-written',
  )
})
