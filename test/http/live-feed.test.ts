import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLiveFeed, type FeedClient } from '../../server/http/live-feed.ts'
import type { LiveChange } from '../../server/store/store.ts'
import { anAlert } from './alerts-in-store.ts'

const change = (revision: number): LiveChange => ({
  type: 'alert',
  revision,
  change: 'raised',
  alert: anAlert({ id: `a${revision}`, revision }),
})
const soon = (turns = 1): Promise<void> =>
  turns === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(() => resolve(soon(turns - 1))))

/** A log of changes in memory, and listeners that take some turns of the event loop for a page. */
function startFeed(length: number) {
  const changes = Array.from({ length }, (_, i) => change(i + 1))
  const errors: unknown[] = []
  const feed = createLiveFeed(
    {
      async changesSince(revision, limit) {
        await soon()
        return changes.filter((one) => one.revision > revision).slice(0, limit)
      },
    },
    (error) => errors.push(error),
  )
  const listen = (since: number, turns = 1) => {
    const told: number[] = []
    const client: FeedClient = {
      revision: since,
      async send(page) {
        told.push(...page.map(({ revision }) => revision))
        await soon(turns)
        return true
      },
    }
    feed.add(client)
    return { told, client }
  }
  const raise = () => {
    changes.push(change(changes.length + 1))
    feed.announce(changes.length)
  }
  return { feed, listen, raise, errors, changes }
}

async function settle(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !done(); turn++) await soon()
}

test('a listener far behind does not hold up one that is not', async () => {
  const { feed, listen, raise } = startFeed(5000)
  const fresh = listen(5000)
  const behind = listen(0)
  feed.announce(5000)
  raise()
  await settle(() => fresh.told.length > 0)
  expect(fresh.told).toEqual([5001])
  expect(behind.told.length).toBeLessThan(500)
  await settle(() => behind.told.length === 5001)
  expect(behind.told).toEqual(Array.from({ length: 5001 }, (_, i) => i + 1))
})

test('a listener that is gone is told nothing more', async () => {
  const { feed, listen, raise } = startFeed(500)
  const { told, client } = listen(0, 5)
  feed.announce(500)
  await soon(3)
  feed.remove(client)
  const before = told.length
  raise()
  await soon(30)
  expect(told).toHaveLength(before)
})

test('a read that fails is told of, and the next announcement tries again', async () => {
  let fails = true
  const errors: unknown[] = []
  const feed = createLiveFeed(
    {
      async changesSince(revision) {
        if (fails) throw new Error('busy')
        return revision < 1 ? [change(1)] : []
      },
    },
    (error) => errors.push(error),
  )
  const told: number[] = []
  feed.add({
    revision: 0,
    async send(page) {
      told.push(...page.map(({ revision }) => revision))
      return true
    },
  })
  feed.announce(1)
  await soon(5)
  expect([told, errors.length]).toEqual([[], 1])
  fails = false
  feed.announce(1)
  await soon(5)
  expect(told).toEqual([1])
})

test('whenever listeners come and changes happen, each is told everything after its since, once and in order', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ do: 'raise' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('listen' as const),
        since: fc.nat(300),
        turns: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 4 }) }),
    },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { feed, listen, raise, changes, errors } = startFeed(250)
      feed.announce(250)
      const listeners: { since: number; told: number[] }[] = []
      for (const one of steps) {
        if (one.do === 'raise') raise()
        else if (one.do === 'wait') await soon(one.turns)
        else {
          const since = Math.min(one.since, changes.length)
          listeners.push({ since, told: listen(since, one.turns).told })
        }
      }
      await settle(() => listeners.every(({ since, told }) => told.length >= changes.length - since))
      await soon(10)
      for (const { since, told } of listeners) {
        expect(told).toEqual(Array.from({ length: changes.length - since }, (_, i) => since + i + 1))
      }
      expect(errors).toEqual([])
    }),
    { numRuns: 200 },
  )
})
