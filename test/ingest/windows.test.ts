import { expect, test } from 'vitest'
import { one } from './records.ts'

const event = (id: string | number, data: object, more: object = {}) => ({
  '@timestamp': '2026-06-01T08:00:00Z',
  winlog: { channel: 'Security', event_id: id, event_data: data },
  ...more,
})
const LOGON = {
  SubjectUserName: '-',
  TargetUserName: 'ann',
  TargetDomainName: 'CORP',
  IpAddress: '::ffff:203.0.113.7',
  IpPort: '4022',
  WorkstationName: 'PC1',
}

test.each<[string, object, string]>([
  ['a logon', event('4624', LOGON), 'authentication logged-in success ann CORP 203.0.113.7'],
  [
    'a failed logon',
    event(4625, LOGON, { event: { code: '4625' } }),
    'authentication logon-failed failure ann CORP 203.0.113.7',
  ],
  [
    'an account locked',
    event(4740, { SubjectUserName: 'DC1$', TargetUserName: 'ann' }),
    'iam locked-out-user-account success DC1$ -> ann',
  ],
  [
    'an account made',
    event(4720, { SubjectUserName: 'admin', TargetUserName: 'evil' }),
    'iam added-user-account success admin -> evil',
  ],
  [
    'the log cleared',
    { ...event(1102, {}), winlog: { provider_name: 'Microsoft-Windows-Eventlog', event_id: 1102 } },
    'iam audit-log-cleared success',
  ],
])('%s gets its meaning', (_, record, expected) => {
  const made = one(record)
  expect(made).toMatchObject({ dataset: 'system.security', asSent: true })
  const { event: said, user = {}, source = {} } = made.fields as Record<string, any>
  const target = user.target ? `-> ${user.target.name}` : undefined
  const words = [said.category[0], said.action, said.outcome, user.name, user.domain, target, source.ip]
  expect(words.filter((word) => word !== undefined).join(' ')).toBe(expected)
})

test.each<[string, object]>([
  ['another number', event(5156, {})],
  ['another channel', { ...event(4624, LOGON), winlog: { channel: 'Application', event_id: 4624 } }],
  ['what a module has named', event(4624, LOGON, { event: { category: ['authentication'], action: 'x' } })],
  ['nothing of the kind', { winlog: 'text' }],
])('%s is stored as it came', (_, record) => {
  expect(one(record)).toMatchObject({ dataset: 'generic', fields: record })
})
