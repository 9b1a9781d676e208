import { documentationAddress, PLACES } from '../records/invent.ts'
import { read, signInToMail } from '../records/scenes.ts'
import { type Method, methodChange } from '../records/security-info.ts'
import { APPS, signIn, type SignIn } from '../records/sign-in.ts'
import { type Scene, storyDrill } from '../story.ts'
import { DIRECTORY } from './directory.ts'
import { GUESSING } from './guessing.ts'
import { PLACE, SESSIONS } from './session.ts'

const DAY = 24 * 60
const SCRIPT = 'axios/1.7.9'

/** The same sign-in so many times, some seconds apart; from another address each time with `scattered`. */
function tries(times: number, apart: number, options: Partial<SignIn> & { scattered?: boolean }): Scene {
  const { scattered = false, ...more } = options
  return (run, cast, at) =>
    Array.from({ length: times }, (_, i) => {
      const who = scattered ? cast.colleagues[i % cast.colleagues.length]! : cast.who
      const address = scattered ? documentationAddress(run) : cast.address
      return signIn(run, { at: at + i * apart * 1000, who, address, place: PLACES.bucharest, ...more })
    })
}

function methods(before: readonly Method[], after: readonly Method[]): Scene {
  return (run, { who, address }, at) => methodChange(run, { who, address, at, before, after })
}

const usual: Scene = signInToMail({ home: true })
const known = [[6 * DAY, usual] as const, [5 * DAY, usual] as const, [2 * DAY, usual] as const]
const wrong = { result: 50_126, interactive: false } as const
const byTool = { ...wrong, extra: { userAgent: SCRIPT } }
const byCode = { extra: { authenticationProtocol: 'deviceCode' } }
const inOutlook = read(1, { client: 'Client=MSExchangeRPC' })
const inBrowser = read(1, {
  client: 'Client=OWA;Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36;',
})

/** How accounts are entered, and how a thief makes sure to come back. */
export const SIGN_IN = [
  storyDrill({
    name: 'risky-sign-in',
    title: 'A sign-in that Entra ID rates as risky',
    rule: 'risky-sign-in',
    severity: 'medium',
    attack: [[20, signInToMail({ risk: 'high' })]],
    nearMisses: {
      'medium, with a second factor': [[20, signInToMail({ risk: 'medium' })]],
      'no risk': [[20, signInToMail({})]],
      'it did not succeed': [[20, signInToMail({ risk: 'high', result: 50_126 })]],
      'the risk was dismissed': [[20, signInToMail({ risk: 'high', extra: { riskState: 'dismissed' } })]],
    },
  }),
  storyDrill({
    name: 'password-guessing',
    title: 'Twenty-five passwords for one account, and then the right one',
    rule: 'password-guessing',
    severity: 'high',
    attack: [
      [30, tries(25, 15, wrong)],
      [15, tries(1, 0, { interactive: true })],
    ],
    nearMisses: {
      'a person who forgot it': [[30, tries(12, 20, { ...wrong, interactive: true })]],
      'a phone with an old password, all day': [[590, tries(200, 175, wrong)]],
      'asked for a second factor': [[30, tries(25, 15, { result: 50_074 })]],
    },
  }),
  storyDrill({
    name: 'distributed-spray',
    title: 'One tool tries passwords from many addresses',
    rule: 'distributed-spray',
    severity: 'medium',
    about: () => ({ user: null, entity: { type: 'user_agent.original', value: SCRIPT } }),
    attack: [[40, tries(24, 60, { ...byTool, scattered: true })]],
    nearMisses: {
      'eleven addresses': [[40, tries(11, 60, { ...byTool, scattered: true })]],
      'one address': [[40, tries(24, 60, byTool)]],
    },
  }),
  storyDrill({
    name: 'mfa-fatigue',
    title: 'Fourteen sign-in requests, and one is let through',
    rule: 'mfa-fatigue',
    severity: 'high',
    attack: [
      [30, tries(14, 30, { result: 500_121 })],
      [15, tries(1, 0, {})],
    ],
    nearMisses: {
      'a phone that was not at hand': [[30, tries(9, 40, { result: 500_121 })]],
      'asked, and answered': [[30, tries(14, 30, { result: 50_074 })]],
    },
  }),
  storyDrill({
    name: 'risky-mfa-method',
    title: 'A risky sign-in, then a new way to sign in',
    rule: 'risky-sign-in-then-mfa-method',
    severity: 'high',
    attack: [
      [40, signInToMail({ risk: 'high' })],
      [20, methods(['notice'], ['notice', 'code'])],
    ],
    nearMisses: {
      'no risk': [
        [40, signInToMail({})],
        [20, methods(['notice'], ['notice', 'code'])],
      ],
      'methods taken away': [
        [40, signInToMail({ risk: 'high' })],
        [20, methods(['notice', 'code'], [])],
      ],
      'seven hours later': [
        [7 * 60 + 30, signInToMail({ risk: 'high' })],
        [20, methods(['notice'], ['notice', 'code'])],
      ],
    },
  }),
  storyDrill({
    name: 'unknown-device-mfa-method',
    title: 'A further way to sign in, added from an unknown device',
    rule: 'mfa-method-from-unknown-device',
    severity: 'medium',
    attack: [
      [40, signInToMail({})],
      [20, methods(['notice'], ['notice', 'code'])],
    ],
    nearMisses: {
      'a managed computer': [
        [40, signInToMail({ home: true })],
        [20, methods(['notice'], ['notice', 'code'])],
      ],
      'the first methods of a new account': [
        [40, signInToMail({})],
        [20, methods([], ['notice', 'code'])],
      ],
      'a sign-in two hours before': [
        [150, signInToMail({})],
        [20, methods(['notice'], ['notice', 'code'])],
      ],
    },
  }),
  storyDrill({
    name: 'legacy-sign-in',
    title: 'An account that used a browser signs in with an old program',
    rule: 'legacy-sign-in-first-time',
    severity: 'medium',
    attack: [...known, [20, signInToMail({ legacy: true })]],
    nearMisses: {
      'an old program as always': [
        [6 * DAY, signInToMail({ home: true, legacy: true })],
        [5 * DAY, usual],
        [20, signInToMail({ legacy: true })],
      ],
      'an account that nobody knows yet': [[20, signInToMail({ legacy: true })]],
      'it did not succeed': [...known, [20, signInToMail({ legacy: true, result: 50_126 })]],
      'a browser': [...known, [20, signInToMail({})]],
    },
  }),
  storyDrill({
    name: 'device-code',
    title: 'A sign-in by a code that somebody sent',
    rule: 'device-code-sign-in',
    severity: 'high',
    attack: [...known, [20, signInToMail(byCode)]],
    nearMisses: {
      'by code as always': [
        [6 * DAY, signInToMail({ home: true, managedDevice: false, ...byCode })],
        [5 * DAY, usual],
        [20, signInToMail(byCode)],
      ],
      'from a managed device': [...known, [20, signInToMail({ managedDevice: true, ...byCode })]],
      'another way': [...known, [20, signInToMail({})]],
    },
  }),
  storyDrill({
    name: 'stolen-session',
    title: 'A session of Outlook goes on in a browser elsewhere',
    rule: 'session-in-two-programs',
    severity: 'high',
    attack: [
      [50, inOutlook],
      [20, inBrowser],
    ],
    nearMisses: {
      'one program': [
        [50, inOutlook],
        [20, inOutlook],
      ],
      'two sessions': [
        [50, inOutlook],
        [20, read(1, { home: true, client: 'Client=OWA;Mozilla/5.0 (Macintosh; Intel);' })],
      ],
      'two days between': [
        [2 * DAY + 60, inOutlook],
        [20, inBrowser],
      ],
    },
  }),
  storyDrill({
    name: 'script-sign-in',
    title: 'A phishing kit signs in as the person',
    rule: 'sign-in-by-script',
    severity: 'high',
    attack: [[20, signInToMail({ extra: { userAgent: SCRIPT } })]],
    nearMisses: {
      'a browser': [[20, signInToMail({})]],
      'a token that is renewed': [[20, signInToMail({ interactive: false, extra: { userAgent: SCRIPT } })]],
      'to something else': [
        [
          20,
          signInToMail({
            extra: { userAgent: SCRIPT },
            app: { ...APPS.teams, name: 'Build server', resource: 'Azure DevOps' },
          }),
        ],
      ],
    },
  }),
  ...GUESSING,
  ...SESSIONS,
  ...PLACE,
  ...DIRECTORY,
]
