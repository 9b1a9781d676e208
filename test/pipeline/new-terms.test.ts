import { describe, expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import type { Rule } from '../../server/domain/rule.ts'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { LATE_EVIDENCE } from '../../server/pipeline/contradict.ts'
import { hitLife, pruneHits } from '../../server/pipeline/prune.ts'
import { bench, compile, essence, event, makeRule, only, signIn, T0 } from '../support/detection.ts'

const rule = (own: Partial<Rule> = {}, learn = 3 * DAY) =>
  compile(
    makeRule({
      id: 'country',
      kind: 'new_terms',
      query: 'authentication where event.dataset == "azure.signinlogs" and event.outcome == "success"',
      newTerms: {
        by: ['user.email'],
        fields: ['source.geo.country_iso_code'],
        history: 14 * DAY,
        learn,
      },
      summary: '{user} signed in from {new}: first time in {history}, usually {usual} (known since {since})',
      ...own,
    }),
  )

const from = (country: string | string[], at: number, own: Partial<Parameters<typeof event>[0]> = {}) =>
  signIn(at, { more: { source: { geo: { country_iso_code: country } } } as Fields, ...own })
const usual = [0, 1, 2, 3].map((day) => from(day === 1 ? 'AT' : 'DE', T0 + day * DAY))

describe('the first time that an account shows a value', () => {
  test('raises an alert that says what is new, what is usual, and since when the account is known', async () => {
    const it = bench([rule()])
    await it.take(...usual, from('NG', T0 + 4 * DAY), from('NG', T0 + 5 * DAY))
    expect(only(await it.alerts())).toMatchObject({
      from: T0 + 4 * DAY,
      count: 1,
      user: 'ann@example.org',
      summary:
        'ann@example.org signed in from NG: first time in 14 d, usually DE and AT (known since 2026-09-07)',
      facts: {
        fields: ['source.geo.country_iso_code'],
        newTerms: [{ terms: ['NG'], time: T0 + 4 * DAY }],
        usual: [
          { terms: ['DE'], count: 3 },
          { terms: ['AT'], count: 1 },
        ],
        knownSince: T0,
        historyMs: 14 * DAY,
      },
    })
  })

  test('several new values within an hour are one alert', async () => {
    const it = bench([rule()])
    await it.take(...usual, from('NG', T0 + 4 * DAY), from(['NG', 'RU'], T0 + 4 * DAY + 40 * MINUTE))
    expect(only(await it.alerts())).toMatchObject({
      count: 2,
      summary: expect.stringContaining('NG and RU:'),
    })
  })

  test.each([
    ['a value that was there 14 days before is not new', 14 * DAY, 0],
    ['one that was there a millisecond longer ago is new again', 14 * DAY + 1, 1],
  ])('%s', async (_, age, alerts) => {
    const it = bench([rule({}, 0)])
    await it.take(from('DE', T0), from('DE', T0 + age))
    expect((await it.alerts()).filter(({ from: at }) => at > T0)).toHaveLength(alerts)
  })

  test('an event without the value is passed over', async () => {
    const it = bench([rule({}, 0)])
    await it.take(signIn(T0), from([], T0 + 1))
    expect(await it.alerts()).toEqual([])
  })

  test('is told for each account by itself', async () => {
    const it = bench([rule({}, 0)])
    await it.take(from('DE', T0), from('DE', T0 + DAY, { user: 'bob@example.org' }), from('DE', T0 + 2 * DAY))
    expect((await it.alerts()).map(({ user }) => user)).toEqual(['ann@example.org', 'bob@example.org'])
  })
})

describe('learning what is usual', () => {
  test.each([
    ['less than three days of events: silent', 3 * DAY - HOUR, 0],
    ['three days of events: told', 3 * DAY + HOUR, 1],
  ])('%s', async (_, age, alerts) => {
    const it = bench([rule()])
    await it.take(from('DE', T0 + MINUTE), from('NG', T0 + MINUTE + age))
    expect(await it.alerts()).toHaveLength(alerts)
  })

  test('any event of the account in the same log counts, though the rule looks for others', async () => {
    const it = bench([rule()])
    await it.take(signIn(T0, { outcome: 'failure' }), from('NG', T0 + 4 * DAY))
    expect(only(await it.alerts())).toMatchObject({ facts: { usual: [], newTerms: [{ terms: ['NG'] }] } })
    const other = bench([rule()])
    await other.take(signIn(T0, { outcome: 'failure', dataset: 'o365.audit' }), from('NG', T0 + 4 * DAY))
    expect(await other.alerts()).toEqual([])
  })

  test('an account that was away for longer than the history is learnt anew', async () => {
    const it = bench([rule()])
    await it.take(...usual, from('NG', T0 + 18 * DAY))
    expect(await it.alerts()).toEqual([])
  })

  test('a late event that shows the account long before brings the alert', async () => {
    const it = bench([rule()])
    await it.take(from('NG', T0 + 5 * DAY))
    expect(await it.alerts()).toEqual([])
    await it.take(signIn(T0, { outcome: 'failure' }))
    expect(only(await it.alerts())).toMatchObject({ from: T0 + 5 * DAY })
  })
})

describe('late logs', () => {
  test('it waits until they have had their time', async () => {
    const it = bench([rule()])
    it.now = T0 + 4 * DAY
    await it.append(...usual, from('NG', T0 + 4 * DAY))
    await it.due()
    expect(await it.alerts()).toEqual([])
    it.now += 90 * MINUTE
    await it.due()
    expect(await it.alerts()).toHaveLength(1)
    expect(await it.store.state()).toMatchObject({ pending: 0 })
  })

  test('an earlier event with the value withdraws the alert with the reason, and is told itself', async () => {
    const it = bench([rule()])
    await it.take(...usual, from('NG', T0 + 6 * DAY))
    await it.take(from('NG', T0 + 4 * DAY))
    expect(
      (await it.alerts()).map(({ from: at, status, withdrawReason }) => [at, status, withdrawReason]),
    ).toEqual([
      [T0 + 4 * DAY, 'open', null],
      [T0 + 6 * DAY, 'withdrawn', LATE_EVIDENCE],
    ])
  })

  test('the value in the time of learning withdraws it for good', async () => {
    const it = bench([rule()])
    await it.take(...usual, from('NG', T0 + 6 * DAY))
    await it.take(from('NG', T0 + DAY))
    expect(only(await it.alerts())).toMatchObject({ status: 'withdrawn', withdrawReason: LATE_EVIDENCE })
  })
})

test('a drill brings its own history, and is not waited for', async () => {
  const it = bench([rule()])
  it.now = T0 + 5 * DAY
  await it.append(...usual.map((one, i) => ({ ...one, id: `d${i}`, drill: 'country-1' })))
  await it.append(from('NG', T0 + 5 * DAY, { drill: 'country-1' }), from('RU', T0 + 5 * DAY))
  await it.due()
  expect(only(await it.alerts())).toMatchObject({ drill: true, facts: { newTerms: [{ terms: ['NG'] }] } })
})

test('hits live as long as the history and a week: what is known stays known', async () => {
  const compiled = rule()
  expect(hitLife([compiled])).toBe(21 * DAY)
  const events = Array.from({ length: 60 }, (_, day) => from(day === 50 ? 'NG' : 'DE', T0 + day * DAY))
  const it = bench([compiled])
  for (const one of events) {
    it.now = one.time + 2 * HOUR
    await it.append(one)
    await it.due()
    await pruneHits(it.store, [compiled], it.now)
  }
  const whole = bench([compiled])
  await whole.take(...events)
  expect(only(await it.alerts())).toMatchObject({ from: T0 + 50 * DAY })
  expect(essence(await it.alerts())).toEqual(essence(await whole.alerts()))
})
