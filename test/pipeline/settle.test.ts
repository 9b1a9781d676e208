import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { drain } from '../../server/pipeline/settle.ts'
import {
  bench,
  BERLIN,
  BULK,
  compile,
  failure,
  inboxRule,
  makeRule,
  NEW_YORK,
  only,
  POTSDAM,
  send,
  SEQUENCE,
  signIn,
  signInFrom,
  SINGLE,
  type Sketch,
  SPRAY,
  T0,
  TRAVEL,
  event,
} from '../support/detection.ts'

function sends(count: number, from: number, step: number) {
  return Array.from({ length: count }, (_, i) => send(from + i * step, { id: `${from}-${i}` }))
}

describe('a sign-in, then an inbox rule', () => {
  test.each([
    ['four hours apart, to the second', 4 * HOUR, 1],
    ['one second more than four hours', 4 * HOUR + SECOND, 0],
    ['in the same second', 0, 1],
    ['the rule a second before the sign-in', -SECOND, 0],
  ])('%s', async (_, gap, alerts) => {
    const it = bench([SEQUENCE])
    await it.take(signIn(T0), inboxRule(T0 + gap))
    expect(await it.alerts()).toHaveLength(alerts)
  })

  test('the inbox rule is delivered a day before the sign-in', async () => {
    const it = bench([SEQUENCE])
    expect(await it.take(inboxRule(T0 + HOUR))).toMatchObject({ settled: 1, raised: 0 })
    it.now += 24 * HOUR
    expect(await it.take(signIn(T0))).toMatchObject({ settled: 1, raised: 1 })
    expect(only(await it.alerts())).toMatchObject({
      ruleId: 'seq',
      user: 'ann@example.org',
      entity: { type: 'user', value: 'ann@example.org' },
      count: 2,
      firstSeen: T0,
      lastSeen: T0 + HOUR,
      summary: 'ann@example.org: sign-in from an unknown place, then New-InboxRule 1 h later',
      facts: { gapMs: HOUR },
    })
  })
})

describe('more than 50 mails in an hour', () => {
  test.each([
    ['49', sends(49, T0, MINUTE), 0],
    ['50', sends(50, T0, MINUTE), 0],
    ['51', sends(51, T0, MINUTE), 1],
    ['51 over 60 min 00 s', [...sends(50, T0, MINUTE), send(T0 + HOUR)], 1],
    ['51 over 60 min 01 s', [...sends(50, T0, MINUTE), send(T0 + HOUR + SECOND)], 0],
    [
      '30 at five to and 30 at five past',
      [...sends(30, T0 - 5 * MINUTE, SECOND), ...sends(30, T0 + 5 * MINUTE, SECOND)],
      1,
    ],
    ['49 delivered twice', [...sends(49, T0, MINUTE), ...sends(49, T0, MINUTE)], 0],
  ])('%s', async (_, events, alerts) => {
    const it = bench([BULK])
    await it.take(...events)
    expect(await it.alerts()).toHaveLength(alerts)
  })

  test('the alert counts every mail of the episode', async () => {
    const it = bench([BULK])
    await it.take(...sends(60, T0, MINUTE))
    expect(only(await it.alerts())).toMatchObject({
      count: 60,
      facts: { count: 60, peak: 60, threshold: 51 },
      summary: 'ann@example.org sent 60 mails, 51 or more of them within 1 h',
    })
  })
})

test('a spray, then a success from there', async () => {
  const it = bench([SPRAY])
  await it.take(...Array.from({ length: 10 }, (_, i) => failure(T0 + i * SECOND, `u${i}@example.org`)))
  const first = only(await it.alerts())
  expect(first).toMatchObject({
    severity: 'medium',
    user: null,
    entity: { type: 'ip', value: '203.0.113.9' },
  })
  await it.take(signIn(T0 + 2 * HOUR, { user: 'u3@example.org', ip: '203.0.113.9' }))
  expect(only(await it.alerts())).toMatchObject({
    id: first.id,
    severity: 'high',
    user: 'u3@example.org',
    count: 11,
    summary: '203.0.113.9 tried passwords on 10 accounts: 10 failed sign-ins',
  })
})

describe('two sign-ins too far apart', () => {
  const from = (country: string, at: number, own: Partial<Sketch> = {}) =>
    signIn(at, { more: { source: { geo: { country_iso_code: country } } }, ...own })

  test('New York and Potsdam 20 minutes apart; a stop in between undoes nothing', async () => {
    const it = bench([TRAVEL])
    await it.take(
      signInFrom(NEW_YORK, T0),
      signInFrom(POTSDAM, T0 + 20 * MINUTE),
      signInFrom(BERLIN, T0 + 30 * MINUTE),
    )
    expect(only(await it.alerts())).toMatchObject({
      count: 3,
      facts: { km: 6371, kmh: 19112, minutes: 20, fromPlace: 'New York', toPlace: 'Potsdam' },
      summary: 'ann@example.org: New York and Potsdam, 6,371 km apart, 19,112 km/h',
    })
  })

  test.each([
    ['countries alone, far apart', [from('US', T0), from('DE', T0 + 20 * MINUTE)], 1],
    ['countries alone, neighbours', [from('FR', T0), from('DE', T0 + 20 * MINUTE)], 0],
    ['the same time', [signInFrom(NEW_YORK, T0), signInFrom(BERLIN, T0)], 1],
    ['enough time to fly', [signInFrom(NEW_YORK, T0), signInFrom(BERLIN, T0 + 8 * HOUR)], 0],
    ['no place', [signIn(T0), signInFrom(BERLIN, T0)], 0],
    ['two accounts', [signInFrom(NEW_YORK, T0), signInFrom(BERLIN, T0, { user: 'bob@example.org' })], 0],
    [
      'one sign-in told by two datasets',
      [signInFrom(NEW_YORK, T0, { id: 'one' }), signInFrom(BERLIN, T0, { id: 'one', dataset: 'o365.audit' })],
      0,
    ],
    [
      'one sign-in told twice with two places',
      [signInFrom(NEW_YORK, T0, { id: 'a', record: 'r' }), signInFrom(BERLIN, T0, { id: 'b', record: 'r' })],
      0,
    ],
  ])('%s', async (_, events, alerts) => {
    const it = bench([TRAVEL])
    await it.take(...events)
    expect(await it.alerts()).toHaveLength(alerts)
  })
})

test('a sequence by local part joins namesakes of two domains, and names both', async () => {
  const seed = compile(
    makeRule({
      id: 'seed',
      kind: 'sequence',
      entity: 'user.name',
      query: `sequence by user.name with maxspan=4h
        [authentication where true] [any where event.action == "New-InboxRule"]`,
    }),
  )
  const it = bench([seed, SEQUENCE])
  await it.take(signIn(T0, { user: 'Ann@one.example' }), inboxRule(T0, { user: 'ann@two.example' }))
  expect(only(await it.alerts())).toMatchObject({
    ruleId: 'seed',
    user: 'ann@two.example',
    users: ['ann@one.example', 'ann@two.example'],
  })
})

test('an event that completes under two keys is one alert', async () => {
  const byTag = compile(
    makeRule({
      id: 'tags',
      kind: 'sequence',
      entity: 'tags',
      query:
        'sequence by tags with maxspan=1h [any where event.action == "a"] [any where event.action == "b"]',
    }),
  )
  const it = bench([byTag])
  const tagged = (action: string) => event({ at: T0, action, more: { tags: ['x', 'y'] } })
  await it.take(tagged('a'), tagged('b'))
  expect(only(await it.alerts())).toMatchObject({ count: 2 })
})

test('30 failures over four accounts are a spray too, 29 or three accounts are not', async () => {
  const guesses = (count: number, accounts: number) =>
    Array.from({ length: count }, (_, i) => failure(T0 + i * SECOND, `u${i % accounts}@example.org`))
  for (const [count, accounts, alerts] of [
    [30, 4, 1],
    [29, 4, 0],
    [60, 3, 0],
    [9, 9, 0],
    [10, 10, 1],
  ] as const) {
    const it = bench([SPRAY])
    await it.take(...guesses(count, accounts))
    expect(await it.alerts(), `${count} over ${accounts}`).toHaveLength(alerts)
  }
})

test('a rule that is gone leaves no pending group behind', async () => {
  const it = bench([SEQUENCE])
  await it.append(signIn(T0))
  const gone = { store: it.store, rules: () => new Map(), now: () => it.now }
  expect(await drain(gone)).toMatchObject({ settled: 1, raised: 0 })
  expect(await it.store.state()).toMatchObject({ pending: 0 })
})

test('a group that fails stays pending, holds up no other, and is told', async () => {
  const it = bench([SEQUENCE, SINGLE])
  await it.append(signIn(T0), event({ at: T0, action: 'Set-Mailbox', user: 'ann@example.org' }))
  const store = {
    ...it.store,
    hitPage: (...given: Parameters<typeof it.store.hitPage>) =>
      given[0].rule === 'seq' ? Promise.reject(new Error('unreadable')) : it.store.hitPage(...given),
  }
  const rules = () => new Map([SEQUENCE, SINGLE].map((compiled) => [compiled.rule.id, compiled]))
  await expect(drain({ store, rules, now: () => it.now })).rejects.toThrow('unreadable')
  expect(only(await it.alerts()).ruleId).toBe('single')
  expect(await it.store.state()).toMatchObject({ pending: 1 })
})

test('hits that come while a group is being settled are settled next', async () => {
  const it = bench([SEQUENCE])
  await it.append(signIn(T0))
  let crossed = false
  const store = {
    ...it.store,
    settleQuiet: async (given: Parameters<typeof it.store.settleQuiet>[0]) => {
      if (!crossed) {
        crossed = true
        await it.append(inboxRule(T0 + MINUTE))
      }
      return it.store.settleQuiet(given)
    },
  }
  const rules = () => new Map([['seq', SEQUENCE]])
  expect(await drain({ store, rules, now: () => it.now })).toMatchObject({ settled: 1, raised: 1 })
})

test('single events an hour apart are one alert, further apart two', async () => {
  const it = bench([SINGLE])
  const set = (at: number) => event({ at, action: 'Set-Mailbox', user: 'ann@example.org' })
  await it.take(set(T0), set(T0 + HOUR), set(T0 + 2 * HOUR + SECOND))
  expect((await it.alerts()).map(({ count }) => count)).toEqual([2, 1])
})
