import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import {
  bench,
  BULK,
  event,
  failure,
  inboxRule,
  only,
  send,
  SEQUENCE,
  signIn,
  SINGLE,
  SPRAY,
  T0,
} from '../support/detection.ts'

const ALL = [SEQUENCE, BULK, SPRAY, SINGLE]
const set = (at: number, user = 'ann@example.org') => event({ at, action: 'Set-Mailbox', user })
const guesses = Array.from({ length: 10 }, (_, i) => failure(T0 + i * SECOND, `u${i}@example.org`))

async function incidents(it: ReturnType<typeof bench>) {
  return (await it.store.incidents({ size: 100 })).items.toSorted((a, b) => a.firstSeen - b.firstSeen)
}

test('alerts of one account within a day are one incident, told in order', async () => {
  const it = bench(ALL)
  await it.take(...Array.from({ length: 51 }, (_, i) => send(T0 + 5 * HOUR + i * SECOND)))
  await it.take(signIn(T0), inboxRule(T0 + 5 * MINUTE))
  const incident = only(await incidents(it))
  const alerts = await it.alerts()
  expect(incident).toMatchObject({
    user: 'ann@example.org',
    entity: { type: 'user', value: 'ann@example.org' },
    firstSeen: T0,
    lastSeen: T0 + 5 * HOUR + 50 * SECOND,
    status: 'open',
    alertIds: alerts.map(({ id }) => id),
  })
  expect(incident.story.map(({ text }) => text)).toEqual(alerts.map(({ summary }) => summary))
  expect(incident.summary).toBe('ann@example.org: 2 alerts within 5 h: A rule')
  expect(alerts.map(({ incidentId }) => incidentId)).toEqual([incident.id, incident.id])
})

test('more than a day apart is two incidents, until something in between makes it one', async () => {
  const it = bench(ALL)
  await it.take(set(T0))
  it.now += SECOND
  await it.take(set(T0 + DAY + HOUR))
  const [first, second] = await incidents(it)
  expect(second).toBeDefined()
  await it.take(set(T0 + 12 * HOUR))
  expect(only(await incidents(it))).toMatchObject({ id: first!.id })
  expect(await it.store.incident(second!.id)).toMatchObject({ mergedInto: first!.id })
  expect(new Set((await it.alerts()).map(({ incidentId }) => incidentId))).toEqual(new Set([first!.id]))
})

test('a spray is an incident of its own until an account signs in from there', async () => {
  const it = bench(ALL)
  await it.take(set(T0 - HOUR, 'u3@example.org'), set(T0 - HOUR + SECOND, 'u4@example.org'), ...guesses)
  const before = await incidents(it)
  expect(before.map(({ user, entity }) => user ?? entity.value)).toEqual([
    'u3@example.org',
    'u4@example.org',
    '203.0.113.9',
  ])
  await it.take(signIn(T0 + HOUR, { user: 'u3@example.org', ip: '203.0.113.9' }))
  const after = await incidents(it)
  expect(after.map(({ user, alertIds }) => [user, alertIds.length])).toEqual([
    ['u3@example.org', 2],
    ['u4@example.org', 1],
  ])
  const gone = before.find(({ user }) => user === null)!
  const own = after.find(({ user }) => user === 'u3@example.org')!
  expect(await it.store.incident(gone.id)).toMatchObject({ mergedInto: own.id })
})

test('a drill meets no real alert and is in no real incident', async () => {
  const it = bench(ALL)
  await it.take(signIn(T0), inboxRule(T0 + MINUTE, { drill: 'inbox-rule' }), set(T0))
  await it.take(signIn(T0, { drill: 'inbox-rule' }))
  const alerts = await it.alerts()
  expect(alerts.map(({ ruleId, drill }) => `${ruleId} ${drill}`).toSorted()).toEqual([
    'seq true',
    'single false',
  ])
  expect((await incidents(it)).map(({ drill }) => String(drill)).toSorted()).toEqual(['false', 'true'])
})

test('two different findings weigh more than one, one found again does not', async () => {
  const it = bench(ALL)
  await it.take(set(T0))
  const one = only(await incidents(it)).riskScore
  await it.take(set(T0 + 3 * HOUR))
  expect(only(await incidents(it)).riskScore).toBe(one)
  await it.take(signIn(T0), inboxRule(T0))
  const two = only(await incidents(it)).riskScore
  expect(two).toBeGreaterThan(one)
  expect(two).toBeLessThanOrEqual(100)
})
