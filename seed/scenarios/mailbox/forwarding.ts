import { command, eachOf, ruleInOutlook } from '../records/scenes.ts'
import { storyDrill, userEntity } from '../story.ts'

const forward = (to: string) => [{ ActionType: 'Forward', Recipients: [to], ForwardFlags: 'None' }]

/** Mail that leaves: by inbox rules, by forwarding of mailboxes, by rules for everybody's mail. */
export const FORWARDING = [
  storyDrill({
    name: 'forward-outside',
    title: 'An inbox rule made in Outlook sends invoices outside',
    rule: 'inbox-rule-forwards-outside',
    severity: 'high',
    attack: [
      [
        20,
        ruleInOutlook(({ outside }) => ({
          name: 'Filing',
          condition: '(Subject SubString invoice)',
          actions: forward(outside),
        })),
      ],
    ],
    nearMisses: {
      'to a colleague': [
        [
          20,
          command('New-InboxRule', ({ colleagues }) => ({
            Name: 'Holidays',
            ForwardTo: `"${colleagues[0]!.name}" [SMTP:${colleagues[0]!.address}]`,
          })),
        ],
      ],
      'forwarding of the whole mailbox, of which another rule tells': [
        [20, command('Set-Mailbox', ({ outside }) => ({ ForwardingSmtpAddress: `smtp:${outside}` }))],
      ],
      'a rule that Exchange refused': [
        [
          20,
          command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', ForwardTo: outside }), {
            status: 'False',
          }),
        ],
      ],
      'a rule that is taken away': [
        [
          20,
          ruleInOutlook(({ outside }) => ({
            name: 'Filing',
            condition: '{}',
            actions: forward(outside),
            operation: 'RemoveMailboxRule',
          })),
        ],
      ],
      'the empty changes that Outlook writes': [
        [20, ruleInOutlook({ name: '', condition: '{}', actions: [], operation: 'ModifyMailboxRule' })],
      ],
    },
  }),
  storyDrill({
    name: 'mailbox-forward',
    title: 'A whole mailbox is forwarded outside',
    rule: 'mailbox-forwards-outside',
    severity: 'high',
    attack: [
      [
        20,
        command('Set-Mailbox', ({ outside }) => ({
          ForwardingSmtpAddress: `smtp:${outside}`,
          DeliverToMailboxAndForward: 'False',
        })),
      ],
    ],
    nearMisses: {
      'forwarding taken away': [
        [20, command('Set-Mailbox', { ForwardingSmtpAddress: '', ForwardingAddress: '' })],
      ],
      'to a colleague': [
        [
          20,
          command('Set-Mailbox', ({ colleagues }) => ({
            ForwardingSmtpAddress: `smtp:${colleagues[0]!.address}`,
          })),
        ],
      ],
      'an inbox rule, of which another rule tells': [
        [20, command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', ForwardTo: outside }))],
      ],
      'forwarding that Exchange refused': [
        [
          20,
          command('Set-Mailbox', ({ outside }) => ({ ForwardingSmtpAddress: outside }), { status: 'False' }),
        ],
      ],
      'another setting': [[20, command('Set-Mailbox', { MaxSendSize: '75 MB (78,643,200 bytes)' })]],
    },
  }),
  storyDrill({
    name: 'transport-rule',
    title: "A mail flow rule copies everybody's mail outside",
    rule: 'transport-rule-sends-outside',
    severity: 'high',
    attack: [
      [
        20,
        command(
          'New-TransportRule',
          ({ outside }) => ({
            Name: '.',
            Mode: 'Enforce',
            SetAuditSeverity: 'DoNotAudit',
            BlindCopyTo: outside,
            SubjectOrBodyContainsWords: 'password;invoice',
          }),
          { object: '' },
        ),
      ],
    ],
    nearMisses: {
      'an inbox rule, of which another rule tells': [
        [20, command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', RedirectTo: outside }))],
      ],
      'a rule that Exchange refused': [
        [
          20,
          command('New-TransportRule', ({ outside }) => ({ Name: 'Copies', CopyTo: outside }), {
            status: 'False',
          }),
        ],
      ],
      'a disclaimer': [
        [
          20,
          command(
            'New-TransportRule',
            { Name: 'Legal disclaimer', Mode: 'Enforce', ApplyHtmlDisclaimerText: '<p>Ltd.</p>' },
            { object: '' },
          ),
        ],
      ],
      'a copy to a colleague': [
        [
          20,
          command('New-TransportRule', ({ colleagues }) => ({
            Name: 'Applications',
            CopyTo: colleagues[0]!.address,
          })),
        ],
      ],
    },
  }),
  storyDrill({
    name: 'one-target',
    title: 'Two accounts forward to the same address outside, two days apart',
    rule: 'accounts-forward-to-one-target',
    severity: 'high',
    about: ({ colleagues }) => ({ user: colleagues[0]!.address, entity: userEntity(colleagues[0]!) }),
    attack: [
      [
        2 * 24 * 60,
        command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', From: 'bank', ForwardTo: outside })),
      ],
      [
        20,
        eachOf(
          ({ colleagues }) => colleagues.slice(0, 1),
          command('Set-Mailbox', ({ outside }) => ({ ForwardingSmtpAddress: `smtp:${outside}` })),
        ),
      ],
    ],
    nearMisses: {
      'one account twice': [
        [50, command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', From: 'a', ForwardTo: outside }))],
        [20, command('Set-InboxRule', ({ outside }) => ({ Name: 'Filing', RedirectTo: outside }))],
      ],
      'two accounts, two targets': [
        [50, command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', From: 'a', ForwardTo: outside }))],
        [
          20,
          eachOf(
            ({ colleagues }) => colleagues.slice(0, 1),
            command('New-InboxRule', ({ outside }) => ({
              Name: 'Filing',
              From: 'a',
              ForwardTo: `x${outside}`,
            })),
          ),
        ],
      ],
      'eight days apart': [
        [
          8 * 24 * 60,
          command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', From: 'a', ForwardTo: outside })),
        ],
        [
          20,
          eachOf(
            ({ colleagues }) => colleagues.slice(0, 1),
            command('New-InboxRule', ({ outside }) => ({ Name: 'Filing', From: 'a', ForwardTo: outside })),
          ),
        ],
      ],
    },
  }),
]
