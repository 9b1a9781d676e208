import { expect, test } from 'vitest'
import { dayTotal, daysFinding, rateFinding, scaleTop, sparkPath } from '../../client/src/text/charts.ts'
import { describeEvidence, foldEvidence, lateBy } from '../../client/src/text/evidence.ts'
import { factsOf } from '../../client/src/text/facts.ts'
import { eventSnippet } from '../../client/src/text/snippet.ts'
import { delaySentence } from '../../client/src/text/told.ts'
import { addressOf, readFilter, statusesOf } from '../../client/src/screens/alerts/filter.ts'
import type { Fields } from '../../server/domain/json.ts'
import { alertOf, at, evidenceOf } from './alert.ts'

const signIn: Fields = {
  event: { outcome: 'success', category: ['authentication'] },
  source: { ip: '198.51.100.61', geo: { city_name: 'Lagos', country_iso_code: 'NG' } },
  azure: { signinlogs: { properties: { risk_level_during_signin: 'high' } } },
}
const inboxRule: Fields = {
  event: { action: 'New-InboxRule' },
  o365: { audit: { Parameters: { Name: '.', ForwardTo: 'smtp:x@evil.example', MoveToFolder: 'RSS Feeds' } } },
}

test.each([
  [
    'a risky sign-in',
    'azure.signinlogs',
    signIn,
    'Signed in from Lagos, NG; Microsoft rates the sign-in high risk',
  ],
  [
    'a failed one',
    'azure.signinlogs',
    { event: { outcome: 'failure' }, source: { ip: '198.51.100.7' } },
    'Failed sign-in from 198.51.100.7',
  ],
  [
    'an inbox rule',
    'o365.audit',
    inboxRule,
    'Created inbox rule “.” that forwards to x@evil.example and moves mail to RSS Feeds',
  ],
  ['a sent message', 'o365.audit', { event: { action: 'SendAs' } }, 'Sent a message as another mailbox'],
  [
    'mailbox forwarding',
    'o365.audit',
    {
      event: { action: 'Set-Mailbox' },
      o365: { audit: { Parameters: { ForwardingSmtpAddress: 'smtp:y@evil.example' } } },
    },
    'Changed the mailbox to forward to y@evil.example',
  ],
  ['anything else', 'syslog', { event: { action: 'reboot' } }, 'reboot'],
])('an event is told in words: %s', (_, dataset, fields, title) => {
  expect(describeEvidence(evidenceOf({ dataset }), fields as Fields).title).toBe(title)
})

test('before the event is fetched, the fields that the rule matched say what they can', () => {
  const matched = [
    { field: 'event.action', value: 'New-InboxRule' },
    { field: 'o365.audit.Parameters.ForwardTo', value: ['x@evil.example'] },
  ]
  expect(describeEvidence(evidenceOf({ matched }), null).title).toBe(
    'Created inbox rule that forwards to x@evil.example',
  )
})

test('a run of four or more of one kind is folded, in the order of time', () => {
  const sent = Array.from({ length: 5 }, (_, i) =>
    evidenceOf({ eventId: `s${i}`, step: 1, time: at(100 + i) }),
  )
  const runs = foldEvidence([...sent.toReversed(), evidenceOf({ eventId: 'in', time: at(0) })])
  expect(runs.map((run) => [run.first.eventId, run.events.length])).toEqual([
    ['in', 1],
    ['s0', 5],
  ])
  expect(foldEvidence(sent.slice(0, 3))).toHaveLength(3)
})

test('a record that came more than ten minutes after it happened is late', () => {
  expect(lateBy(evidenceOf({ receivedAt: at(600) }))).toBeNull()
  expect(lateBy(evidenceOf({ receivedAt: at(601) }))).toBe(601_000)
})

test('the delay of the log and of the detection are told apart', () => {
  const evidence = [
    evidenceOf({ receivedAt: at(300) }),
    evidenceOf({ eventId: 'later', time: at(900), receivedAt: at(1_000) }),
  ]
  expect(delaySentence(alertOf({ raisedAt: at(311), evidence }))).toBe(
    ', 11 s after the event was delivered, 5 min 11 s after it happened',
  )
  expect(delaySentence(alertOf({ fromHistory: true, evidence }))).toBe(', in logs stored before')
})

test.each([
  [
    'impossible travel',
    alertOf({
      kind: 'travel',
      facts: { km: 7817, kmh: 23451, minutes: 20, fromPlace: 'United States', toPlace: 'Germany' },
    }),
    [
      ['Implied travel speed', '23,451 km/h', 'an airliner flies about 900'],
      ['Distance', '7,817 km', 'United States to Germany'],
      ['Time between', '20 min', 'between the two sign-ins'],
    ],
  ],
  [
    'a sequence',
    alertOf({ kind: 'sequence', facts: { gapMs: 734_000 }, count: 2 }),
    [['First step to last', '12 min 14 s', '']],
  ],
  [
    'bulk sending',
    alertOf({
      kind: 'threshold',
      facts: { count: 140, peak: 133, threshold: 50, withinMs: 3_600_000 },
      count: 133,
    }),
    [['Events in the window', '133 events', 'limit 50 within 1 h']],
  ],
  [
    'a spray',
    alertOf({
      kind: 'threshold',
      user: null,
      users: ['a', 'b'],
      entity: { type: 'ip', value: '198.51.100.7' },
      facts: { count: 63, distinct: 41, threshold: 10, withinMs: 3_600_000 },
      count: 63,
    }),
    [
      ['Different accounts', '41', 'limit 10 within 1 h'],
      ['Events in the window', '63 events', '63 events in all'],
    ],
  ],
])('the numbers of %s come first, four at most', (_, alert, first) => {
  const facts = factsOf(alert).map((fact) => [
    fact.label,
    fact.value.map((pair) => pair.filter(Boolean).join(' ')).join(' '),
    fact.note,
  ])
  expect(facts.slice(0, first.length)).toEqual(first)
  expect(facts.length).toBeLessThanOrEqual(4)
})

test('charts say their finding in a sentence', () => {
  const quiet = { critical: 0, high: 0, medium: 0, low: 0 }
  const days = [
    { day: '2026-03-09', ...quiet, low: 1 },
    { day: '2026-03-10', ...quiet, critical: 1, high: 2 },
  ]
  expect(daysFinding(days)).toBe(
    'Alerts per day for the last 2 days, stacked by severity. Today is the highest with 3 alerts: 1 critical, 2 high. The median day has 3.',
  )
  expect(daysFinding([{ day: '2026-03-10', ...quiet }])).toBe('No alerts in the last 1 days.')
  expect(dayTotal(days[1]!)).toBe(3)
  const lastHour = [
    { minute: at(0), events: 30 },
    { minute: at(60), events: 55 },
  ]
  expect(rateFinding({ lastHour, perMinute: 60, usual: { low: 31, high: 55 } })).toBe(
    'Events per minute over the last hour: between 30 and 55, now 60, above the usual range.',
  )
  expect(sparkPath([0, 10], 10)).toBe('M0 98 L100 2')
})

test.each([
  [0, 2],
  [2, 2],
  [3, 4],
  [7, 8],
  [11, 20],
  [21, 40],
  [101, 200],
])('a highest bar of %i ends the axis at %i', (highest, top) => {
  expect(scaleTop(highest)).toBe(top)
})

test('a filter survives its address', () => {
  const filter = {
    view: 'all',
    severity: ['critical', 'low'],
    user: 'a+b@example.com',
    rule: 'bulk-send',
    since: '7d',
    drills: 'none',
    blocks: true,
    grouped: true,
  } as const
  const address = addressOf(filter)
  expect(readFilter(new URL(address, 'http://x').searchParams)).toEqual(filter)
  expect(addressOf(readFilter(new URLSearchParams()))).toBe('/alerts')
  expect(readFilter(new URLSearchParams('view=nonsense&severity=huge,low&since=1y&drills=x'))).toEqual({
    ...readFilter(new URLSearchParams()),
    severity: ['low'],
  })
  expect(statusesOf('open')).toEqual(['open', 'acknowledged'])
})

test('the command of the first run carries one valid record', () => {
  const text = eventSnippet('http://127.0.0.1:8514', 'KEY', at(0))
  expect(text).toContain('http://127.0.0.1:8514/api/v1/events')
  const record = JSON.parse(/-d '(.*)'$/.exec(text)![1]!) as Record<string, unknown>
  expect(record['@timestamp']).toBe(at(0))
})
