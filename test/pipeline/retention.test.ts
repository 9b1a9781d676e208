/** What goes when: by age, by the disk's limit, and never the last day. */
import { expect, onTestFinished, test } from 'vitest'
import { DAY, HOUR } from '../../server/domain/time.ts'
import { incidentsKept, startRetention } from '../../server/pipeline/retention.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { batchOf, mergeFields, sampleEvent, T0 } from '../store/samples.ts'

const SIZE = 100

/** A store in which each event takes 100 bytes. */
function setUp({ limit = Infinity, backups = 0 } = {}) {
  const memory = createMemoryStore({ merge: mergeFields })
  const clock = { now: T0 }
  const told: boolean[] = []
  const errors: unknown[] = []
  const state = { limit, backups }
  let terms: number[] = []
  const store = {
    ...memory,
    // Like blocks: a few at a time, the oldest first.
    async removeOld(removal: Parameters<typeof memory.removeOld>[0]) {
      if (removal.what !== 'events') return memory.removeOld(removal)
      const oldest = await memory.oldestReceipt()
      if (oldest === null || oldest >= removal.before) return { items: 0, more: false }
      const { items } = await memory.removeOld({ ...removal, before: oldest + 1 })
      return { items, more: true }
    },
    size: async () => {
      const used = (await memory.state()).events * SIZE
      return { bytes: used, used }
    },
    async sweepTerms(after: number) {
      terms.push(after)
      return { next: null, gone: 0 }
    },
  }
  const retention = startRetention(
    {
      store,
      events: 30 * DAY,
      disk: {
        limit: () => state.limit,
        beside: () => state.backups * 1000,
        dropBackup: () => state.backups > 1 && state.backups-- > 0,
      },
      clock: () => clock.now,
      isIdle: () => true,
      onShort: (isShort) => told.push(isShort),
      onError: (error) => errors.push(error),
    },
    HOUR,
  )
  onTestFinished(async () => {
    await retention.stop()
    expect(errors).toEqual([])
  })
  const receive = (...ages: number[]) =>
    memory.append(
      ages.map((age) => {
        const receivedAt = clock.now - age
        return batchOf([sampleEvent({ identity: `${receivedAt}`, receivedAt })], { receivedAt })
      }),
    )
  const left = async () =>
    (await memory.replay(0, T0 * 2, 1000)).events.map(({ receivedAt }) => (clock.now - receivedAt) / DAY)
  return { retention, receive, left, clock, state, told, memory, terms: () => terms }
}

test('events go when they are old, and not before', async () => {
  const { retention, receive, left, clock } = setUp()
  await receive(31 * DAY, 30 * DAY + 1, 30 * DAY, 2 * DAY)
  await retention.round()
  expect(await left()).toEqual([30, 2])
  clock.now += 1
  await retention.round()
  expect((await left()).map(Math.floor)).toEqual([2])
})

test('over the limit the oldest go, until there is some room below it', async () => {
  const { retention, receive, left, memory, told } = setUp({ limit: 1000 })
  await receive(...Array.from({ length: 12 }, (_, i) => (12 - i) * DAY + HOUR))
  await retention.round()
  expect((await left()).map(Math.floor)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  expect(await memory.removed(0)).toMatchObject([{ reason: 'disk', what: 'events', items: 3 }])
  expect(told).toEqual([])
  await retention.round()
  expect(await left()).toHaveLength(9)
})

test('copies go before what is there only once, but for the newest', async () => {
  const { retention, receive, left, state } = setUp({ limit: 2000, backups: 4 })
  await receive(9 * DAY, 8 * DAY)
  await retention.round()
  expect(state.backups).toBe(1)
  expect(await left()).toHaveLength(2)
})

test('the last day stays whatever the limit, and that is told once, and when it is over', async () => {
  const { retention, receive, left, told, state } = setUp({ limit: 150 })
  await receive(2 * DAY, DAY - 1, HOUR, 0)
  await retention.round()
  await retention.round()
  expect(await left()).toHaveLength(3)
  expect(told).toEqual([true])
  expect(await retention.state()).toEqual({ limit: 150, used: 300, isShort: true })
  state.limit = 1000
  await retention.round()
  expect(told).toEqual([true, false])
})

test('what accounts and addresses there were is looked through once a day', async () => {
  const { retention, clock, terms } = setUp()
  await retention.round()
  await retention.round()
  expect(terms()).toEqual([0])
  clock.now += DAY
  await retention.round()
  expect(terms()).toEqual([0, 0])
})

test.each([
  [DAY, 730 * DAY],
  [90 * DAY, 730 * DAY],
  [400 * DAY, 1600 * DAY],
])('events kept for %d ms leave incidents for %d', (events, incidents) => {
  expect(incidentsKept(events)).toBe(incidents)
})
