import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Fields, Json } from '../../server/domain/json.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { compileRule } from '../../server/rules/compile.ts'
import { explainAlert } from '../../server/rules/why.ts'

const rules = loadBuiltIn(fileURLToPath(new URL('../../seed/rules', import.meta.url)))
const compiled = (id: string) => compileRule(rules.find((rule) => rule.id === id)!).compiled!
const matches = (id: string, step: number, fields: Fields) => compiled(id).steps[step]!.matches(fields)

/** A successful sign-in as Elastic's own collector writes it; `change` goes into `properties`. */
function signIn(change: Fields = {}, root: Fields = {}, outcome = 'success'): Fields {
  const properties = {
    app_display_name: 'One Outlook Web',
    resource_display_name: 'Office 365 Exchange Online',
    is_interactive: true,
    risk_level_during_signin: 'none',
    risk_level_aggregated: 'none',
    risk_state: 'none',
    status: { error_code: 0 },
    user_principal_name: 'mara@example.org',
    ...change,
  }
  return {
    '@timestamp': '2026-09-09T12:00:00.000Z',
    event: { dataset: 'azure.signinlogs', category: ['authentication'], outcome, id: 'a' },
    user: { name: 'mara@example.org', email: 'mara@example.org' },
    source: { ip: '192.0.2.7' },
    azure: { signinlogs: { result_type: '0', category: 'SignInLogs', properties, ...root } },
  }
}

function audit(action: string, fields: Fields = {}, outcome = 'success'): Fields {
  return {
    '@timestamp': '2026-09-09T12:10:00.000Z',
    event: { dataset: 'o365.audit', category: ['web'], outcome, action, id: 'b' },
    user: { name: 'mara', email: 'mara@example.org', id: 'Mara@example.org' },
    source: { ip: '192.0.2.7' },
    o365: { audit: { UserId: 'Mara@example.org', ...fields } },
  }
}

const parameters = (action: string, given: Fields) => audit(action, { Parameters: { Name: 'x', ...given } })
const outlook = (actions: Json) =>
  audit('UpdateInboxRules', {
    OperationProperties: [
      { Name: 'RuleOperation', Value: 'AddMailboxRule' },
      { Name: 'RuleName', Value: 'Delete and forward' },
      { Name: 'RuleCondition', Value: '(Subject SubString forward;delete)' },
      { Name: 'RuleActions', Value: JSON.stringify(actions) },
    ],
  })

describe('risky sign-in, then an inbox rule: the sign-in', () => {
  const risky = { risk_level_during_signin: 'high', risk_state: 'atRisk' }
  test.each<[string, Fields, boolean]>([
    ['high risk', signIn(risky), true],
    ['medium risk', signIn({ risk_level_during_signin: 'medium' }), true],
    ['the other spelling of the field', signIn({ risk_level_during_sign_in: 'high' }), true],
    ['risk found later, aggregated only', signIn({ risk_level_aggregated: 'high' }), true],
    [
      'at risk without a level (hidden without P2)',
      signIn({ risk_level_during_signin: 'hidden', risk_state: 'atRisk' }),
      true,
    ],
    ['confirmed as compromised', signIn({ risk_state: 'confirmedCompromised' }), true],
    ['the flag that some collectors add', signIn({ is_risky: true }), true],
    ['another program that reads the mailbox', signIn({ ...risky, app_display_name: 'Thunderbird' }), true],
    [
      'the start page of Office',
      signIn({ ...risky, app_display_name: 'OfficeHome', resource_display_name: 'Microsoft Graph' }),
      true,
    ],
    ['no risk', signIn(), false],
    ['low risk', signIn({ risk_level_during_signin: 'low' }), false],
    [
      'hidden risk and no state',
      signIn({ risk_level_during_signin: 'hidden', risk_level_aggregated: 'hidden' }),
      false,
    ],
    ['risk that a second factor remedied', signIn({ ...risky, risk_state: 'remediated' }), false],
    ['risk that somebody dismissed', signIn({ ...risky, risk_state: 'dismissed' }), false],
    ['risk confirmed as safe', signIn({ ...risky, risk_state: 'confirmedSafe' }), false],
    [
      'a failed sign-in',
      signIn({ ...risky, status: { error_code: 50_126 } }, { result_type: '50126' }, 'failure'),
      false,
    ],
    [
      'something far from mail',
      signIn({
        ...risky,
        app_display_name: 'Azure Portal',
        resource_display_name: 'Windows Azure Service Management API',
      }),
      false,
    ],
    [
      'no fields of risk at all',
      signIn({ risk_level_during_signin: null, risk_level_aggregated: null, risk_state: null }),
      false,
    ],
  ])('%s', (_, fields, hit) => {
    expect(matches('risky-sign-in-then-inbox-rule', 0, fields)).toBe(hit)
  })
})

describe('risky sign-in, then an inbox rule: the rule', () => {
  test.each<[string, Fields, boolean]>([
    ['New-InboxRule with ForwardTo', parameters('New-InboxRule', { ForwardTo: 'x@evil.example' }), true],
    ['Set-InboxRule with RedirectTo', parameters('Set-InboxRule', { RedirectTo: 'x@evil.example' }), true],
    ['ForwardAsAttachmentTo', parameters('New-InboxRule', { ForwardAsAttachmentTo: 'x@evil.example' }), true],
    ['DeleteMessage', parameters('New-InboxRule', { DeleteMessage: 'True' }), true],
    ['MarkAsRead', parameters('New-InboxRule', { MarkAsRead: 'True' }), true],
    ['into the folder of feeds', parameters('New-InboxRule', { MoveToFolder: 'RSS Feeds' }), true],
    [
      'into the conversation history',
      parameters('New-InboxRule', { MoveToFolder: 'mara\\Conversation History' }),
      true,
    ],
    ['newsletters into a folder', parameters('New-InboxRule', { MoveToFolder: 'Newsletters' }), false],
    ['a rule that no longer deletes', parameters('Set-InboxRule', { DeleteMessage: 'False' }), false],
    [
      'a rule that Exchange refused',
      audit('New-InboxRule', { Parameters: { ForwardTo: 'x@evil.example' } }, 'failure'),
      false,
    ],
    ['a rule without parameters', audit('New-InboxRule'), false],
    ['a rule that is removed', parameters('Remove-InboxRule', { ForwardTo: 'x@evil.example' }), false],
    [
      'Outlook: forward',
      outlook([{ ActionType: 'Forward', Recipients: ['x@evil.example'], ForwardFlags: 'None' }]),
      true,
    ],
    ['Outlook: redirect', outlook([{ ActionType: 'Redirect', Recipients: ['x@evil.example'] }]), true],
    ['Outlook: delete', outlook([{ ActionType: 'Delete' }]), true],
    [
      'Outlook: mark as read and delete',
      outlook([{ ActionType: 'MarkAsRead' }, { ActionType: 'PermanentDelete' }]),
      true,
    ],
    ['Outlook: move to the archive', outlook([{ ActionType: 'Move', DestinationFolder: 'Archive' }]), true],
    ['Outlook: move newsletters', outlook([{ ActionType: 'Move', DestinationFolder: 'Newsletters' }]), false],
    ['Outlook: the empty actions that it writes by the dozen', outlook([]), false],
    ['mailbox forwarding', parameters('Set-Mailbox', { ForwardingSmtpAddress: 'smtp:x@evil.example' }), true],
    ['mailbox forwarding to a contact', parameters('Set-Mailbox', { ForwardingAddress: 'Contact 7' }), true],
    [
      'mailbox forwarding taken away',
      parameters('Set-Mailbox', { ForwardingSmtpAddress: '', ForwardingAddress: null }),
      false,
    ],
    ['another setting of a mailbox', parameters('Set-Mailbox', { MaxSendSize: '75 MB' }), false],
  ])('%s', (_, fields, hit) => {
    expect(matches('risky-sign-in-then-inbox-rule', 1, fields)).toBe(hit)
  })
})

describe('credential spray: a guess', () => {
  const failed = (code: number) =>
    signIn({ status: { error_code: code } }, { result_type: String(code) }, 'failure')
  const failedAudit = (error: string, more: Fields = {}) =>
    audit('UserLoginFailed', { ErrorNumber: error, ...more })
  test.each<[string, Fields, boolean]>([
    ['a wrong password', failed(50_126), true],
    ['an expired password', failed(50_055), true],
    ['a locked account', failed(50_053), true],
    ['an account that does not exist', failed(50_034), true],
    [
      'only the code within status',
      signIn({ status: { error_code: 50_126 } }, { result_type: null }, 'failure'),
      true,
    ],
    ['only the result type', signIn({ status: null }, { result_type: '50126' }, 'failure'), true],
    ['the audit log, whose outcome says success', failedAudit('50126'), true],
    [
      'the audit log without a number',
      audit('UserLoginFailed', { LogonError: 'InvalidUserNameOrPassword' }),
      true,
    ],
    ['a second factor asked for', failed(50_074), false],
    ['a second factor asked for by policy', failed(50_076), false],
    ['stay signed in?', failed(50_140), false],
    ['an expired token', failed(70_043), false],
    [
      'the audit log of a second factor',
      failedAudit('50074', { LogonError: 'UserStrongAuthClientAuthNRequiredInterrupt' }),
      false,
    ],
    ['a success', signIn(), false],
  ])('%s', (_, fields, hit) => {
    expect(matches('credential-spray', 0, fields)).toBe(hit)
  })

  test.each<[string, Fields, boolean]>([
    ['an interactive success', signIn(), true],
    ['a success without the flag', signIn({ is_interactive: null }), true],
    [
      'a token refreshed in the background',
      signIn({ is_interactive: false }, { category: 'NonInteractiveUserSignInLogs' }),
      false,
    ],
    ['a failure', failed(50_126), false],
    ['an interrupt without an error in status', signIn({ status: null }, { result_type: '50074' }), false],
    [
      'the audit log',
      audit('UserLoggedIn', { ExtendedProperties: { RequestType: 'OAuth2:Authorize' } }),
      true,
    ],
    [
      'a logout in the audit log',
      audit('UserLoggedIn', { ExtendedProperties: { RequestType: 'OAuth2:Logout' } }),
      false,
    ],
  ])('what makes it worse: %s', (_, fields, hit) => {
    expect(matches('credential-spray', 1, fields)).toBe(hit)
  })

  test('10 accounts or 30 failures over at least 4 in a sliding hour, or 20 accounts in a day', () => {
    expect(compiled('credential-spray').rule.threshold).toEqual({
      by: ['source.ip'],
      atLeast: 10,
      distinct: ['user.email'],
      within: 3_600_000,
      or: [
        { atLeast: 4, distinct: ['user.email'], atLeastEvents: 30 },
        { atLeast: 20, distinct: ['user.email'], within: 86_400_000 },
      ],
    })
  })
})

describe('passwords guessed over SSH', () => {
  const login = (
    outcome: string,
    event: Fields = {},
    ssh: Fields = { event: 'Failed', method: 'password' },
  ): Fields => ({
    event: { dataset: 'system.auth', category: ['authentication'], action: 'ssh_login', outcome, ...event },
    user: { name: 'root' },
    source: { ip: '203.0.113.7' },
    system: { auth: { ssh } },
  })
  test.each<[string, Fields, boolean]>([
    ['a wrong password', login('failure'), true],
    ['a key that is refused', login('failure', {}, { event: 'Failed', method: 'publickey' }), true],
    ['without the words of sshd', { ...login('failure'), system: null }, true],
    ['a dataset of the sender’s own', login('failure', { dataset: 'bastion', module: 'system' }), true],
    ['a refused login that is none of SSH', login('failure', { action: 'login' }), true],
    ['the name alone', login('failure', {}, { event: 'Invalid' }), false],
    ['what PAM says of the same attempt', login('failure', { action: 'authentication_failure' }), false],
    ['the end of the connection', login('failure', { action: 'ssh_disconnect' }), false],
    ['no address', { ...login('failure'), source: null }, false],
    ['another product', login('failure', { dataset: 'cisco.asa', module: 'cisco' }), false],
    ['a success', login('success'), false],
  ])('a guess: %s', (_, fields, hit) => {
    expect(matches('ssh-guessing-then-success', 0, fields)).toBe(hit)
  })

  test.each<[string, Fields, boolean]>([
    ['a password', login('success', {}, { event: 'Accepted', method: 'password' }), true],
    ['a key', login('success', {}, { event: 'Accepted', method: 'publickey' }), true],
    [
      'a session that opens, which has no address',
      { ...login('success', { action: 'logged-on' }), source: null },
      false,
    ],
    ['a failure', login('failure'), false],
  ])('what makes it worse: %s', (_, fields, hit) => {
    expect(matches('ssh-guessing-then-success', 1, fields)).toBe(hit)
  })
})

describe('bulk send', () => {
  test.each<[string, Fields, boolean]>([
    ['Send', audit('Send'), true],
    ['SendAs', audit('SendAs'), true],
    ['SendOnBehalf', audit('SendOnBehalf'), true],
    ['a mail that was not sent', audit('Send', {}, 'failure'), false],
    ['a message in Teams', audit('MessageSent'), false],
    [
      'another product',
      { ...audit('Send'), event: { dataset: 'google_workspace.gmail', action: 'Send', outcome: 'success' } },
      false,
    ],
  ])('%s', (_, fields, hit) => {
    expect(matches('bulk-send', 0, fields)).toBe(hit)
  })

  test('more than 50 by the account that sent', () => {
    expect(compiled('bulk-send').rule.threshold).toMatchObject({
      by: ['user.email'],
      atLeast: 51,
      within: 3_600_000,
    })
  })
})

describe('impossible travel', () => {
  test.each<[string, Fields, boolean]>([
    ['an interactive success', signIn(), true],
    ['a success of a collector that has no flag', signIn({ is_interactive: null }, { category: null }), true],
    ['a success without a result type', signIn({}, { result_type: null }), true],
    ['a background sign-in by its flag', signIn({ is_interactive: false }), false],
    [
      'a background sign-in by its category',
      signIn({ is_interactive: null }, { category: 'NonInteractiveUserSignInLogs' }),
      false,
    ],
    ['a failure', signIn({}, { result_type: '50126' }, 'failure'), false],
    ['an interrupt', signIn({ status: null }, { result_type: '50074' }), false],
  ])('%s', (_, fields, hit) => {
    expect(matches('impossible-travel', 0, fields)).toBe(hit)
  })
})

describe('why an alert fired', () => {
  const rule = compiled('risky-sign-in-then-inbox-rule')
  const why = explainAlert(rule, [
    { step: 1, eventId: 'b', fields: parameters('New-InboxRule', { ForwardTo: 'x@evil.example' }) },
    { step: 0, eventId: 'a', fields: signIn({ risk_level_during_signin: 'high', risk_state: 'atRisk' }) },
  ])

  test('is told step by step, with the values that met each condition', () => {
    expect(why.map(({ step, eventId }) => [step, eventId])).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
    const values = why.flatMap(({ clauses }) => clauses.flatMap((clause) => clause.values))
    expect(values).toEqual(
      expect.arrayContaining(['high', 'atRisk', 'One Outlook Web', 'New-InboxRule', 'x@evil.example']),
    )
  })

  test('leaves out the alternatives that were not met', () => {
    expect(why.every(({ clauses }) => clauses.every(({ met }) => met))).toBe(true)
    expect(why[1]!.clauses.map(({ text }) => text)).toEqual([
      'event.dataset == "o365.audit"',
      'event.outcome != "failure"',
      'event.action in ("New-InboxRule", "Set-InboxRule")',
      'o365.audit.Parameters.ForwardTo != null',
    ])
  })

  test('of a step that is not met, every condition is told', () => {
    const [step] = explainAlert(rule, [{ step: 0, eventId: null, fields: signIn() }])
    expect(step!.clauses.some(({ met }) => met)).toBe(true)
    expect(step!.clauses.some(({ met }) => !met)).toBe(true)
  })
})
