import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert } from '../../server/domain/alert.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { hitLife, pruneHits } from '../../server/pipeline/prune.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import {
  BERLIN,
  type Bench,
  bench,
  BULK,
  compile,
  essence,
  event,
  failure,
  inboxRule,
  makeRule,
  NEW_YORK,
  only,
  send,
  SEQUENCE,
  signIn,
  signInFrom,
  SINGLE,
  SPRAY,
  T0,
  TRAVEL,
} from '../support/detection.ts'

const UNTIL = compile(
  makeRule({
    id: 'until',
    kind: 'sequence',
    query: `sequence by user.email with maxspan=6h
      [authentication where event.outcome == "failure"] with runs=3
      ![authentication where event.outcome == "success"]
      [any where event.action == "New-InboxRule"] until [any where event.action == "Reset"]`,
  }),
)
const RULES = [SEQUENCE, BULK, SPRAY, TRAVEL, SINGLE, UNTIL]
const USERS = ['ann', 'bob', 'cem', 'dee'].map((name) => `${name}@example.org`)

/** Whole numbers from 0, the same in each run (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** A year of small stories about a few people, in order of time. */
function year(random: (below: number) => number): LogEvent[] {
  const events: LogEvent[] = []
  for (let at = T0; at < T0 + 365 * DAY; at += random(4 * DAY) + MINUTE) {
    const user = USERS[random(USERS.length)]!
    const near = (span: number) => at + random(span)
    switch (random(6)) {
      case 0:
        events.push(signIn(at, { user }), inboxRule(near(6 * HOUR), { user }))
        break
      case 1:
        for (let i = 0; i < 45 + random(30); i++) events.push(send(near(HOUR + 10 * MINUTE), { user }))
        break
      case 2:
        for (let i = 0; i < 12; i++) events.push(failure(near(HOUR), `u${i % (9 + random(4))}@example.org`))
        events.push(signIn(near(30 * HOUR), { user, ip: '203.0.113.9' }))
        break
      case 3:
        events.push(signInFrom(NEW_YORK, at, { user }), signInFrom(BERLIN, near(20 * HOUR), { user }))
        break
      case 4:
        events.push(event({ at, user, action: 'Set-Mailbox' }))
        break
      default:
        for (let i = 0; i < 4; i++) events.push(failure(near(2 * HOUR), user, { ip: '198.51.100.4' }))
        if (random(3) === 0) events.push(signIn(near(2 * HOUR), { user }))
        if (random(3) === 0) events.push(event({ at: near(4 * HOUR), user, action: 'Reset' }))
        events.push(inboxRule(at + 2 * HOUR + random(5 * HOUR), { user }))
    }
  }
  return events.toSorted((a, b) => a.time - b.time)
}

function sqliteBench(): Bench {
  return bench(RULES, openSqlite({ file: ':memory:', merge: () => null }))
}

test(
  'a year of old logs, imported today and shuffled, gives the alerts of the live run',
  { timeout: 120_000 },
  async () => {
    const random = randomFrom(7)
    const events = year(random)
    const live = sqliteBench()
    let hits = 0
    let tooLate = 0
    for (let day = T0, next = 0; day <= T0 + 370 * DAY; day += DAY / 2) {
      live.now = day
      const arrived: LogEvent[] = []
      // An hour late and more, and out of order.
      while (events[next] && events[next]!.time + HOUR <= day) arrived.push(events[next++]!)
      if (arrived.length > 0) await live.append(...arrived.toReversed())
      await live.due()
      hits += await pruneHits(live.store, RULES, day)
      tooLate = (await live.store.state()).tooLate
    }
    expect(hits).toBeGreaterThan(events.length / 2)
    expect(tooLate).toBe(0)

    const lived = await live.alerts()
    const shuffled = events.map((one) => ({ one, at: random(1e9) })).toSorted((x, y) => x.at - y.at)
    const importInto = async (it: Bench, isDrained: boolean) => {
      it.now = T0 + 400 * DAY
      for (let at = 0; at < shuffled.length; at += 100) {
        await it.append(...shuffled.slice(at, at + 100).map(({ one }) => one))
        if (isDrained) await it.due()
        await pruneHits(it.store, RULES, it.now)
      }
      await it.due()
      const alerts = await it.alerts()
      await it.store.close()
      return alerts
    }
    const expected = essence(lived)
    expect(new Set(lived.map(({ ruleId }) => ruleId)).size).toBe(RULES.length)
    expect(essence(await importInto(sqliteBench(), false))).toEqual(expected)

    // Correlated while it arrives, a rule that logs can undo tells some things before it knows better.
    const early = await importInto(sqliteBench(), true)
    const isSure = ({ ruleId }: Alert) => ruleId !== UNTIL.rule.id
    expect(essence(early.filter(isSure))).toEqual(essence(lived.filter(isSure)))
    const places = (alerts: Alert[]) =>
      alerts.filter((one) => !isSure(one) && one.status === 'open').map(({ key, to }) => `${key} ${to}`)
    expect(places(early).toSorted()).toEqual(places(lived).toSorted())
    await live.store.close()
  },
)

test('hits live for the longest span that a rule looks back and seven days, whatever a rule without a span', () => {
  const endless = compile(makeRule({ kind: 'sequence', query: 'sequence [any where true] [any where true]' }))
  expect(hitLife([SEQUENCE, SINGLE])).toBe(4 * HOUR + 7 * DAY)
  expect(hitLife([SPRAY, endless])).toBe(25 * HOUR + 7 * DAY)
  expect(hitLife([])).toBe(7 * DAY)
})

test('a log that comes too late is stored, meets the single-event rules, and is counted', async () => {
  const it = bench([SEQUENCE, SINGLE])
  it.now = T0 + HOUR
  await it.take(signIn(T0))
  it.now = T0 + 9 * DAY
  expect(await pruneHits(it.store, [SEQUENCE, SINGLE], it.now)).toBe(1)
  const rule = { ...inboxRule(T0 + HOUR), receivedAt: it.now }
  const single = event({ at: T0 + HOUR, user: 'ann@example.org', action: 'Set-Mailbox' })
  await it.take(rule, { ...single, receivedAt: it.now })
  expect(only(await it.alerts()).ruleId).toBe('single')
  expect(await it.store.event(rule.id)).not.toBeNull()
  expect(await it.store.state()).toMatchObject({ tooLate: 1, late: 2 })
})

test('a log six days late meets what it belongs to', async () => {
  const it = bench([SEQUENCE])
  it.now = T0 + MINUTE
  await it.take(signIn(T0))
  it.now = T0 + 6 * DAY
  expect(await pruneHits(it.store, [SEQUENCE], it.now)).toBe(0)
  await it.take(inboxRule(T0 + HOUR))
  expect(await it.alerts()).toHaveLength(1)
  expect(await it.store.state()).toMatchObject({ tooLate: 0 })
})

test('whatever is pruned meanwhile, an alert that stands is not lost', async () => {
  const days = fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 20 }), late: fc.integer({ min: 0, max: 12 }) }),
    {
      minLength: 2,
      maxLength: 8,
    },
  )
  await fc.assert(
    fc.asyncProperty(days, async (visits) => {
      const it = bench([SEQUENCE, UNTIL])
      let now = T0
      const standing = new Set<string>()
      for (const { gap, late } of visits) {
        now += gap * DAY
        it.now = now
        const at = now - late * DAY
        await it.append(signIn(at), inboxRule(at + SECOND))
        await it.due()
        await pruneHits(it.store, [SEQUENCE, UNTIL], now)
        const alerts = await it.alerts()
        for (const id of standing) {
          expect(alerts.some((alert) => alert.id === id && alert.status === 'open')).toBe(true)
        }
        for (const { id } of alerts) standing.add(id)
      }
    }),
    { numRuns: 200 },
  )
})
