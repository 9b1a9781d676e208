import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../server/domain/event.ts'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { explainRule } from '../../server/detect/explain/explain.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import {
  BERLIN,
  BULK,
  compile,
  event,
  failure,
  inboxRule,
  makeRule,
  NEW_YORK,
  type Place,
  POTSDAM,
  send,
  SEQUENCE,
  signIn,
  signInFrom,
  SINGLE,
  SPRAY,
  T0,
  TRAVEL,
} from '../support/detection.ts'

const WARSAW: Place = [52.23, 21.01, 'Warsaw']
const many = (count: number, make: (i: number) => LogEvent) =>
  Array.from({ length: count }, (_, i) => make(i))
const explain = (compiled: CompiledRule, events: LogEvent[]) =>
  explainRule({ compiled, events, stored: [], from: -Infinity, to: Infinity })

const UNTIL = compile(
  makeRule({
    kind: 'sequence',
    query: `sequence by user.email with maxspan=1h
      [authentication where true] [any where event.action == "New-InboxRule"] until [any where event.action == "Logout"]`,
  }),
)
const WITHOUT = compile(
  makeRule({
    kind: 'sequence',
    query: `sequence by user.email with maxspan=1h
      [authentication where true] ![any where event.action == "MFA"] [any where event.action == "New-InboxRule"]`,
  }),
)
const RUNS = compile(
  makeRule({
    kind: 'sequence',
    query: `sequence by user.email with maxspan=1h
      [any where event.action == "Send"] with runs=3 [any where event.action == "New-InboxRule"]`,
  }),
)
const NEW_ADDRESS = compile(
  makeRule({
    kind: 'new_terms',
    query: 'authentication where event.outcome == "success"',
    newTerms: { by: ['user.email'], fields: ['source.ip'], history: 14 * DAY, learn: 3 * DAY },
  }),
)
const VOLUME = compile(
  makeRule({
    kind: 'threshold',
    query: 'any where event.action == "Send"',
    threshold: {
      by: ['user.email'],
      atLeast: 5,
      within: HOUR,
      distinct: [],
      baseline: { history: 14 * DAY, times: 3, learn: 3 * DAY },
    },
  }),
)
const logout = (at: number) => event({ at, user: 'ann@example.org', action: 'Logout' })
const mfa = (at: number) => event({ at, user: 'ann@example.org', action: 'MFA' })

test.each<[string, CompiledRule, LogEvent[], string | RegExp]>([
  [
    'a sequence that took too long says how long, and the limit',
    SEQUENCE,
    [signIn(T0), inboxRule(T0 + 4 * HOUR + 12 * MINUTE)],
    /^For ann@example.org: the New-InboxRule at .*13:12.* came 4 h 12 min after the sign-in at .*09:00.*, limit 4 h\.$/,
  ],
  [
    'of several that took too long the closest is told',
    SEQUENCE,
    [signIn(T0), signIn(T0 + HOUR), inboxRule(T0 + 6 * HOUR), inboxRule(T0 + 9 * HOUR)],
    /came 5 h after the sign-in at 2026-09-07T10:00/,
  ],
  [
    'the wrong order says by how much',
    SEQUENCE,
    [inboxRule(T0), signIn(T0 + 30 * MINUTE)],
    /the New-InboxRule at .* met step 2, but came 30 min before the sign-in at .*, which met step 1\.$/,
  ],
  [
    'a step that nothing met is told with what came nearest',
    SEQUENCE,
    [signIn(T0, { outcome: 'failure' }), inboxRule(T0 + MINUTE)],
    'Nothing met step 1; the sign-in at 2026-09-07T09:00:00.000Z matched all but: event.outcome == "success" (was failure).',
  ],
  [
    'steps met by different accounts name both',
    SEQUENCE,
    [signIn(T0), inboxRule(T0 + MINUTE, { user: 'bob@example.org' })],
    'Every step was met, but not by the same user.email: step 1 by ann@example.org, step 2 by bob@example.org.',
  ],
  [
    'a missing key is named',
    SEQUENCE,
    [signIn(T0), event({ at: T0 + MINUTE, action: 'New-InboxRule', more: { user: { name: 'ann' } } })],
    'The New-InboxRule at 2026-09-07T09:01:00.000Z met step 2, but the key is missing: user.email.',
  ],
  [
    'too few in a row are counted',
    RUNS,
    [send(T0), send(T0 + MINUTE), inboxRule(T0 + 2 * MINUTE)],
    'For ann@example.org: 2 of 3 events in a row met step 1.',
  ],
  [
    'what ends a sequence is named',
    UNTIL,
    [signIn(T0), logout(T0 + MINUTE), inboxRule(T0 + 2 * MINUTE)],
    /every step was met, but the Logout at .* met \[until\], which ends the sequence\.$/,
  ],
  [
    'what must be missing is named',
    WITHOUT,
    [signIn(T0), mfa(T0 + MINUTE), inboxRule(T0 + 2 * MINUTE)],
    /every step was met, but the MFA at .* met step 2, which must be missing\.$/,
  ],
  [
    'a threshold says how many there were in the fullest window',
    BULK,
    [...many(48, (i) => send(T0 + i * MINUTE)), ...many(9, (i) => send(T0 + 5 * HOUR + i))],
    /^For ann@example.org: 48 events within 1 h at most \(from 2026-09-07T09:00.* to .*09:47.*\), at least 51 needed\.$/,
  ],
  [
    'a distinct threshold counts what is different, and its other ways',
    SPRAY,
    many(12, (i) => failure(T0 + i * MINUTE, `user${i % 3}@example.org`)),
    /^For 203.0.113.9: 3 different user.email within 1 h at most \(.*\), at least 10 needed; nor 3 different user.email .*, at least 4 needed, and 12 events, at least 30 needed\.$/,
  ],
  [
    'places that are near say how near',
    TRAVEL,
    [signInFrom(BERLIN, T0), signInFrom(POTSDAM, T0 + MINUTE)],
    /Berlin and Potsdam \(the sign-in at .* and the sign-in at .*\) are 2\d km apart, at least 500 needed\.$/,
  ],
  [
    'a journey with enough time says how fast it was',
    TRAVEL,
    [signInFrom(BERLIN, T0), signInFrom(WARSAW, T0 + 5 * HOUR)],
    /are 51\d km and 5 h apart, which is 10\d km\/h, more than 900 needed\.$/,
  ],
  [
    'one place alone has nothing to be compared with',
    TRAVEL,
    [signInFrom(NEW_YORK, T0)],
    /is the only one with a place: there is nothing to compare with\.$/,
  ],
  [
    'a sign-in without a place says so',
    TRAVEL,
    [signIn(T0)],
    /met the condition, but there is no place to compare: coordinates or a country are missing\.$/,
  ],
  [
    'a value that is not new says when it was seen before',
    NEW_ADDRESS,
    [
      ...['a', 'b', 'a', 'a'].map((ip, day) => signIn(T0 + day * DAY, { ip })),
      signIn(T0 + 7 * DAY, { ip: 'b' }),
    ],
    /^For ann@example.org: source.ip of the sign-in at 2026-09-14.* was not new: b was seen 6 d before, by the sign-in at 2026-09-08.*\.$/,
  ],
  [
    'an account that is still learnt says since when it is known',
    NEW_ADDRESS,
    [signIn(T0, { ip: 'a' }), signIn(T0 + 2 * DAY, { ip: 'b' })],
    /still learning what is usual: first seen at 2026-09-07T09:00.*, and nothing counts as new within 3 d of that\.$/,
  ],
  [
    'what is no more than usual says what was usual',
    VOLUME,
    [
      signIn(T0),
      ...many(4, (i) => send(T0 + DAY + i * MINUTE)),
      ...many(8, (i) => send(T0 + 5 * DAY + i * MINUTE)),
    ],
    /8 events within 1 h at most .*, at least 5 needed, and more than 12, which is 3 times the most that was seen in the 14 d before \(4\)\.$/,
  ],
  [
    'a baseline that is not known yet says so',
    VOLUME,
    many(8, (i) => send(T0 + i * MINUTE)),
    /8 events within 1 h at most .*, and it was not known for 3 days before, so that nobody could say what is usual\.$/,
  ],
  ['a single event is told by the clauses it lacks', SINGLE, [send(T0)], 'No event came near the condition.'],
])('%s', (_, compiled, events, said) => {
  const { completions, missing } = explain(compiled, events)
  expect(completions).toEqual([])
  if (typeof said === 'string') expect(missing[0]).toBe(said)
  else expect(missing[0]).toMatch(said)
})

describe('the nearest events', () => {
  const rule = compile(
    makeRule({
      kind: 'query',
      query: `authentication where event.dataset == "azure.signinlogs" and event.outcome == "success"
        and (source.ip == "192.0.2.1" or (source.ip == "192.0.2.2" and user.name == "root"))`,
    }),
  )
  test('are those that lack least, the latest first, and never of another kind', () => {
    const events = [
      signIn(T0, { ip: '192.0.2.9', outcome: 'failure' }),
      signIn(T0 + 1, { ip: '192.0.2.2' }),
      signIn(T0 + 2, { ip: '192.0.2.9' }),
      event({ at: T0 + 3, user: 'ann@example.org', action: 'Send', dataset: 'elsewhere' }),
    ]
    const { nearest } = explain(rule, events).steps[0]!
    expect(nearest.map(({ event: near }) => near.time - T0)).toEqual([2, 1, 0])
    expect(nearest.map(({ unmet }) => unmet.map(({ text }) => text))).toEqual([
      ['source.ip == "192.0.2.1"'],
      ['source.ip == "192.0.2.1"'],
      ['event.outcome == "success"', 'source.ip == "192.0.2.1"'],
    ])
    expect(nearest[0]!.clauses).toHaveLength(6)
  })
  test('are at most three, and none where the condition is met', () => {
    const many = Array.from({ length: 9 }, (_, i) => signIn(T0 + i, { outcome: 'failure', ip: '192.0.2.1' }))
    expect(explain(rule, many).steps[0]!.nearest.map(({ event: near }) => near.time - T0)).toEqual([8, 7, 6])
    const met = explain(rule, [signIn(T0, { ip: '192.0.2.1' })])
    expect(met).toMatchObject({ missing: [], completions: [{ time: T0 }], steps: [{ nearest: [] }] })
  })
})

test('what completes outside the range does not count', () => {
  const events = [signIn(T0), inboxRule(T0 + HOUR)]
  const within = (from: number, to: number) =>
    explainRule({ compiled: SEQUENCE, events, stored: [], from, to }).completions.length
  expect(within(T0, T0 + HOUR)).toBe(1)
  expect(within(T0, T0 + HOUR - 1)).toBe(0)
})
