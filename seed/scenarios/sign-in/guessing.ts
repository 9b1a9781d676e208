import { documentationAddress, PLACES } from '../records/invent.ts'
import { signInToMail } from '../records/scenes.ts'
import { signIn, type SignIn } from '../records/sign-in.ts'
import { type Cast, type Scene, storyDrill } from '../story.ts'

const DAY = 24 * 60
const PHONE = { clientAppUsed: 'Exchange ActiveSync', userAgent: 'Apple-iPhone14C5/2107.93' }

/** Wrong passwords for one account, minutes apart, in a browser unless `extra` says otherwise. */
function slowly(times: number, minutesApart: number, options: Partial<SignIn> = {}): Scene {
  return (run, { who, address }, at) =>
    Array.from({ length: times }, (_, i) =>
      signIn(run, {
        at: at + i * minutesApart * 60_000,
        who,
        address,
        place: PLACES.bucharest,
        result: 50_126,
        ...options,
      }),
    )
}

/** A list of passwords: each colleague in turn, from so many addresses, each time by another program. */
function listed(times: number, addresses: number, options: Partial<SignIn> = {}): Scene {
  return (run, { colleagues, address }, at) => {
    const from = [address, ...Array.from({ length: addresses - 1 }, () => documentationAddress(run))]
    return Array.from({ length: times }, (_, i) =>
      signIn(run, {
        at: at + i * 60_000,
        who: colleagues[i % colleagues.length]!,
        // The last try is from the first address, whatever the numbers.
        address: from[(times - 1 - i) % addresses]!,
        place: PLACES.bucharest,
        result: 50_126,
        extra: { userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/${100 + i}.0.0.0` },
        ...options,
      }),
    )
  }
}

const ordinary: Scene = signInToMail({ home: true })
const weeks = [[6 * DAY, ordinary] as const, [5 * DAY, ordinary] as const, [4 * DAY, ordinary] as const]

/** Passwords that are tried patiently, or by the list. */
export const GUESSING = [
  storyDrill({
    name: 'slow-guessing',
    title: 'A password every twenty minutes, all day, until one fits',
    rule: 'password-guessing-slow',
    severity: 'high',
    attack: [
      [13 * 60, slowly(36, 20)],
      [50, signInToMail({})],
    ],
    nearMisses: {
      'a telephone with an old password': [
        [13 * 60, slowly(150, 5, { interactive: false, extra: PHONE })],
        [5, signInToMail({ home: true })],
      ],
      'twenty-nine of them': [[13 * 60, slowly(29, 20)]],
      'asked for a second factor': [[13 * 60, slowly(36, 20, { result: 50_074 })]],
      'two days': [
        [2 * DAY, slowly(16, 40)],
        [12 * 60, slowly(16, 40)],
      ],
    },
  }),
  storyDrill({
    name: 'credential-stuffing',
    title: 'A list of stolen passwords is tried from six addresses',
    rule: 'credential-stuffing',
    severity: 'medium',
    about: ({ address }: Cast) => ({ user: null, entity: { type: 'ip', value: address } }),
    attack: [...weeks, [50, listed(40, 6)]],
    nearMisses: {
      'four addresses': [...weeks, [50, listed(40, 4)]],
      'not so many tries': [...weeks, [50, listed(24, 6)]],
      'every Monday morning is so': [...weeks, [4 * DAY, listed(40, 4)], [50, listed(40, 6)]],
      'an organisation that nobody knows yet': [[50, listed(40, 6)]],
      'asked for a second factor': [...weeks, [50, listed(40, 6, { result: 50_074 })]],
    },
  }),
]
