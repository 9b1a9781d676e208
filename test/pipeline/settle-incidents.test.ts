import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import {
  bench,
  BULK,
  compile,
  event,
  failure,
  inboxRule,
  makeRule,
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
  expect(incident.story.map(({ text }) => text)).toEqual([
    alerts[0]!.summary,
    `5 h later: ${alerts[1]!.summary}`,
  ])
  expect(incident.summary).toBe(
    'ann@example.org: sign-in from an unknown place, then New-InboxRule 5 min later; 5 h later sent 51 mails, 51 or more of them within 1 h',
  )
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

test('who else a spray got into has an incident that relates to it, whichever came first', async () => {
  const from = { ip: '203.0.113.9' }
  const logs = [
    ...guesses,
    signIn(T0 + HOUR, { user: 'u3@example.org', ...from }),
    signIn(T0 + 2 * HOUR, { user: 'u4@example.org', ...from }),
    set(T0 + 3 * HOUR, 'u3@example.org'),
    set(T0 + 3 * HOUR, 'u5@example.org'),
  ]
  const told: unknown[] = []
  for (const order of [logs, logs.toReversed()]) {
    const it = bench(ALL)
    for (const log of order) await it.take(log)
    const spray = only((await it.alerts()).filter(({ ruleId }) => ruleId === 'spray'))
    expect(spray).toMatchObject({
      user: 'u4@example.org',
      facts: { entered: ['u3@example.org', 'u4@example.org'] },
    })
    const all = await incidents(it)
    const by = (user: string) => only(all.filter((one) => one.user === user))
    expect(by('u4@example.org')).toMatchObject({ alertIds: [spray.id], status: 'open' })
    expect(by('u4@example.org').related).toBeUndefined()
    expect(by('u3@example.org')).toMatchObject({ related: [spray.id] })
    expect(by('u3@example.org').story.map(({ alertId }) => alertId)).toEqual([
      spray.id,
      ...by('u3@example.org').alertIds,
    ])
    expect(by('u5@example.org').related).toBeUndefined()
    expect(all).toHaveLength(3)
    told.push(
      all.map(({ user, summary, riskScore, severity, story }) => [
        user,
        summary,
        riskScore,
        severity,
        story.map(({ text }) => text),
      ]),
    )
  }
  expect(told[1]).toEqual(told[0])
})

const BLOCK = compile({
  ...makeRule({ id: 'block', kind: 'query', query: 'any where event.action == "Search"' }),
  buildingBlock: true,
})
const search = (at: number) => event({ at, action: 'Search', user: 'ann@example.org' })

test('a building block makes no incident, and is told in the nearest one there is', async () => {
  const logs = [
    search(T0),
    set(T0 + 20 * HOUR),
    search(T0 + 40 * HOUR),
    set(T0 + 70 * HOUR),
    search(T0 + 120 * HOUR),
  ]
  const told: unknown[] = []
  for (const order of [logs, logs.toReversed()]) {
    const it = bench([SINGLE, BLOCK])
    for (const log of order) await it.take(log)
    const all = await incidents(it)
    expect(all.map(({ alertIds, firstSeen }) => [firstSeen, alertIds.length])).toEqual([
      [T0 + 20 * HOUR, 3],
      [T0 + 70 * HOUR, 1],
    ])
    const alone = bench([SINGLE, BLOCK])
    await alone.take(set(T0))
    expect(all[0]!.riskScore).toBeGreaterThan(only(await incidents(alone)).riskScore)
    expect((await it.alerts()).at(-1)).toMatchObject({ ruleId: 'block', incidentId: null })
    told.push(all.map(({ riskScore, story }) => [riskScore, story.map(({ text }) => text)]))
  }
  expect(told[1]).toEqual(told[0])
})
