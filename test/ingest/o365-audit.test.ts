import { describe, expect, test } from 'vitest'
import { type Fields, isObject, valueAt } from '../../server/domain/json.ts'
import { attachmentsOf } from '../../server/ingest/sources/o365-audit/mail.ts'
import { audit, one, refusal } from './records.ts'

const get = (record: unknown, path: string) => valueAt(one(record).fields, path)
const auditOf = (record: unknown) => (one(record).fields['o365'] as Fields)['audit'] as Fields

test('an audit record becomes the document that rules read', () => {
  const event = one(audit())
  expect(event).toMatchObject({
    dataset: 'o365.audit',
    identity: '5f1c0c7e-0011-4a00-9b00-000000000011',
    time: Date.UTC(2026, 5, 1, 9, 10, 11),
    ownTime: true,
    category: ['web'],
  })
  expect(event.fields).toEqual({
    '@timestamp': '2026-06-01T09:10:11.000Z',
    event: {
      kind: 'event',
      category: ['web'],
      type: ['info'],
      outcome: 'success',
      module: 'o365',
      dataset: 'o365.audit',
      id: '5f1c0c7e-0011-4a00-9b00-000000000011',
      action: 'New-InboxRule',
      provider: 'Exchange',
      code: 'ExchangeAdmin',
    },
    data_stream: { type: 'logs', dataset: 'o365.audit', namespace: 'default' },
    user: {
      id: 'Mara.Lindt@brightwater.example',
      email: 'Mara.Lindt@brightwater.example',
      name: 'Mara.Lindt',
      domain: 'brightwater.example',
    },
    organization: { id: '5f1c0c7e-0009-4a00-9b00-000000000009', name: 'brightwater.example' },
    host: { id: '5f1c0c7e-0009-4a00-9b00-000000000009', name: 'brightwater.example' },
    client: { address: '81.2.69.142', ip: '81.2.69.142', port: 50123 },
    source: { ip: '81.2.69.142', port: 50123 },
    network: { type: 'ipv4' },
    server: { domain: 'MB01', address: '15.20.1.1', ip: '15.20.1.1' },
    destination: { ip: '15.20.1.1' },
    email: { to: { address: ['a@elsewhere.example', 'b@elsewhere.example'] } },
    related: {
      ip: ['81.2.69.142', '15.20.1.1'],
      user: ['Mara.Lindt', 'Mara.Lindt@brightwater.example'],
      hosts: ['brightwater.example', 'MB01'],
    },
    o365: {
      audit: {
        CreationTime: '2026-06-01T09:10:11',
        RecordType: '1',
        ResultStatus: 'True',
        UserKey: '1003BFFD00000001',
        UserType: '2',
        Version: '1',
        ObjectId: 'Mara.Lindt\\Filing',
        UserId: 'Mara.Lindt@brightwater.example',
        Parameters: { Name: 'Filing', ForwardTo: 'a@elsewhere.example;b@elsewhere.example' },
      },
    },
    vedette: expect.any(Object),
  })
})

test.each<[string, unknown]>([
  ['the API', audit()],
  [
    'a Search-UnifiedAuditLog row',
    { RecordType: 'ExchangeAdmin', CreationDate: '6/1/2026 9:10:11 AM', AuditData: JSON.stringify(audit()) },
  ],
  ['a row with its data unpacked', { RecordType: 'ExchangeAdmin', AuditData: audit() }],
  ['a Graph audit query record', { id: 'other', auditLogRecordType: 'exchangeAdmin', auditData: audit() }],
  [
    'Elastic Agent before its pipeline',
    { '@timestamp': '2026-06-01T10:00:00Z', data_stream: { dataset: 'o365.audit' }, o365audit: audit() },
  ],
  [
    'JSON text in a Beats message',
    { '@timestamp': '2026-06-01T10:00:00Z', message: JSON.stringify(audit()) },
  ],
  [
    'JSON text in event.original',
    {
      '@timestamp': '2026-06-01T10:00:00Z',
      event: { original: JSON.stringify(audit()), dataset: 'o365.audit' },
    },
  ],
  ['Splunk', { event: audit(), sourcetype: 'o365:management:activity' }],
])('%s gives the same document', (_, record) => {
  expect(one(record).fields).toEqual(one(audit()).fields)
  expect(one(record, { dataset: 'o365.audit' }).id).toBe(one(audit()).id)
})

describe('lists of names and values', () => {
  test('later duplicates win, values are text, and names that would be no data are left out', () => {
    const Parameters = [
      { Name: 'A', Value: 'old' },
      { Name: 'A', Value: 'new' },
      { Name: 'B', Value: true },
      { Name: 'constructor', Value: 'c' },
      { Name: '__proto__', Value: 'p' },
      'odd',
    ]
    expect(auditOf(audit({ Parameters }))['Parameters']).toEqual({ A: 'new', B: 'true', constructor: 'c' })
  })

  test('text in their place is kept whole', () => {
    const text = audit({ Parameters: '-ForwardTo x', ExtendedProperties: 'e', ModifiedProperties: 'm' })
    expect(auditOf(text)).toMatchObject({
      Parameters: { _raw: '-ForwardTo x' },
      ExtendedProperties: { _raw: 'e' },
      ModifiedProperties: { _raw: 'm' },
    })
  })

  test('modified properties keep those with both values', () => {
    const ModifiedProperties = [
      { Name: 'Role.Display Name', NewValue: 'Admin', OldValue: '' },
      { Name: 'OnlyNew', NewValue: 'x' },
      'PlainName',
    ]
    expect(auditOf(audit({ ModifiedProperties }))['ModifiedProperties']).toEqual({
      Role_Display_Name: { NewValue: 'Admin' },
    })
    expect(auditOf(audit({ ModifiedProperties: ['Title'] }))['ModifiedProperties']).toBeUndefined()
  })

  test('operation properties stay a list, also when they come as text', () => {
    const list = [{ Name: 'MailAccessType', Value: 'Bind' }]
    expect(auditOf(audit({ OperationProperties: list }))['OperationProperties']).toEqual(list)
    expect(auditOf(audit({ OperationProperties: JSON.stringify(list) }))['OperationProperties']).toEqual(list)
    expect(auditOf(audit({ OperationProperties: 'words' }))['OperationProperties']).toBe('words')
  })

  test('the user agent is found in three places', () => {
    const named = [{ Name: 'UserAgent', Value: 'named' }]
    const details = [{ Name: 'additionalDetails', Value: '{"User-Agent":"detail"}' }]
    expect(get(audit({ UserAgent: 'own', ExtendedProperties: named }), 'user_agent.original')).toBe('own')
    expect(get(audit({ ExtendedProperties: named }), 'user_agent.original')).toBe('named')
    expect(auditOf(audit({ ExtendedProperties: named }))['ExtendedProperties']).toBeUndefined()
    expect(get(audit({ ExtendedProperties: details }), 'user_agent.original')).toBe('detail')
  })
})

describe('who', () => {
  test.each<[string, Fields]>([
    ['S-1-5-18', { id: 'S-1-5-18' }],
    ['NT AUTHORITY\\SYSTEM (w3wp)', { id: 'NT AUTHORITY\\SYSTEM (w3wp)' }],
    ['a@b@c.example', { id: 'a@b@c.example' }],
    ['@c.example', { id: '@c.example' }],
    [
      'bob_home.example#EXT#@c.example',
      {
        id: 'bob_home.example#EXT#@c.example',
        email: 'bob_home.example#EXT#@c.example',
        name: 'bob_home.example#EXT#',
        domain: 'c.example',
      },
    ],
  ])('%s', (UserId, user) => {
    expect(one(audit({ UserId })).fields['user']).toEqual(user)
  })

  test('in a mailbox of another person the acting account comes first', () => {
    const record = { RecordType: 2, Operation: 'SendAs', MailboxOwnerUPN: 'boss@brightwater.example' }
    expect(get(audit(record), 'user.email')).toBe('Mara.Lindt@brightwater.example')
    expect(get(audit({ ...record, UserId: 'S-1-5-18' }), 'user.email')).toBe('boss@brightwater.example')
  })

  test('an alert is about the account that it names', () => {
    const alert = {
      RecordType: 40,
      Operation: 'AlertTriggered',
      UserId: 'SecurityComplianceAlerts',
      Name: 'Forwarding',
      PolicyId: 'p',
      AlertLinks: [{ AlertLinkHref: 'https://x.example/1' }],
    }
    const data = audit({
      ...alert,
      Data: '{"f3u":"mara@brightwater.example","ts":"2026-06-01T09:00:00.0000000Z","cnt":3}',
    })
    expect(one(data).fields).toMatchObject({
      event: { kind: 'alert', action: 'AlertTriggered' },
      user: { id: 'SecurityComplianceAlerts', email: 'mara@brightwater.example' },
      rule: { name: 'Forwarding', id: 'p', reference: 'https://x.example/1' },
      message: 'Forwarding',
      o365: {
        audit: {
          Data: { ts: '2026-06-01T09:00:00.000Z', cnt: 3, flattened: { f3u: 'mara@brightwater.example' } },
        },
      },
    })
    expect(get(audit({ ...alert, AlertEntityId: 'mara@brightwater.example' }), 'user.email')).toBe(
      'mara@brightwater.example',
    )
    expect(get(audit({ ...alert, Data: 'words' }), 'o365.audit.Data._raw')).toBe('words')
  })
})

describe('where from', () => {
  test.each<[string, Fields, string | undefined]>([
    ['the first of three wins', { ClientIPAddress: '81.2.69.1', ClientIP: '81.2.69.2' }, '81.2.69.1'],
    ['null is not there', { ClientIPAddress: null, ClientIP: '81.2.69.2' }, '81.2.69.2'],
    ['an empty text counts as there', { ClientIPAddress: '', ClientIP: '81.2.69.2' }, undefined],
    ['the actor comes last', { ClientIP: null, ActorIpAddress: '81.2.69.3' }, '81.2.69.3'],
  ])('%s', (_, changes, ip) => {
    expect(get(audit(changes), 'source.ip')).toBe(ip)
  })

  test('only the address that was taken leaves the record', () => {
    expect(auditOf(audit({ ClientIPAddress: '81.2.69.1', ClientIP: '81.2.69.2' }))['ClientIP']).toBe(
      '81.2.69.2',
    )
  })
})

describe('what kind of event', () => {
  test.each<[Fields, string[], string[], string]>([
    [{ RecordType: 2, Operation: 'Send' }, ['web', 'email'], ['info'], 'Send'],
    [
      { RecordType: 50, Operation: 'MailItemsAccessed' },
      ['web', 'email'],
      ['info', 'access'],
      'MailItemsAccessed',
    ],
    [
      { RecordType: '15', Operation: 'UserLoggedIn' },
      ['web', 'authentication'],
      ['info', 'start', 'access'],
      'UserLoggedIn',
    ],
    [
      { RecordType: 'AzureActiveDirectoryStsLogon', Operation: 'UserLoggedIn' },
      ['web', 'authentication'],
      ['info', 'start', 'access'],
      'UserLoggedIn',
    ],
    [
      { RecordType: 8, Operation: 'Add user.' },
      ['web', 'iam'],
      ['info', 'user', 'creation'],
      'added-user-account',
    ],
    [
      { RecordType: 8, Operation: 'Delete user.' },
      ['web', 'iam'],
      ['info', 'user', 'deletion'],
      'deleted-user-account',
    ],
    [
      { RecordType: 25, Operation: 'TeamCreated' },
      ['web', 'iam'],
      ['info', 'group', 'creation'],
      'added-group-account-to',
    ],
    [{ RecordType: 6, Operation: 'FileUploaded' }, ['web', 'file'], ['info', 'creation'], 'FileUploaded'],
    [{ RecordType: 6, Operation: 'constructor' }, ['web'], ['info'], 'constructor'],
    [{ RecordType: 11, Operation: 'DLPRuleMatch' }, ['web', 'file'], ['info', 'access'], 'DLPRuleMatch'],
    [{ Operation: 'Set-Mailbox' }, ['web'], ['info'], 'Set-Mailbox'],
  ])('%j', (changes, category, type, action) => {
    expect(one(audit(changes)).fields['event']).toMatchObject({ category, type, action })
  })

  test.each([
    ['Failed', 'failure'],
    ['FALSE', 'failure'],
    ['Success', 'success'],
    ['PartiallySucceeded', 'success'],
    [null, 'success'],
  ])('the result %s is a %s', (ResultStatus, outcome) => {
    expect(get(audit({ ResultStatus }), 'event.outcome')).toBe(outcome)
  })
})

test('messages and folders of a mail access are kept under names of their own', () => {
  const record = audit({ RecordType: 50, Operation: 'MailItemsAccessed', Folders: [{ Path: '\\Inbox' }] })
  expect(auditOf(record)).toMatchObject({
    ExchangeAggregatedFolders: [{ Path: '\\Inbox' }],
    OrganizationName: 'brightwater.example',
  })
  expect(auditOf(record)['Folders']).toBeUndefined()
})

test('a password reset names its target', () => {
  const record = audit({
    RecordType: 8,
    Operation: 'Reset user password.',
    ObjectId: 'Tom@brightwater.example',
  })
  expect(get(record, 'user.target.email')).toBe('Tom@brightwater.example')
  expect(one(record).fields['related']).toMatchObject({
    user: expect.arrayContaining(['Tom', 'Tom@brightwater.example']) as string[],
  })
})

test.each<[Fields, unknown]>([
  [{ FileSizeBytes: 10, FileSize: 20 }, 10],
  [{ FileSize: '1000.0' }, 1000],
  [{ FileSize: 1e9 }, 1e9],
  [{ FileSize: 'large' }, undefined],
])('the file size of %j is %s', (changes, size) => {
  expect(get(audit(changes), 'file.size')).toBe(size)
})

test.each([
  ['a.png (599b)', [['a.png', 'png', 599]]],
  [
    'a.png (599b); b (1).tar.gz (2b)',
    [
      ['a.png', 'png', 599],
      ['b (1).tar.gz', 'gz', 2],
    ],
  ],
  [
    'a;b.txt (3b); c (4b)',
    [
      ['a;b.txt', 'txt', 3],
      ['c', undefined, 4],
    ],
  ],
  ['no size.pdf', [['no size.pdf', 'pdf', undefined]]],
])('the attachments %j', (text, expected) => {
  const files = attachmentsOf(text).map((entry) =>
    isObject(entry) && isObject(entry['file']) ? entry['file'] : {},
  )
  expect(files.map((file) => [file['name'], file['extension'], file['size']])).toEqual(expected)
})

test.each<[Fields, string, RegExp]>([
  [{ CreationTime: null }, 'time-missing', /CreationTime/],
  [{ CreationTime: '1/6/2026' }, 'time-unreadable', /CreationTime is "1\/6\/2026".*ISO 8601/],
  [{ CreationTime: 5 }, 'time-unreadable', /CreationTime is 5/],
  [{ CreationTime: '1601-01-01T00:00:00' }, 'time-implausible', /1601/],
])('%j is refused as %s', (changes, code, detail) => {
  const rejection = refusal(audit(changes))
  expect(rejection).toMatchObject({ code, dataset: 'o365.audit' })
  expect(rejection.detail).toMatch(detail)
})

test('a row whose data was cut is refused, with the reason', () => {
  expect(refusal({ RecordId: '1', AuditData: '{"CreationTime":"2026' })).toMatchObject({
    code: 'audit-data-unreadable',
    dataset: 'o365.audit',
  })
})
