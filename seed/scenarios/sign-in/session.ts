import type { Json } from '../../../server/domain/json.ts'
import { PLACES } from '../records/invent.ts'
import { signInToMail } from '../records/scenes.ts'
import { type Scene, storyDrill } from '../story.ts'

const DAY = 24 * 60

/** A renewed token of the person's session, on a device of this system. */
function renewed(
  operatingSystem: string,
  options: { anotherSession?: boolean; failed?: boolean } = {},
): Scene {
  const deviceDetail: Json = { deviceId: '', operatingSystem, browser: 'Chrome 142.0.0', isManaged: false }
  return (run, cast, at) =>
    signInToMail({
      interactive: false,
      place: PLACES.office,
      sessionId: options.anotherSession ? `${cast.sessionId}-2` : cast.sessionId,
      extra: { deviceDetail },
      ...(options.failed && { result: 50_126 }),
    })(run, cast, at)
}

const risk = (kind: string, more: { [key: string]: Json } = {}) =>
  signInToMail({ extra: { riskEventTypes_v2: [kind], riskEventTypes: [], riskState: 'atRisk', ...more } })

/** Sessions in other hands. */
export const SESSIONS = [
  storyDrill({
    name: 'session-moves',
    title: 'A session of a computer with Windows goes on under Linux',
    rule: 'session-on-two-systems',
    severity: 'medium',
    attack: [
      [50, renewed('Windows10')],
      [30, renewed('Windows10')],
      [20, renewed('Linux')],
    ],
    nearMisses: {
      'one system': [
        [50, renewed('MacOs')],
        [20, renewed('MacOs')],
      ],
      'two sessions': [
        [50, renewed('Windows10')],
        [20, renewed('Linux', { anotherSession: true })],
      ],
      'a telephone that was updated': [
        [50, renewed('Ios 18.5')],
        [20, renewed('Ios 18.6')],
      ],
      'it did not succeed': [
        [50, renewed('Windows10')],
        [20, renewed('Linux', { failed: true })],
      ],
      'two days between': [
        [2 * DAY, renewed('Windows10')],
        [20, renewed('Linux')],
      ],
    },
  }),
  storyDrill({
    name: 'strong-risk',
    title: 'Identity Protection sees a phishing page between a person and Microsoft',
    rule: 'strong-risk-detection',
    severity: 'high',
    attack: [[20, risk('attackerinTheMiddle')]],
    nearMisses: {
      'a place that is new': [[20, risk('unfamiliarFeatures')]],
      'no kind of risk': [[20, signInToMail({})]],
      'the risk was dismissed': [[20, risk('attackerinTheMiddle', { riskState: 'dismissed' })]],
      'it did not succeed': [
        [20, signInToMail({ result: 50_126, extra: { riskEventTypes_v2: ['attackerinTheMiddle'] } })],
      ],
    },
  }),
]

const usual: Scene = signInToMail({ home: true })
const known = [[6 * DAY, usual] as const, [5 * DAY, usual] as const, [2 * DAY, usual] as const]

/** Where somebody signs in. */
export const PLACE = [
  storyDrill({
    name: 'new-country',
    title: 'A sign-in from a country in which the account never was',
    rule: 'sign-in-from-new-country',
    severity: 'medium',
    attack: [...known, [20, signInToMail({})]],
    nearMisses: {
      'the same country': [...known, [20, signInToMail({ place: PLACES.newYork })]],
      'a country where the account was before': [
        [6 * DAY, signInToMail({})],
        ...known.slice(1),
        [20, signInToMail({})],
      ],
      "on the company's computer": [...known, [20, signInToMail({ managedDevice: true })]],
      'a token that a telephone renewed': [...known, [20, signInToMail({ interactive: false })]],
      'it did not succeed': [...known, [20, signInToMail({ result: 50_126 })]],
      'an account that nobody knows yet': [[20, signInToMail({})]],
    },
  }),
]
