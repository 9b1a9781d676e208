import { remove, read, send, signInToMail } from '../records/scenes.ts'
import { storyDrill, type Story } from '../story.ts'

const subject = (n: number) => `RE: Delivery ${n}, changed bank details`

/** A stolen session reads conversations, answers in three of them, and deletes what it sent. */
const attack: Story = [
  [45, signInToMail()],
  [40, read(6)],
  ...[0, 1, 2].map((n) => [36 - 2 * n, send(({ mark }) => `${subject(n)} (${mark})`)] as const),
  [28, remove('SoftDelete', ({ mark }) => [0, 1].map((n) => `${subject(n)} (${mark})`), '\\Sent Items')],
  [26, remove('HardDelete', ({ mark }) => [`${subject(2)} (${mark})`], '\\Recoverable Items\\Deletions')],
]

export const threadHijack = storyDrill({
  name: 'thread-hijack',
  title: 'Answers in three conversations, and their copies deleted',
  rule: 'thread-hijacking',
  severity: 'high',
  // Two copies were deleted in one go, the third by itself: two alerts, in one incident.
  alerts: 2,
  attack,
  nearMisses: {
    'a new mail, not an answer': [
      [40, send(({ mark }) => `Delivery (${mark})`)],
      [30, remove('SoftDelete', ({ mark }) => [`Delivery (${mark})`], '\\Sent Items')],
    ],
    'another conversation is deleted': [
      [40, send(({ mark }) => `${subject(0)} (${mark})`)],
      [30, remove('SoftDelete', ({ mark }) => [`${subject(1)} (${mark})`], '\\Sent Items')],
    ],
    'what came in is deleted': [
      [40, send(({ mark }) => `${subject(0)} (${mark})`)],
      [30, remove('MoveToDeletedItems', ({ mark }) => [`${subject(0)} (${mark})`], '\\Inbox')],
    ],
    'deleted before it was sent': [
      [40, remove('SoftDelete', ({ mark }) => [`${subject(0)} (${mark})`], '\\Sent Items')],
      [30, send(({ mark }) => `${subject(0)} (${mark})`)],
    ],
    'deleted by a colleague with the same subject': [
      [40, send(({ mark }) => `${subject(0)} (${mark})`)],
      [
        30,
        remove('SoftDelete', ({ mark }) => [`${subject(0)} (${mark})`], '\\Sent Items', {
          by: ({ colleagues }) => colleagues[0]!,
        }),
      ],
    ],
    'deleted in the evening': [
      [4 * 60, send(({ mark }) => `${subject(0)} (${mark})`)],
      [30, remove('SoftDelete', ({ mark }) => [`${subject(0)} (${mark})`], '\\Sent Items')],
    ],
  },
})
