import { command, read, remove, send, signInToMail } from '../records/scenes.ts'
import { storyDrill } from '../story.ts'

/**
 * One account from break-in to cover-up: a risky sign-in, a rule that hides the answers, mail read, a false invoice to
 * everybody, answers in conversations, and their copies deleted. All of it is one incident.
 */
export const fullChain = storyDrill({
  name: 'full-chain',
  title: 'A whole takeover in one account: sign-in, inbox rule, mail read, bulk sending, traces deleted',
  rule: 'risky-sign-in-then-inbox-rule',
  severity: 'high',
  also: ['inbox-rule-hides-mail', 'inbox-rule-obscure-name', 'bulk-send', 'thread-hijacking'],
  attack: [
    [56, signInToMail({ risk: 'high' })],
    [
      50,
      command('New-InboxRule', {
        AlwaysDeleteOutlookRulesBlob: 'False',
        Force: 'False',
        Name: '..',
        SubjectOrBodyContainsWords: 'invoice;phishing;hacked',
        DeleteMessage: 'True',
        StopProcessingRules: 'True',
      }),
    ],
    [46, read(8)],
    [42, send(({ mark }) => `Invoice ${mark} overdue`, { times: 56, apart: 20 })],
    [18, send(({ mark }) => `RE: Framework contract ${mark}`)],
    [16, send(({ mark }) => `RE: Bank details ${mark}`)],
    [
      12,
      remove(
        'HardDelete',
        ({ mark }) => [`RE: Framework contract ${mark}`, `RE: Bank details ${mark}`],
        '\\Sent Items',
      ),
    ],
    [8, remove('HardDelete', ({ mark }) => [`Invoice ${mark} overdue`], '\\Sent Items')],
  ],
  nearMisses: {
    'the same day of somebody who signs in from the office': [
      [56, signInToMail({ home: true })],
      [
        50,
        command('New-InboxRule', { Name: 'Orders', SubjectContainsWords: 'order', MoveToFolder: 'Orders' }),
      ],
      [46, read(8, { home: true })],
      [42, send('RE: Offer', { home: true, times: 5 })],
    ],
  },
})
