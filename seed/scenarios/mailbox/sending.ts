import { command, remove, send } from '../records/scenes.ts'
import { storyDrill } from '../story.ts'

const DAY = 24 * 60
const subjects = (count: number, mark: string) =>
  Array.from({ length: count }, (_, i) => `RE: Order ${i + 1} of ${mark}`)
/** Some days on which the account sends a few mails: what is usual for it. */
const ordinaryDays = [5, 4, 3, 2, 1].map(
  (days) => [days * DAY, send('Minutes of the meeting', { home: true, times: 4, apart: 300 })] as const,
)

/** Mail sent in somebody's name, and its traces taken away. */
export const SENDING = [
  storyDrill({
    name: 'unusual-volume',
    title: 'An account that sends a few mails a day sends 110 in nine hours',
    rule: 'unusual-send-volume',
    severity: 'medium',
    attack: [...ordinaryDays, [10 * 60, send('Shared document', { times: 110, apart: 300 })]],
    nearMisses: {
      'an account that often sends so many': [
        ...[5, 4].map((days) => [days * DAY, send('Offers', { home: true, times: 60, apart: 300 })] as const),
        [10 * 60, send('Offers', { times: 110, apart: 300 })],
      ],
      'not that many': [...ordinaryDays, [10 * 60, send('Shared document', { times: 95, apart: 300 })]],
      'an account that nobody knows yet': [[10 * 60, send('Welcome', { times: 110, apart: 300 })]],
    },
  }),
  storyDrill({
    name: 'same-mail',
    title: 'One subject is sent 32 times within half an hour',
    rule: 'same-mail-many-times',
    severity: 'medium',
    attack: [[40, send(({ mark }) => `Shared document ${mark}`, { times: 32, apart: 40 })]],
    nearMisses: {
      'as many mails about different things': Array.from(
        { length: 32 },
        (_, i) => [50 - i, send(({ mark }) => `RE: Order ${i} of ${mark}`)] as const,
      ),
      'thirty times': [[40, send(({ mark }) => `Shared document ${mark}`, { times: 30, apart: 40 })]],
      'mails without a subject': [[40, send('', { times: 32, apart: 40 })]],
    },
  }),
  storyDrill({
    name: 'rule-send-remove',
    title: 'An inbox rule, a false invoice, and its copy moved to the archive',
    rule: 'inbox-rule-then-sent-mail-removed',
    severity: 'high',
    attack: [
      [
        40,
        command('New-InboxRule', {
          Name: 'Filing',
          SubjectContainsWords: 'order',
          MoveToFolder: 'Conversation History',
        }),
      ],
      [32, send(({ mark }) => `Invoice ${mark}`)],
      [24, remove('Move', ({ mark }) => [`Invoice ${mark}`], '\\Sent Items', { to: '\\Archive' })],
    ],
    nearMisses: {
      'nothing is sent': [
        [40, command('New-InboxRule', { Name: 'Filing', From: 'a@shop.example', MoveToFolder: 'Orders' })],
        [24, remove('Move', ({ mark }) => [`Invoice ${mark}`], '\\Sent Items', { to: '\\Archive' })],
      ],
      'an answer for the holidays, no rule': [
        [40, command('Set-MailboxAutoReplyConfiguration', { AutoReplyState: 'Enabled' })],
        [32, send(({ mark }) => `Invoice ${mark}`)],
        [24, remove('Move', ({ mark }) => [`Invoice ${mark}`], '\\Sent Items', { to: '\\Archive' })],
      ],
      'the copy goes before the mail is sent': [
        [
          40,
          command('New-InboxRule', { Name: 'Filing', SubjectContainsWords: 'order', MoveToFolder: 'Orders' }),
        ],
        [35, remove('Move', ({ mark }) => [`Invoice ${mark}`], '\\Sent Items', { to: '\\Archive' })],
        [30, send(({ mark }) => `Invoice ${mark}`)],
      ],
      'the copy goes an hour later': [
        [
          58,
          command('New-InboxRule', { Name: 'Filing', SubjectContainsWords: 'order', MoveToFolder: 'Orders' }),
        ],
        [56, send(({ mark }) => `Invoice ${mark}`)],
        [5, remove('Move', ({ mark }) => [`Invoice ${mark}`], '\\Sent Items', { to: '\\Archive' })],
      ],
      'mail that came in is filed': [
        [
          40,
          command('New-InboxRule', { Name: 'Filing', SubjectContainsWords: 'order', MoveToFolder: 'Orders' }),
        ],
        [32, send(({ mark }) => `Invoice ${mark}`)],
        [24, remove('Move', ({ mark }) => [`Offer ${mark}`], '\\Inbox', { to: '\\Archive' })],
      ],
    },
  }),
  storyDrill({
    name: 'mass-deletion',
    title: 'Sixty sent mails of different subjects are deleted one by one',
    rule: 'sent-mail-deleted-in-bulk',
    severity: 'medium',
    attack: Array.from(
      { length: 60 },
      (_, i) =>
        [
          50 - Math.floor(i / 2),
          remove('HardDelete', ({ mark }) => [`Order ${i} of ${mark}`], '\\Sent Items'),
        ] as const,
    ),
    nearMisses: {
      'fifty of them': Array.from(
        { length: 50 },
        (_, i) =>
          [
            50 - Math.floor(i / 2),
            remove('HardDelete', ({ mark }) => [`Order ${i} of ${mark}`], '\\Sent Items'),
          ] as const,
      ),
      'mail that came in': Array.from(
        { length: 60 },
        (_, i) =>
          [
            50 - Math.floor(i / 2),
            remove('HardDelete', ({ mark }) => [`News ${i} for ${mark}`], '\\Deleted Items'),
          ] as const,
      ),
      'one subject over and over': Array.from(
        { length: 60 },
        (_, i) =>
          [
            50 - Math.floor(i / 2),
            remove('HardDelete', ({ mark }) => [`RE: Order of ${mark}`], '\\Sent Items'),
          ] as const,
      ),
    },
  }),
  storyDrill({
    name: 'deletion-at-once',
    title: 'Forty sent mails are deleted in one go',
    rule: 'much-mail-deleted-at-once',
    severity: 'medium',
    attack: [[20, remove('HardDelete', ({ mark }) => subjects(40, mark), '\\Sent Items')]],
    nearMisses: {
      'the bin is emptied': [
        [20, remove('HardDelete', ({ mark }) => subjects(40, mark), '\\Deleted Items', { home: true })],
      ],
      'a handful': [[20, remove('SoftDelete', ({ mark }) => subjects(8, mark), '\\Sent Items')]],
      'mail that came in, into the bin': [
        [20, remove('MoveToDeletedItems', ({ mark }) => subjects(40, mark), '\\Inbox')],
      ],
      'junk, for good': [[20, remove('HardDelete', ({ mark }) => subjects(40, mark), '\\Junk Email')]],
      'moved to a folder': [
        [20, remove('Move', ({ mark }) => subjects(40, mark), '\\Sent Items', { to: '\\Projects' })],
      ],
    },
  }),
  storyDrill({
    name: 'notice-deleted',
    title: 'The notice about a new sign-in method is deleted',
    rule: 'security-notice-deleted',
    severity: 'medium',
    attack: [[20, remove('MoveToDeletedItems', ['New sign-in method was added to your account'], '\\Inbox')]],
    nearMisses: {
      'other mail is deleted': [[20, remove('MoveToDeletedItems', ['RE: Security fence, offer'], '\\Inbox')]],
      'the notice is filed': [
        [
          20,
          remove('Move', ['New sign-in method was added to your account'], '\\Inbox', {
            to: '\\Inbox\\Accounts',
          }),
        ],
      ],
    },
  }),
]
