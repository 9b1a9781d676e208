import type { Scene } from '../story.ts'
import { storyDrill } from '../story.ts'
import { consentTo, eachOf, read, send } from '../records/scenes.ts'

const DAY = 24 * 60
// Microsoft's id of Outlook on telephones, the same in every tenant.
const OUTLOOK_MOBILE = '27922004-5251-4030-b22d-91ecd9a37ea4'
const appOf = ({ sessionId }: { sessionId: string }) => sessionId
const restRead = read(3, { app: appOf, client: 'Client=REST;Client=RESTSystem;;' })
const fromPhone = (days: number): readonly [number, Scene] => [
  days * DAY,
  read(2, { home: true, app: OUTLOOK_MOBILE, client: 'Client=OutlookService;Outlook-iOS/2.0;' }),
]
const ownMail = (days: number): readonly [number, Scene] => [days * DAY, read(2, { home: true })]

/** Mail read by programs and by people who never did before. */
export const READING = [
  storyDrill({
    name: 'mail-read-bulk',
    title: 'A hundred mails are read within two minutes',
    rule: 'mail-read-in-bulk',
    severity: 'medium',
    attack: [[20, restReadOf(100)]],
    nearMisses: {
      'some dozens': [[20, restReadOf(99)]],
      'a folder is synchronised': [[20, read(200, { home: true, sync: true })]],
    },
  }),
  storyDrill({
    name: 'new-mail-app',
    title: 'A mailbox that is read on a telephone is read by an unknown app',
    rule: 'mail-read-by-new-app',
    severity: 'medium',
    attack: [fromPhone(6), fromPhone(5), fromPhone(2), [20, restRead]],
    nearMisses: {
      'the program of always': [
        fromPhone(6),
        fromPhone(5),
        [20, read(2, { home: true, app: OUTLOOK_MOBILE })],
      ],
      'a mailbox that nobody knows yet': [[20, restRead]],
      'a folder copied by a program': [
        fromPhone(6),
        fromPhone(5),
        [20, read(200, { app: appOf, sync: true, client: 'Client=REST;Client=RESTSystem;;' })],
      ],
      'on the web, which has no id': [fromPhone(6), fromPhone(5), [20, read(4, { home: true })]],
    },
  }),
  storyDrill({
    name: 'app-reads-many',
    title: 'One app reads seven mailboxes within ten minutes',
    rule: 'app-reads-many-mailboxes',
    severity: 'high',
    about: ({ colleagues }) => ({
      user: colleagues[6]!.address,
      entity: { type: 'user', value: colleagues[6]!.address },
    }),
    attack: [[20, eachOf(({ colleagues }) => colleagues.slice(0, 7), restRead)]],
    nearMisses: {
      'five mailboxes': [[20, eachOf(({ colleagues }) => colleagues.slice(0, 5), restRead)]],
      'a mail program': [
        [
          20,
          eachOf(
            ({ colleagues }) => colleagues.slice(0, 7),
            read(3, { app: appOf, client: 'Client=MSExchangeRPC' }),
          ),
        ],
      ],
      telephones: [
        [
          20,
          eachOf(
            ({ colleagues }) => colleagues.slice(0, 7),
            read(3, { app: OUTLOOK_MOBILE, client: 'Client=REST;Outlook-iOS/2.0;' }),
          ),
        ],
      ],
    },
  }),
  storyDrill({
    name: 'anothers-mailbox',
    title: "An account reads its superior's mail for the first time",
    rule: 'mail-read-in-anothers-mailbox',
    severity: 'medium',
    attack: [ownMail(6), ownMail(4), [20, read(5, { of: ({ colleagues }) => colleagues[0]! })]],
    nearMisses: {
      'a mailbox that it reads every week': [
        [6 * DAY, read(5, { home: true, of: ({ colleagues }) => colleagues[0]! })],
        ownMail(5),
        [20, read(5, { of: ({ colleagues }) => colleagues[0]! })],
      ],
      'the own one': [
        [6 * DAY, send('Minutes', { home: true })],
        [4 * DAY, send('Minutes', { home: true })],
        [20, read(5)],
      ],
    },
  }),
  storyDrill({
    name: 'sends-as-another',
    title: 'An account sends as its superior for the first time',
    rule: 'sends-as-another-first-time',
    severity: 'medium',
    attack: [ownMail(9), ownMail(4), [20, send('Payment today', { as: ({ colleagues }) => colleagues[0]! })]],
    nearMisses: {
      'a mailbox that it sends as every week': [
        [
          9 * DAY,
          send('Offers', { home: true, as: ({ colleagues }) => colleagues[0]!, operation: 'SendOnBehalf' }),
        ],
        [20, send('Offers', { as: ({ colleagues }) => colleagues[0]! })],
      ],
      'as itself': [ownMail(9), ownMail(4), [20, send('Payment today')]],
    },
  }),
  storyDrill({
    name: 'mail-app-consent',
    title: 'Somebody lets an app read and send their mail',
    rule: 'consent-to-mail-app',
    severity: 'high',
    attack: [[20, consentTo('openid offline_access User.Read Mail.Read Mail.Send')]],
    nearMisses: {
      'headers of mail only': [[20, consentTo('openid offline_access User.Read Mail.ReadBasic')]],
      'a calendar': [[20, consentTo('openid offline_access Calendars.ReadWrite')]],
      'an administrator, for everybody': [
        [20, consentTo('openid offline_access Mail.Read', { home: true, everyone: true })],
      ],
    },
  }),
  storyDrill({
    name: 'mail-app-reads',
    title: 'Somebody lets an app in, and it reads mail soon after',
    rule: 'app-consent-then-mail-read',
    severity: 'high',
    also: ['consent-to-mail-app'],
    attack: [
      [40, consentTo('openid offline_access Mail.Read', { app: appOf })],
      [20, restRead],
    ],
    nearMisses: {
      'an app that was given no mail': [
        [40, consentTo('openid offline_access Calendars.Read', { app: appOf })],
        [20, restRead],
      ],
      'an app that an administrator lets in for everybody': [
        [40, consentTo('openid offline_access Mail.Read', { app: appOf, everyone: true })],
        [20, restRead],
      ],
      'another program reads': [
        [40, consentTo('openid offline_access Mail.Read', { app: appOf })],
        [20, read(3, { home: true, app: OUTLOOK_MOBILE })],
      ],
      'it had read before': [
        [40, restRead],
        [20, consentTo('openid offline_access Mail.Read', { app: appOf })],
      ],
    },
  }),
]

function restReadOf(count: number): Scene {
  return read(count, { app: appOf, client: 'Client=REST;Client=RESTSystem;;' })
}
