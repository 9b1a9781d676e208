import { read, remove, send, signInToMail } from '../records/scenes.ts'
import { type Cast, storyDrill, type Story } from '../story.ts'

const subject = (n: number, { mark }: Cast) => `Delivery ${n}, changed bank details (${mark})`
const answer = (before: number, n: number): Story[number] => [
  before,
  send((cast) => `RE: ${subject(n, cast)}`),
]
const takeAway = (
  before: number,
  numbers: readonly number[],
  folder = '\\Sent Items',
  by: (cast: Cast) => Cast['who'] = ({ who }) => who,
): Story[number] => [
  before,
  remove('SoftDelete', (cast) => numbers.map((n) => `RE: ${subject(n, cast)}`), folder, { by }),
]

/** A stolen session reads conversations, answers in three of them, and deletes what it sent. */
export const threadHijack = storyDrill({
  name: 'thread-hijack',
  title: 'Answers in three conversations, and their copies deleted',
  rule: 'thread-hijacking',
  severity: 'high',
  attack: [
    [45, signInToMail()],
    [40, read(6)],
    answer(36, 0),
    answer(34, 1),
    answer(32, 2),
    takeAway(28, [0, 1]),
    takeAway(26, [2], '\\Recoverable Items\\Deletions'),
  ],
  nearMisses: {
    'one conversation, by a tidy person': [answer(40, 0), takeAway(30, [0])],
    'two conversations, three hours apart': [
      answer(240, 0),
      takeAway(230, [0]),
      answer(40, 1),
      takeAway(30, [1]),
    ],
    'new mails, not answers': [
      [40, send((cast) => subject(0, cast))],
      [38, send((cast) => subject(1, cast))],
      takeAway(30, [0, 1]),
    ],
    'other conversations are deleted': [answer(40, 0), answer(38, 1), takeAway(30, [2, 3])],
    'what came in is deleted': [answer(40, 0), answer(38, 1), takeAway(30, [0, 1], '\\Inbox')],
    'deleted before they were sent': [takeAway(40, [0, 1]), answer(30, 0), answer(28, 1)],
    'deleted by a colleague with the same subjects': [
      answer(40, 0),
      answer(38, 1),
      takeAway(30, [0, 1], '\\Sent Items', ({ colleagues }) => colleagues[0]!),
    ],
    'deleted in the evening': [answer(240, 0), answer(238, 1), takeAway(30, [0, 1])],
  },
})
