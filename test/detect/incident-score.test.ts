import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Alert, SEVERITIES, severityRank } from '../../server/domain/alert.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { phraseOf } from '../../server/detect/incident/phrase.ts'
import { incidentSeverity, riskScore } from '../../server/detect/incident/score.ts'
import { stagesOf } from '../../server/detect/incident/stages.ts'
import { inOrder, storyOf } from '../../server/detect/incident/story.ts'
import { summariseIncident } from '../../server/detect/incident/summary.ts'
import { T0 } from '../support/detection.ts'

const ANN = 'ann@example.org'
const ACCOUNT = { type: 'user', value: ANN }

function alert(own: Partial<Alert>): Alert {
  const id = own.id ?? own.ruleId ?? 'a'
  const firstSeen = own.firstSeen ?? T0
  return {
    id,
    ruleId: id,
    ruleVersion: 1,
    ruleName: 'A rule',
    kind: 'query',
    severity: 'high',
    confidence: 'high',
    status: 'open',
    closeReason: null,
    closedAt: null,
    withdrawReason: null,
    assignee: null,
    notes: [],
    tags: [],
    techniques: [],
    key: '[]',
    user: ANN,
    users: [ANN],
    entity: ACCOUNT,
    firstSeen,
    lastSeen: firstSeen,
    from: firstSeen,
    to: firstSeen,
    raisedAt: firstSeen,
    revision: 1,
    version: 0,
    count: 1,
    summary: `${ANN}: something`,
    evidence: [],
    facts: { completedBy: id },
    incidentId: null,
    mergedInto: null,
    fromHistory: false,
    lateAfterClose: false,
    drill: false,
    ...own,
  }
}
const access = alert({ id: 'access', techniques: ['T1078.004'], summary: `${ANN}: risky sign-in from Lagos` })
const rule = alert({
  id: 'rule',
  techniques: ['T1114.003'],
  firstSeen: T0 + 12 * MINUTE,
  summary: `${ANN} forwards mail to gmail.com`,
})
const bulk = alert({
  id: 'bulk',
  techniques: ['T1534'],
  firstSeen: T0 + 30 * MINUTE,
  facts: { completedBy: 'bulk', count: 133 },
  summary: `${ANN} sent 133 mails`,
})

describe('stages', () => {
  test.each([
    [['T1586.002', 'T1534', 'T1078.004'], [], ['access', 'impact']],
    [['TA0003'], ['attack.initial-access', 'attack.t1059'], ['access', 'foothold']],
    [[], ['Tactic: Defense Evasion', 'collection'], ['evasion']],
    [['T9999', 't1114'], [], ['collection']],
  ])('%j with tags %j: %j', (techniques, tags, expected) => {
    expect(stagesOf({ techniques, tags })).toEqual(expected)
  })
})

describe('severity', () => {
  test.each<[string, Partial<Alert>[], string]>([
    ['one high alert', [access], 'high'],
    [
      'one alert of every stage',
      [{ ...access, techniques: ['T1078', 'T1098', 'T1564', 'T1114', 'T1534'] }],
      'high',
    ],
    ['the same rule again', [access, { ...access, id: 'again' }], 'high'],
    ['two rules about one event', [access, { ...rule, facts: access.facts }], 'high'],
    ['high and high of different stages', [access, rule], 'critical'],
    [
      'medium and medium of different stages',
      [
        { ...access, severity: 'medium' },
        { ...bulk, severity: 'medium' },
      ],
      'high',
    ],
    [
      'two low ones',
      [
        { ...access, severity: 'low' },
        { ...access, id: 'b', ruleId: 'b', severity: 'low' },
      ],
      'low',
    ],
    ['high and one that was withdrawn', [access, { ...rule, status: 'withdrawn' }], 'high'],
    [
      'high and one closed as expected',
      [access, { ...rule, status: 'closed', closeReason: 'expected' }],
      'high',
    ],
  ])('%s', (_, alerts, expected) => {
    expect(incidentSeverity(alerts.map(alert))).toBe(expected)
  })
})

test('attempts that succeeded weigh more than attempts', () => {
  const worse = alert({
    ...access,
    facts: { ...access.facts, worsenedBy: { event: 'e', time: T0, account: ANN } },
  })
  expect(riskScore([worse])).toBeGreaterThan(riskScore([access]))
})

const anyAlert = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    ruleId: fc.constantFrom('r', 's', 't', 'u'),
    severity: fc.constantFrom(...SEVERITIES),
    confidence: fc.constantFrom(...SEVERITIES),
    techniques: fc.subarray(['T1078', 'T1098', 'T1564', 'T1114', 'T1534']),
    status: fc.constantFrom('open', 'closed', 'withdrawn'),
    firstSeen: fc.integer({ min: 0, max: 5 }).map((hours) => T0 + hours * HOUR),
    count: fc.integer({ min: 1, max: 5000 }),
    completedBy: fc.constantFrom('x', 'y', 'z'),
    worse: fc.boolean(),
    buildingBlock: fc.boolean(),
  })
  .map(({ completedBy, count, worse, buildingBlock, status, ...own }) =>
    alert({
      ...own,
      status: status as Alert['status'],
      facts: { completedBy, count, ...(worse ? { worsenedBy: { event: 'w' } } : {}) },
      ...(buildingBlock ? { buildingBlock: true } : {}),
    }),
  )
const severalAlerts = fc.uniqueArray(anyAlert, { selector: ({ id }) => id, minLength: 1 })

test('another alert never makes it less bad', () => {
  fc.assert(
    fc.property(severalAlerts, (alerts) => {
      const [last, ...before] = alerts.toReversed()
      expect(riskScore(alerts)).toBeGreaterThanOrEqual(riskScore(before))
      expect(riskScore(alerts)).toBeLessThanOrEqual(100)
      if (last!.status !== 'withdrawn' && before.some(({ status }) => status !== 'withdrawn')) {
        expect(severityRank(incidentSeverity(alerts))).toBeGreaterThanOrEqual(
          severityRank(incidentSeverity(before)),
        )
      }
    }),
  )
})

test('the same alerts tell the same in any order', () => {
  const shuffled = severalAlerts.chain((alerts) =>
    fc.tuple(fc.constant(alerts), fc.shuffledSubarray(alerts, { minLength: alerts.length })),
  )
  fc.assert(
    fc.property(shuffled, ([alerts, others]) => {
      const tell = (own: Alert[]) => summariseIncident({ own, related: [], blocks: [] }, ACCOUNT)
      expect(tell(others)).toEqual(tell(alerts))
      expect(new Set(tell(alerts).story.map(({ alertId }) => alertId)).size).toBe(alerts.length)
    }),
  )
})

test.each([
  [`${ANN}: risky sign-in`, 'risky sign-in'],
  [`ANN@Example.org sent 60 mails`, 'sent 60 mails'],
  [`12 wrong passwords for ${ANN} within 1 h`, '12 wrong passwords within 1 h'],
  [`192.0.2.1 tried 12 accounts and got into ${ANN}`, '192.0.2.1 tried 12 accounts and got in'],
  [`A rule: ${ANN}`, 'A rule'],
  [`3 mailboxes forward, the latest set by ${ANN}`, `3 mailboxes forward, the latest set by ${ANN}`],
  [`${ANN}.evil.example sent mail`, `${ANN}.evil.example sent mail`],
  [ANN, ANN],
])('%s is, where all is about her: %s', (summary, phrase) => {
  expect(phraseOf({ summary }, ANN)).toBe(phrase)
})

test('one sentence names the account, what happened and how bad it is', () => {
  const { summary, severity } = summariseIncident(
    { own: [bulk, access, rule], related: [], blocks: [] },
    ACCOUNT,
  )
  expect(summary).toBe(
    `${ANN} was taken over: risky sign-in from Lagos; 12 min later forwards mail to gmail.com; 18 min later sent 133 mails`,
  )
  expect(severity).toBe('critical')
})

test.each<[string, Partial<Alert>, string]>([
  ['with the time between', {}, `12 min later: ${rule.summary}`],
  ['with the distance, once', { facts: { km: 4971.2 } }, `12 min later: ${rule.summary}, 4,971 km away`],
  ['that is said already', { facts: { km: 10 }, summary: 'It is 10 km' }, '12 min later: It is 10 km'],
  [
    'withdrawn',
    { status: 'withdrawn', withdrawReason: 'rule edited' },
    `12 min later: Withdrawn (rule edited): ${rule.summary}`,
  ],
  ['late', { lateAfterClose: true }, `12 min later: ${rule.summary} (more of it came after it was closed)`],
  [
    'with logs that came late',
    { evidence: [{ eventId: 'e', step: 0, time: T0, receivedAt: T0 + 5 * HOUR, dataset: '', matched: [] }] },
    `12 min later: ${rule.summary} (its logs came 5 h late)`,
  ],
  [
    'with others it got into',
    { facts: { entered: [ANN, 'bob@example.org', 'cid@example.org'] } },
    `12 min later: ${rule.summary}; also got into bob@example.org, cid@example.org`,
  ],
])('a line of the story %s', (_, own, text) => {
  expect(storyOf(inOrder([alert({ ...rule, ...own }), access]))[1]).toEqual({
    time: rule.firstSeen,
    text,
    alertId: 'rule',
  })
})
