import { describe, expect, test } from 'vitest'
import type { Hit, HitContext } from '../../server/domain/hit.ts'
import { NO_ORGANISATION, type Heed, type Organisation } from '../../server/domain/organisation.ts'
import type { Rule } from '../../server/domain/rule.ts'
import { compileOrganisation } from '../../server/rules/allowances.ts'
import { contextOf } from '../../server/rules/hit-context.ts'
import { event, makeRule, T0 } from '../support/detection.ts'

const QUERY = { kind: 'query', query: 'any where true' } as const

function hit(context: HitContext, account: string | null = 'ann@harbour.example'): Hit {
  return { rule: 'r', version: 1, key: '[]', time: T0, event: 'e', step: 0, account, value: null, context }
}

function reason(settings: Partial<Organisation>, rule: Partial<Rule>, one: Hit): string | null {
  const allowance = compileOrganisation({ ...NO_ORGANISATION, ...settings }).of(
    makeRule({ ...QUERY, ...rule }),
  )
  return allowance?.(one)?.reason ?? null
}

describe('mail may be sent on', () => {
  const settings = {
    domains: ['harbour.example', 'xn--hfen-loa.example'],
    forwarding: ['partner.example', 'archive@vault.example'],
  }
  const heeds: Heed[] = ['forwarding']
  const inside = 'expected: forwarding stays within the organisation'
  const approved = 'expected: forwarding target is approved'
  test.each<[string, string[], string | null]>([
    ['to a colleague', ['bob@harbour.example'], inside],
    ['below an own domain', ['desk@tickets.harbour.example'], inside],
    ['to a name of the directory', ['bob dylan'], inside],
    ['to an approved domain', ['x@partner.example'], approved],
    ['below an approved domain', ['x@mail.partner.example'], approved],
    ['to an approved address', ['archive@vault.example'], approved],
    ['inside and approved', ['bob@harbour.example', 'x@partner.example'], approved],
    ['written in its own script', ['ann@häfen.example'], inside],
  ])('%s', (_, targets, expected) => {
    expect(reason(settings, { heeds }, hit({ targets }))).toBe(expected)
  })
  test.each<[string, string[]]>([
    ['another address of a domain of which one is approved', ['other@vault.example']],
    ['one outside among several', ['bob@harbour.example', 'x@evil.example']],
    ['a domain that ends like an own one', ['x@evil-harbour.example']],
    ['a domain that begins like one', ['x@harbour.example.evil.test']],
    ['a domain that ends like an approved one', ['x@notpartner.example']],
    ['letters of another script', ['x@hаrbour.example']],
    ['an own domain in front of the @', ['harbour.example@evil.test']],
    ['nowhere at all', []],
  ])('but not to %s', (_, targets) => {
    expect(reason(settings, { heeds }, hit({ targets }))).toBeNull()
  })
  test('within the account’s own domain, though nobody has said so', () => {
    expect(reason({}, { heeds }, hit({ targets: ['bob@harbour.example'] }))).toBe(inside)
    expect(reason({}, { heeds }, hit({ targets: ['bob@other.example'] }))).toBeNull()
  })
  test('but not out of its owner’s sight', () => {
    expect(reason(settings, { heeds }, hit({ targets: ['bob@harbour.example'], hides: true }))).toBeNull()
  })
  test('and a rule that does not heed it fires', () => {
    const all: Heed[] = ['networks', 'system-accounts']
    expect(reason(settings, { heeds: all }, hit({ targets: ['bob@harbour.example'] }))).toBeNull()
    expect(compileOrganisation({ ...NO_ORGANISATION, ...settings }).of(makeRule(QUERY))).toBeNull()
  })
})

describe('a service account does what it may', () => {
  const settings = {
    serviceAccounts: [
      { account: 'mover@harbour.example', may: ['set-mailbox'], note: '' },
      { account: 'idle@harbour.example', may: [], note: '' },
    ],
  }
  test.each([
    ['its own work', 'set-mailbox', 'mover@harbour.example', 'expected: service account may set-mailbox'],
    [
      'in another spelling',
      'set-mailbox',
      'Mover@Harbour.example',
      'expected: service account may set-mailbox',
    ],
    ['other work', 'bulk-send', 'mover@harbour.example', null],
    ['one that may do nothing', 'bulk-send', 'idle@harbour.example', null],
    ['a person', 'set-mailbox', 'ann@harbour.example', null],
    ['a namesake of another domain', 'set-mailbox', 'mover@evil.example', null],
    ['nobody', 'set-mailbox', null, null],
  ])('%s', (_, may, account, expected) => {
    expect(reason(settings, { heeds: ['service-accounts'], may }, hit({}, account))).toBe(expected)
  })
})

describe('an address is of a network', () => {
  const networks = [
    { name: 'Quay', cidr: '192.0.2.0/28', kind: 'office' },
    { name: 'Tunnel', cidr: '2001:db8:7::/48', kind: 'vpn' },
    { name: 'Filter', cidr: '198.51.100.7', kind: 'proxy' },
    { name: 'Phones', cidr: '203.0.113.0/24', kind: 'mobile' },
  ] satisfies Organisation['networks']
  const travel: Partial<Rule> = { kind: 'travel' }
  const spray: Partial<Rule> = { kind: 'threshold' }
  test.each<[string, Partial<Rule>, string, string | null]>([
    ['an office is a place', travel, '192.0.2.3', null],
    ['a VPN is none', travel, '2001:db8:7:1::9', 'expected: the address is of the VPN “Tunnel”'],
    ['a proxy is none', travel, '198.51.100.7', 'expected: the address is of the proxy “Filter”'],
    ['a carrier is none', travel, '203.0.113.9', 'expected: the address is of the mobile “Phones”'],
    [
      'nothing of it is new',
      { kind: 'new_terms' },
      '203.0.113.9',
      'expected: the address is of the mobile “Phones”',
    ],
    ['next to the block', travel, '198.51.100.8', null],
    ['an office does not attack', spray, '192.0.2.3', 'expected: the address is of the office “Quay”'],
    ['nor does a VPN', spray, '2001:db8:7::1', 'expected: the address is of the VPN “Tunnel”'],
    ['anybody may stand behind a carrier', spray, '203.0.113.9', null],
    [
      'an address mapped into IPv6',
      spray,
      '::ffff:192.0.2.3',
      'expected: the address is of the office “Quay”',
    ],
    ['no address', spray, 'unknown', null],
  ])('%s', (_, rule, ip, expected) => {
    expect(reason({ networks }, { ...rule, heeds: ['networks'] }, hit({ ip }))).toBe(expected)
  })
})

test.each([
  ['the system account', { user: { id: 'NT AUTHORITY\\SYSTEM (Microsoft.Exchange.Servicehost)' } }, true],
  ['a service principal', { user: { id: 'ServicePrincipal_2f8a' } }, true],
  ['the system’s security id', { user: { id: 'S-1-5-18' } }, true],
  ['an application', { user: { id: 'x' }, o365: { audit: { UserType: '5' } } }, true],
  ['an administrator', { user: { id: 'ann@harbour.example' }, o365: { audit: { UserType: '2' } } }, false],
  ['a person with such a name', { user: { id: 'nt.authority@harbour.example' } }, false],
])('Microsoft’s own actors are known: %s', (_, fields, isSystem) => {
  expect(contextOf({ fields }, ['system-accounts'])?.system ?? false).toBe(isSystem)
})

test.each([
  ['managed', { device_id: 'D1', is_managed: true, trust_type: '' }, { device: 'd1', managed: true }],
  ['joined', { device_id: 'D1', is_managed: false, trust_type: 'Hybrid Azure AD joined' }, { device: 'd1' }],
  ['registered by anybody', { device_id: 'D1', trust_type: 'Azure AD registered' }, null],
  ['without an id', { device_id: '', trust_type: 'Azure AD joined' }, null],
])('a device is trusted when the organisation has a hand in it: %s', (_, detail, expected) => {
  const more = { azure: { signinlogs: { properties: { device_detail: detail } } } }
  const { fields } = event({ at: T0, more })
  expect(contextOf({ fields }, ['same-device', 'learned-egress'])).toEqual(expected)
})
