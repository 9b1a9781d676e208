import { describe, expect, test } from 'vitest'
import { type Fields, type Json, valueAt } from '../../server/domain/json.ts'
import { subjectOf } from '../../server/ingest/enrich/mailbox/mail.ts'
import { folderKind } from '../../server/ingest/enrich/mailbox/place.ts'
import { outsideOf, targetsOf } from '../../server/ingest/enrich/mailbox/targets.ts'
import { areSuspicious, isObscure, isSecurityNotice } from '../../server/ingest/enrich/mailbox/words.ts'
import { audit, one } from './records.ts'

const named = (values: { [name: string]: Json }) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }))
const command = (Operation: string, parameters: { [name: string]: Json }, more: Fields = {}) =>
  factsOf(audit({ Operation, Parameters: named(parameters), ObjectId: 'Mara.Lindt', ...more }))
const outlook = (properties: { [name: string]: Json }) =>
  factsOf(
    audit({
      Operation: 'UpdateInboxRules',
      RecordType: 2,
      Parameters: null,
      OperationProperties: named({ RuleOperation: 'AddMailboxRule', ...properties }),
    }),
  )
const item = (Operation: string, more: Fields) =>
  factsOf(audit({ Operation, RecordType: 3, Parameters: null, ObjectId: null, ...more }))

function factsOf(record: Fields): Record<string, any> {
  return (one(record).fields['vedette'] ?? {}) as Record<string, any>
}

describe('whom a rule sends mail to', () => {
  test.each<[string, Json, string[]]>([
    ['one address', 'A@Else.example', ['a@else.example']],
    ['a list', 'a@x.example; b@y.example', ['a@x.example', 'b@y.example']],
    ['with the protocol', 'smtp:a@x.example', ['a@x.example']],
    ['a name and an address', '"Lee, A." [SMTP:a@x.example]', ['a@x.example']],
    ['an address in angles', 'A Lee <a@x.example>', ['a@x.example']],
    ['JSON texts', ['a@x.example', 'B [SMTP:b@y.example]'], ['a@x.example', 'b@y.example']],
    ['JSON objects', [{ Name: 'A', Address: 'a@x.example' }], ['a', 'a@x.example']],
    ['a contact by its name', 'EURPR04A009.PROD/Hosted/tenant/Contact 7', ['contact 7']],
    ['twice the same', 'a@x.example;A@x.example', ['a@x.example']],
    ['nothing', '', []],
  ])('%s', (_, value, expected) => {
    expect(targetsOf([value])).toEqual(expected)
  })

  test.each([
    ['a@own.example', false],
    ['a@mail.own.example', false],
    ['a@notown.example', true],
    ['a@own.example.evil.example', true],
    ['contact 7', false],
  ])('%s is outside own.example: %s', (target, isOutside) => {
    expect(outsideOf([target], ['own.example'])).toEqual(isOutside ? [target] : [])
  })
})

describe('an inbox rule', () => {
  test.each<[string, Record<string, any>]>([
    [
      'PowerShell',
      command('New-InboxRule', {
        Name: '..',
        ForwardTo: 'x@evil.example',
        SubjectContainsWords: 'Invoice;IBAN',
      }),
    ],
    [
      'a change',
      command('Set-InboxRule', {
        Identity: 'mara.lindt\\1',
        Name: '..',
        RedirectTo: 'x@evil.example',
        SubjectContainsWords: 'invoice;iban',
      }),
    ],
    [
      'Outlook',
      outlook({
        RuleName: '..',
        RuleCondition: '(Subject SubString invoice;iban)',
        RuleActions: '[{"ActionType":"Forward","Recipients":["x@evil.example"]}]',
      }),
    ],
    [
      'Outlook, the whole rule',
      outlook({
        ServerRule: JSON.stringify({
          Name: '..',
          Condition: '(SubjectOrBody Contains invoice;iban)',
          Actions: [{ ActionType: 'Redirect', Recipients: ['"X" [SMTP:x@evil.example]'] }],
        }),
      }),
    ],
  ])('has one shape, whatever wrote it: %s', (_, facts) => {
    expect(facts).toEqual({
      mailbox: {
        change: 'inbox-rule',
        owner: 'mara.lindt@brightwater.example',
        targets: ['x@evil.example'],
        external_targets: ['x@evil.example'],
      },
      inbox_rule: { name: '..', name_obscure: true, words: ['invoice', 'iban'], words_suspicious: true },
    })
  })

  test.each<[string, Record<string, any>, Fields | undefined]>([
    [
      'deletes',
      command('New-InboxRule', { Name: 'Tidy', From: 'x', DeleteMessage: 'True' }),
      { name: 'Tidy', deletes: true, hides: true },
    ],
    [
      'no longer deletes',
      command('Set-InboxRule', { Name: 'Tidy', DeleteMessage: 'False' }),
      { name: 'Tidy' },
    ],
    [
      'moves to a folder of feeds',
      command('New-InboxRule', { Name: 'Tidy', From: 'x', MoveToFolder: 'mara.lindt\\RSS Feeds' }),
      { name: 'Tidy', moves_to: 'mara.lindt\\RSS Feeds', hides: true },
    ],
    [
      'moves newsletters',
      command('New-InboxRule', { Name: 'Tidy', From: 'x', MoveToFolder: 'Newsletters' }),
      { name: 'Tidy', moves_to: 'Newsletters' },
    ],
    [
      'has no condition',
      command('New-InboxRule', { Name: 'Tidy', MarkAsRead: 'True' }),
      { name: 'Tidy', marks_read: true, condition_empty: true },
    ],
    [
      'has one that every mail meets',
      command('New-InboxRule', { Name: 'Tidy', BodyContainsWords: '@', DeleteMessage: 'True' }),
      { name: 'Tidy', deletes: true, hides: true, words: ['@'], condition_empty: true },
    ],
    [
      'has a tiny size',
      command('New-InboxRule', {
        Name: 'Tidy',
        WithinSizeRangeMinimum: '1 KB (1,024 bytes)',
        DeleteMessage: 'True',
      }),
      { name: 'Tidy', deletes: true, hides: true, condition_empty: true },
    ],
    [
      'is changed in part',
      command('Set-InboxRule', { Name: 'Tidy', DeleteMessage: 'True' }),
      { name: 'Tidy', deletes: true, hides: true },
    ],
    [
      'looks for senders',
      outlook({
        RuleName: 'Tidy',
        RuleCondition: '(SenderSmtpAddress SubString bank;invoice)',
        RuleActions: '[{"ActionType":"Move","DestinationFolder":"Archive"}]',
      }),
      { name: 'Tidy', moves_to: 'Archive', hides: true },
    ],
    [
      'takes its name from the object',
      command('New-InboxRule', { DeleteMessage: 'True', From: 'x' }, { ObjectId: 'Mara.Lindt\\,,' }),
      { name: ',,', name_obscure: true, deletes: true, hides: true },
    ],
    [
      'is one of the empty ones of Outlook',
      outlook({ RuleName: '', RuleCondition: '{}', RuleActions: '[]' }),
      undefined,
    ],
    [
      'is taken away',
      outlook({ RuleOperation: 'RemoveMailboxRule', RuleActions: '[{"ActionType":"Delete"}]' }),
      undefined,
    ],
  ])('that %s', (_, facts, rule) => {
    expect(facts['inbox_rule']).toEqual(rule)
  })
})

describe('forwarding and delegation', () => {
  test.each<[string, Record<string, any>, Fields | undefined]>([
    [
      'forwarding of a mailbox',
      command('Set-Mailbox', { Identity: 'ORG/t/Joe', ForwardingSmtpAddress: 'smtp:x@evil.example' }),
      {
        change: 'forwarding',
        owner: 'joe',
        on_behalf: true,
        targets: ['x@evil.example'],
        external_targets: ['x@evil.example'],
      },
    ],
    [
      'forwarding of the own mailbox to a colleague',
      command('Set-Mailbox', {
        Identity: 'ORG/t/Mara.Lindt',
        ForwardingSmtpAddress: 'smtp:joe@brightwater.example',
      }),
      { change: 'forwarding', owner: 'mara.lindt@brightwater.example', targets: ['joe@brightwater.example'] },
    ],
    [
      'forwarding taken away',
      command('Set-Mailbox', { Identity: 'Joe', ForwardingSmtpAddress: '' }),
      undefined,
    ],
    ['a size', command('Set-Mailbox', { Identity: 'Joe', MaxSendSize: '75 MB' }), undefined],
    [
      'a transport rule',
      command('New-TransportRule', { Name: '.', BlindCopyTo: 'x@evil.example' }),
      { change: 'transport-rule', targets: ['x@evil.example'], external_targets: ['x@evil.example'] },
    ],
    [
      'a disclaimer',
      command('New-TransportRule', { Name: 'Legal', ApplyHtmlDisclaimerText: 'x' }),
      { change: 'transport-rule' },
    ],
    [
      'full access',
      command('Add-MailboxPermission', {
        Identity: 'ORG/t/joe',
        User: 'ORG/t/Mara.Lindt',
        AccessRights: 'FullAccess, ReadPermission',
      }),
      {
        change: 'delegation',
        grantee: ['mara.lindt'],
        access: ['FullAccess', 'ReadPermission'],
        owner: 'joe',
        on_behalf: true,
      },
    ],
    [
      'sending as',
      command('Add-RecipientPermission', {
        Identity: 'hr',
        Trustee: 'joe@brightwater.example',
        AccessRights: 'SendAs',
      }),
      {
        change: 'delegation',
        grantee: ['joe@brightwater.example'],
        access: ['SendAs'],
        owner: 'hr',
        on_behalf: true,
      },
    ],
    [
      'sending on behalf',
      command('Set-Mailbox', { Identity: 'hr', GrantSendOnBehalfTo: 'joe@brightwater.example' }),
      {
        change: 'delegation',
        grantee: ['joe@brightwater.example'],
        access: ['SendOnBehalf'],
        owner: 'hr',
        on_behalf: true,
      },
    ],
    [
      'a folder for everybody',
      command('Add-MailboxFolderPermission', {
        Identity: 'joe:\\Inbox',
        User: 'Default',
        AccessRights: 'Reviewer',
      }),
      {
        change: 'folder-permission',
        grantee: ['default'],
        access: ['Reviewer'],
        folder: '\\Inbox',
        place: 'inbox',
        open_to_all: true,
        can_read: true,
        owner: 'joe',
        on_behalf: true,
      },
    ],
  ])('%s', (_, facts, mailbox) => {
    expect(facts['mailbox']).toEqual(mailbox)
  })

  test('a folder shared in Outlook', () => {
    const folder = { Id: 'f', Path: '\\Calendar', MemberRights: 'ReadAny, Visible', MemberUpn: 'Everyone' }
    expect(
      item('ModifyFolderPermissions', { Item: { Id: 'f', ParentFolder: folder } })['mailbox'],
    ).toMatchObject({
      change: 'folder-permission',
      place: 'calendar',
      open_to_all: true,
      can_read: true,
    })
  })
})

describe('mail that was sent, deleted or read', () => {
  test.each([
    ['RE: Offer', 'offer', true],
    ['AW: WG: RE[2]:  Offer  2', 'offer 2', true],
    ['[EXTERNAL] Sv: Offer', 'offer', true],
    ['FW: Offer', 'offer', false],
    ['Offer: re the price', 'offer: re the price', false],
    ['Reorder: shelves', 'reorder: shelves', false],
    ['回复：报价', '报价', true],
  ])('the subject %s is %s', (subject, base, isReply) => {
    expect(subjectOf(subject)).toEqual({ base, isReply })
  })

  test('a mail and its deletion have the same subject', () => {
    const sent = factsOf(
      audit({ Operation: 'Send', RecordType: 2, Parameters: null, Item: { Id: 'i', Subject: 'RE: Offer' } }),
    )
    const gone = item('HardDelete', {
      AffectedItems: [
        { Id: 'i', Subject: 'RE: Offer', ParentFolder: { Path: '\\Sent Items' } },
        { Id: 'j', Subject: 'New sign-in method added', ParentFolder: { Path: '\\Sent Items' } },
      ],
      Folder: { Path: '\\Sent Items' },
    })
    expect(sent['mail']).toEqual({ subject_base: 'offer', is_reply: true })
    expect(gone['mail']).toEqual({
      subject_base: ['offer', 'new sign-in method added'],
      folder: ['\\Sent Items'],
      place: ['sent'],
      security_notice: true,
      items: 2,
    })
  })

  test('reading says how, how much and with what', () => {
    const facts = factsOf(
      audit({
        Operation: 'MailItemsAccessed',
        RecordType: 50,
        Parameters: null,
        MailboxOwnerUPN: 'Joe@brightwater.example',
        ClientAppId: 'app-1',
        OperationProperties: named({ MailAccessType: 'Bind', IsThrottled: 'True' }),
        Folders: [{ Path: '\\Inbox' }, { Path: '\\Archive' }],
        OperationCount: 120,
      }),
    )
    expect(facts['mailbox']).toEqual({
      owner: 'joe@brightwater.example',
      on_behalf: true,
      reading: { type: 'Bind', throttled: true, operations: 120, folders: 2, app: 'app-1' },
    })
  })
})

test('consent is told by whole names of permissions, and only by what is new', () => {
  const permissions =
    '[[Scope: Mail.Send]] => [[Id: x, ConsentType: Principal, Scope: Mail.ReadBasic offline_access Mail.Read]]; '
  const facts = factsOf(
    audit({
      Operation: 'Consent to application.',
      RecordType: 8,
      Parameters: null,
      ObjectId: 'app-1',
      ModifiedProperties: [{ Name: 'ConsentAction.Permissions', NewValue: permissions, OldValue: '' }],
    }),
  )
  expect(facts['consent']).toEqual({
    scopes: ['Mail.ReadBasic', 'offline_access', 'Mail.Read'],
    mail_scopes: ['Mail.Read'],
    lasting: true,
    app: 'app-1',
  })
})

test('a document of another collector gets the same facts', () => {
  const raw = one(audit())
  const { vedette, ...ecs } = structuredClone(raw.fields)
  expect(one(ecs).fields['vedette']).toEqual(vedette)
})

test.each([
  ['\\Sent Items', 'sent'],
  ['\\Gesendete Elemente', 'sent'],
  ['\\Recoverable Items\\Deletions', 'recoverable'],
  ['\\Deleted Items', 'deleted'],
  ['Archive2019 of Kim', undefined],
  ['\\Inbox\\Clients', 'inbox'],
  ['Conversation History', 'history'],
])('the folder %s is %s', (path, kind) => {
  expect(folderKind(path)).toBe(kind)
})

test.each([
  ['..', false, false, true],
  ['- ,', false, false, true],
  ['a', true, false, true],
  ['a', false, false, false],
  ['IT', false, true, true],
  ['Newsletters', true, true, false],
  ['', true, true, false],
])(
  'the name "%s" (marks read: %s, unseen folder: %s) is obscure: %s',
  (name, marksRead, hidesIn, expected) => {
    expect(isObscure(name, { marksRead, hidesIn })).toBe(expected)
  },
)

test('words of money and alarm are told from ordinary ones', () => {
  expect(
    ['Invoices', 'bankverbindung', 'Überweisung', 'hacked?', 'do not open'].map((w) => areSuspicious([w])),
  ).toEqual(Array(5).fill(true))
  expect(['embankment', 'newsletter', 'roster', 'welcome'].map((w) => areSuspicious([w]))).toEqual(
    Array(4).fill(false),
  )
  expect(
    ['New authenticator app added', 'MFA setup', 'Your security info was changed'].map(isSecurityNotice),
  ).toEqual([true, true, true])
  expect(['Added you to the meeting', 'Lunch?', 'New offer for shelves'].map(isSecurityNotice)).toEqual([
    false,
    false,
    false,
  ])
})

test('what is no matter of mailboxes is left alone', () => {
  expect(valueAt(one(audit({ Operation: 'FileAccessed', RecordType: 6 })).fields, 'vedette')).toBeUndefined()
})
