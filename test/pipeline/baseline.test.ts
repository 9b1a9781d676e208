import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { LATE_EVIDENCE } from '../../server/pipeline/contradict.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import type { ThresholdSpec } from '../../server/domain/rule.ts'
import { bench, compile, failure, inboxRule, makeRule, only, send, T0 } from '../support/detection.ts'

const rule = (own: Partial<ThresholdSpec> = {}) =>
  compile(
    makeRule({
      id: 'volume',
      kind: 'threshold',
      query: 'any where event.dataset == "o365.audit" and event.action == "Send"',
      threshold: {
        by: ['user.email'],
        atLeast: 21,
        isMoreThan: true,
        within: HOUR,
        distinct: [],
        baseline: { history: 14 * DAY, times: 3, learn: 3 * DAY },
        ...own,
      },
      summary: '{user} sent {peak} mails within {within}; the most before was {baseline}',
    }),
  )

/** So many mails in half an hour from a time on. */
const burst = (count: number, at: number, own: Partial<LogEvent> = {}): LogEvent[] =>
  Array.from({ length: count }, (_, i) => ({ ...send(at + Math.floor((i * 30 * MINUTE) / count)), ...own }))

describe('a threshold that heeds what is usual for an account', () => {
  test.each([
    ['3 times as much as ever is not yet unusual', 10, 30, 0],
    ['more than 3 times as much is', 10, 31, 1],
    ['below the number itself nothing is', 2, 20, 0],
    ['an account that never sent anything is told by the number alone', 0, 21, 1],
  ])('%s', async (_, usual, now, alerts) => {
    const it = bench([rule()])
    await it.take(inboxRule(T0), ...burst(usual, T0 + DAY), ...burst(now, T0 + 5 * DAY))
    expect(await it.alerts()).toHaveLength(alerts)
  })

  test('its alert says what was usual', async () => {
    const it = bench([rule()])
    await it.take(inboxRule(T0), ...burst(9, T0 + DAY), ...burst(5, T0 + 2 * DAY), ...burst(40, T0 + 5 * DAY))
    expect(only(await it.alerts())).toMatchObject({
      summary: 'ann@example.org sent 40 mails within 1 h; the most before was 9',
      facts: { peak: 40, baseline: 9, threshold: 20 },
    })
  })

  test.each([
    ['less than three days known: silent', 3 * DAY, 0],
    ['three days known before the hour: told', 3 * DAY + 2 * HOUR, 1],
  ])('%s', async (_, age, alerts) => {
    const it = bench([rule()])
    await it.take(inboxRule(T0), ...burst(40, T0 + age))
    expect(await it.alerts()).toHaveLength(alerts)
  })

  test('another way to fire is told without any history', async () => {
    const it = bench([rule({ or: [{ atLeast: 100, distinct: [] }] })])
    await it.take(...burst(100, T0))
    expect(only(await it.alerts())).toMatchObject({ count: 100 })
  })

  test('what was usual longer than 14 days ago is forgotten', async () => {
    const it = bench([rule()])
    await it.take(...burst(20, T0), inboxRule(T0 + 10 * DAY), ...burst(30, T0 + 15 * DAY))
    expect(only(await it.alerts())).toMatchObject({ facts: { baseline: 0 } })
  })

  test('what lies within the window is not what was usual before it', async () => {
    const it = bench([rule()])
    await it.take(inboxRule(T0), ...burst(30, T0 + 5 * DAY), ...burst(30, T0 + 5 * DAY + 45 * MINUTE))
    expect(only(await it.alerts())).toMatchObject({ facts: { baseline: 0, peak: 46 } })
  })

  test('it waits for late logs; those that show more before withdraw it with the reason', async () => {
    const it = bench([rule()])
    it.now = T0 + 5 * DAY + HOUR
    await it.append(inboxRule(T0), ...burst(30, T0 + 5 * DAY))
    await it.due()
    expect(await it.alerts()).toEqual([])
    it.now += 90 * MINUTE
    await it.due()
    expect(only(await it.alerts())).toMatchObject({ status: 'open', count: 30 })
    await it.append(...burst(12, T0 + 2 * DAY))
    await it.due()
    expect(only(await it.alerts())).toMatchObject({ status: 'withdrawn', withdrawReason: LATE_EVIDENCE })
  })

  test('drills and real events do not tell each other what is usual', async () => {
    const it = bench([rule()])
    const drill = { drill: 'volume-1' }
    await it.take(inboxRule(T0), ...burst(20, T0 + DAY, drill), ...burst(30, T0 + 5 * DAY))
    expect(only(await it.alerts())).toMatchObject({ drill: false, facts: { baseline: 0 } })
  })
})

describe('several windows in one rule', () => {
  const spray = compile(
    makeRule({
      id: 'spray',
      kind: 'threshold',
      entity: 'source.ip',
      query: 'authentication where event.outcome == "failure"',
      threshold: {
        by: ['source.ip'],
        atLeast: 3,
        within: HOUR,
        distinct: ['user.email'],
        or: [{ atLeast: 5, distinct: ['user.email'], within: DAY }],
      },
      summary: '{entity} tried {peak} accounts within {within}',
    }),
  )
  const tries = (count: number, every: number) =>
    Array.from({ length: count }, (_, i) => failure(T0 + i * every, `u${i}@example.org`))

  test.each([
    ['fast: the short window', 3, 10 * MINUTE, '203.0.113.9 tried 3 accounts within 1 h'],
    ['slow: the long one', 5, 5 * HOUR, '203.0.113.9 tried 5 accounts within 1 d'],
    ['neither', 4, 5 * HOUR, undefined],
    ['too slow for both', 6, 7 * HOUR, undefined],
  ])('%s', async (_, count, every, summary) => {
    const it = bench([spray])
    await it.take(...tries(count, every))
    expect((await it.alerts()).map((alert) => alert.summary)).toEqual(summary ? [summary] : [])
  })
})

test('a threshold by nothing counts all together', async () => {
  const all = compile(
    makeRule({
      id: 'all',
      kind: 'threshold',
      query: 'any where event.action == "Send"',
      threshold: { by: [], atLeast: 2, within: HOUR, distinct: ['user.email'] },
    }),
  )
  const it = bench([all])
  await it.take(send(T0), send(T0 + MINUTE, { user: 'bob@example.org' }))
  expect(only(await it.alerts())).toMatchObject({ users: ['ann@example.org', 'bob@example.org'] })
})
