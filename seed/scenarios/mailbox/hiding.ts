import { command, ruleInOutlook } from '../records/scenes.ts'
import { storyDrill } from '../story.ts'

/** Rules that keep mail from its owner, and names by which they are overlooked. */
export const HIDING = [
  storyDrill({
    name: 'hiding-rule',
    title: 'An inbox rule moves warnings about phishing to the feeds',
    rule: 'inbox-rule-hides-mail',
    severity: 'high',
    attack: [
      [
        20,
        command('New-InboxRule', {
          Name: 'Updates',
          SubjectOrBodyContainsWords: 'hacked;phishing;did you send',
          MoveToFolder: 'RSS Feeds',
          MarkAsRead: 'True',
          StopProcessingRules: 'True',
        }),
      ],
    ],
    nearMisses: {
      'newsletters into a folder of their own': [
        [
          20,
          command('New-InboxRule', {
            Name: 'Newsletters',
            FromAddressContainsWords: 'news@;newsletter',
            MoveToFolder: 'Newsletters',
          }),
        ],
      ],
      'one sender thrown away': [
        [20, command('New-InboxRule', { Name: 'Shop', From: 'offers@shop.example', DeleteMessage: 'True' })],
      ],
      'invoices into a folder that is seen': [
        [
          20,
          command('New-InboxRule', {
            Name: 'Invoices',
            SubjectContainsWords: 'invoice',
            MoveToFolder: 'Inbox\\Invoices',
          }),
        ],
      ],
      'a sender whose name holds such a word, into the archive': [
        [
          20,
          ruleInOutlook({
            name: 'Old customers',
            condition: '(SenderSmtpAddress SubString bank-of-trees.example)',
            actions: [{ ActionType: 'Move', DestinationFolder: 'Archive' }],
          }),
        ],
      ],
      'a rule that no longer deletes': [
        [
          20,
          command('Set-InboxRule', {
            Name: 'Updates',
            SubjectContainsWords: 'phishing',
            DeleteMessage: 'False',
          }),
        ],
      ],
    },
  }),
  storyDrill({
    name: 'nameless-rule',
    title: 'An inbox rule is named with two commas',
    rule: 'inbox-rule-obscure-name',
    severity: 'medium',
    attack: [
      [
        20,
        command('New-InboxRule', {
          Name: ',,',
          FromAddressContainsWords: 'brandt',
          MoveToFolder: 'Conversation History',
        }),
      ],
    ],
    nearMisses: {
      'a short name': [
        [20, command('New-InboxRule', { Name: 'HR', FromAddressContainsWords: 'hr@', MoveToFolder: 'HR' })],
      ],
      'a name with a dot in it': [
        [
          20,
          command('New-InboxRule', {
            Name: 'Dr. Weiss',
            From: 'weiss@clinic.example',
            MoveToFolder: 'Clinic',
          }),
        ],
      ],
      'the empty name of the changes that Outlook writes': [
        [20, ruleInOutlook({ name: '', condition: '{}', actions: [], operation: 'ModifyMailboxRule' })],
      ],
    },
  }),
]
