import { expect, test } from 'vitest'
import { findOffers, type Known } from '../../client/src/parts/palette/results.ts'
import { searchAddress } from '../../client/src/text/search-address.ts'

const known: Known = {
  alerts: [
    {
      id: 'a1',
      summary: 'alice@contoso.example: risky sign-in from Nigeria, then a rule',
      severity: 'critical',
      ruleName: 'Risky sign-in',
      user: 'alice@contoso.example',
      users: ['alice@contoso.example'],
    },
    {
      id: 'a2',
      summary: '203.0.113.9 tried passwords on 14 accounts',
      severity: 'medium',
      ruleName: 'Credential spray',
      user: null,
      users: ['bob@contoso.example'],
    },
  ],
  risks: [{ user: 'Alice@contoso.example', riskScore: 91.6 }],
  rules: [{ id: 'bulk-send', name: 'One account sends many mails' }],
  pages: [{ id: 'page-/rules', href: '/rules', icon: 'rules', text: 'Rules' }],
  commands: [{ id: 'pause', icon: 'pause', text: 'Pause live updates', act: () => undefined }],
  searchAddress,
}
const found = (typed: string) =>
  findOffers(typed, known).map(({ title, offers }) => [title, ...offers.map((offer) => offer.id)])

test('before anything is typed it offers what is open, who is at risk, the pages and the commands', () => {
  expect(found('  ')).toEqual([
    ['Open now', 'alert-a1', 'alert-a2'],
    ['Accounts', 'account-Alice@contoso.example'],
    ['Go to', 'page-/rules'],
    ['Commands', 'pause'],
  ])
})

test.each([
  ['an account in any case, once, under its first name', 'ALICE', 'account-Alice@contoso.example'],
  ['an account that only an alert names', 'bob', 'account-bob@contoso.example'],
  ['an account that nobody has named', 'eve@fabrikam.example', 'account-eve@fabrikam.example'],
  ['an alert by words of its sentence in any order', 'nigeria risky', 'alert-a1'],
  ['an alert by its rule', 'spray', 'alert-a2'],
  ['an alert by an id that is not in the list', 'C6IWtbQEO2eRvvIp8lGVWB', 'alert-of-id'],
  ['an IPv4 address', '203.0.113.9', 'address'],
  ['an IPv6 address', '2001:db8::7', 'address'],
  ['a rule by name', 'many mails', 'rule-bulk-send'],
  ['a rule by id', 'bulk-s', 'rule-bulk-send'],
  ['a page', 'rul', 'page-/rules'],
  ['a command', 'pause', 'pause'],
  ['anything else, in the events', 'whatever this is', 'search'],
])('it finds %s', (_, typed, id) => {
  expect(
    findOffers(typed, known)
      .flatMap((group) => group.offers)
      .filter((offer) => offer.id === id),
  ).toHaveLength(1)
})

test.each([
  ['a word', 'invoice', '"invoice"'],
  ['an address', '203.0.113.9', 'source.ip: "203.0.113.9"'],
  ['quotes and backslashes', 'a "b" \\c', '"a \\"b\\" \\\\c"'],
  ['what would be an operator', 'x or y: *', '"x or y: *"'],
])('a search for %s means just that', (_, text, query) => {
  expect(new URL(searchAddress(text), 'http://here').searchParams.get('query')).toBe(query)
})
