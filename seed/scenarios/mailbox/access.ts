import type { Json } from '../../../server/domain/json.ts'
import { command, consentTo, share, signInToMail } from '../records/scenes.ts'
import { type Scene, storyDrill } from '../story.ts'

const colleague = ({ colleagues }: { colleagues: { address: string }[] }) => colleagues[0]!.address

/** A sign-in whose risk somebody has cleared. */
const dismissed: Scene = (run, cast, at) =>
  [signInToMail({ risk: 'high' })(run, cast, at)].flat().map(({ dataset, record }) => {
    const properties = record['properties'] as { [name: string]: Json }
    return { dataset, record: { ...record, properties: { ...properties, riskState: 'dismissed' } } }
  })

/** Mailboxes opened to others, and the protection of all of them. */
export const ACCESS = [
  storyDrill({
    name: 'delegation',
    title: 'An administrator from far away gives an account full access to a mailbox',
    rule: 'mailbox-delegation',
    severity: 'medium',
    attack: [
      [
        20,
        command(
          'Add-MailboxPermission',
          (cast) => ({ User: colleague(cast), AccessRights: 'FullAccess', InheritanceType: 'All' }),
          { of: ({ colleagues }) => colleagues[1]! },
        ),
      ],
    ],
    nearMisses: {
      'a right that opens nothing': [
        [
          20,
          command('Add-MailboxPermission', (cast) => ({
            User: colleague(cast),
            AccessRights: 'ReadPermission',
          })),
        ],
      ],
      'access is denied to somebody': [
        [
          20,
          command('Add-MailboxPermission', (cast) => ({
            User: colleague(cast),
            AccessRights: 'FullAccess',
            Deny: 'True',
          })),
        ],
      ],
      'a command that Exchange refused': [
        [
          20,
          command(
            'Add-MailboxPermission',
            (cast) => ({ User: colleague(cast), AccessRights: 'FullAccess' }),
            { status: 'False' },
          ),
        ],
      ],
      'access is taken away': [
        [
          20,
          command('Remove-MailboxPermission', (cast) => ({
            User: colleague(cast),
            AccessRights: 'FullAccess',
          })),
        ],
      ],
    },
  }),
  storyDrill({
    name: 'open-folder',
    title: 'The inbox is opened to everybody in the organisation',
    rule: 'folder-shared-with-everyone',
    severity: 'high',
    attack: [[20, share('\\Inbox', 'Everyone', 'ReadAny, Create, Visible')]],
    nearMisses: {
      'a calendar': [[20, share('\\Calendar', 'Everyone', 'ReadAny, Visible')]],
      'a calendar in German': [[20, share('\\Kalender', 'Everyone', 'ReadAny, Visible')]],
      'one colleague': [[20, share('\\Inbox', 'assistant@lindgren-craft.example', 'ReadAny, Visible')]],
      'everybody may only see that it is there': [[20, share('\\Inbox', 'Everyone', 'Visible')]],
      'by a command, to one colleague': [
        [
          20,
          command('Add-MailboxFolderPermission', (cast) => ({
            Identity: `${cast.who.address}:\\Inbox`,
            User: colleague(cast),
            AccessRights: 'Reviewer',
          })),
        ],
      ],
    },
  }),
  storyDrill({
    name: 'protection-off',
    title: 'Auditing of a mailbox is bypassed',
    rule: 'mail-protection-switched-off',
    severity: 'high',
    attack: [[20, command('Set-MailboxAuditBypassAssociation', { AuditBypassEnabled: 'True' })]],
    nearMisses: {
      'auditing is switched on': [[20, command('Set-Mailbox', { AuditEnabled: 'True' })]],
      'a command that Exchange refused': [
        [
          20,
          command('Set-MailboxAuditBypassAssociation', { AuditBypassEnabled: 'True' }, { status: 'False' }),
        ],
      ],
      'the bypass is ended': [
        [20, command('Set-MailboxAuditBypassAssociation', { AuditBypassEnabled: 'False' })],
      ],
      'a policy that forbids forwarding': [
        [20, command('Set-HostedOutboundSpamFilterPolicy', { AutoForwardingMode: 'Off' })],
      ],
    },
  }),
  storyDrill({
    name: 'risk-then-opened',
    title: 'A risky sign-in, then consent to an app that reads mail',
    rule: 'risky-sign-in-then-mailbox-opened',
    severity: 'high',
    also: ['consent-to-mail-app'],
    attack: [
      [40, signInToMail({ risk: 'high' })],
      [25, consentTo('openid offline_access Mail.ReadWrite')],
    ],
    nearMisses: {
      'the sign-in is not risky': [
        [40, signInToMail({ home: true })],
        [25, consentTo('openid offline_access Mail.ReadWrite')],
      ],
      'the risk was dismissed': [
        [40, dismissed],
        [25, consentTo('openid offline_access Mail.ReadWrite')],
      ],
      'the sign-in failed': [
        [40, signInToMail({ risk: 'high', result: 50_126 })],
        [25, consentTo('openid offline_access Mail.ReadWrite')],
      ],
      'the app was there before': [
        [45, consentTo('openid offline_access Mail.ReadWrite', { home: true })],
        [20, signInToMail({ risk: 'high' })],
      ],
      'the app reads no mail': [
        [40, signInToMail({ risk: 'high' })],
        [25, consentTo('openid profile User.Read Mail.ReadBasic')],
      ],
      'a calendar is shared': [
        [40, signInToMail({ risk: 'high' })],
        [25, share('\\Calendar', 'Everyone', 'ReadAny, Visible')],
      ],
    },
  }),
]
