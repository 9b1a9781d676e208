import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import {
  bench,
  BERLIN,
  BULK,
  failure,
  inboxRule,
  NEW_YORK,
  only,
  POTSDAM,
  send,
  SEQUENCE,
  signIn,
  signInFrom,
  SINGLE,
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

test('New York and Berlin within 20 minutes', async () => {
  const it = bench([TRAVEL])
  await it.take(
    signInFrom(NEW_YORK, T0),
    signInFrom(POTSDAM, T0 + 20 * MINUTE),
    signInFrom(BERLIN, T0 + 30 * MINUTE),
  )
  expect(only(await it.alerts())).toMatchObject({
    count: 3,
    facts: { km: 6371, kmh: 19112, fromPlace: 'New York', toPlace: 'Potsdam' },
  })
})

test('single events an hour apart are one alert, further apart two', async () => {
  const it = bench([SINGLE])
  const set = (at: number) => event({ at, action: 'Set-Mailbox', user: 'ann@example.org' })
  await it.take(set(T0), set(T0 + HOUR), set(T0 + 2 * HOUR + SECOND))
  expect((await it.alerts()).map(({ count }) => count)).toEqual([2, 1])
})
