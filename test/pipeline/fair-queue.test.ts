import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFairQueue, type Sender } from '../../server/pipeline/fair-queue.ts'

test('whoever always has something waiting gets an even share by cost, whatever the sizes', () => {
  const cost = fc.integer({ min: 1, max: 1000 })
  fc.assert(
    fc.property(fc.array(cost, { minLength: 2, maxLength: 6 }), (costs) => {
      const queue = createFairQueue<number>()
      const served = costs.map(() => 0)
      const senders = costs.map((_, i): Sender => ({ key: `key${i % 2}`, from: `${i}` }))
      const most = Math.max(...costs)
      for (const [i, sender] of senders.entries()) queue.push(sender, costs[i]!, i)
      for (let n = 0; n < 3000; n++) {
        const i = queue.next(() => 'enter')!
        served[i]! += costs[i]!
        queue.push(senders[i]!, costs[i]!, i)
      }
      for (const key of [0, 1]) {
        const own = served.filter((_, i) => i % 2 === key)
        expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(2 * most)
      }
      const ofKey = (key: number) => served.reduce((sum, one, i) => (i % 2 === key ? sum + one : sum), 0)
      expect(Math.abs(ofKey(0) - ofKey(1))).toBeLessThanOrEqual(2 * most)
    }),
    { numRuns: 30 },
  )
})

test('who was away saves nothing up, and who is removed is gone', () => {
  const queue = createFairQueue<string>()
  const [busy, away] = ['busy', 'away'].map((key) => ({ key, from: '' })) as [Sender, Sender]
  queue.charge(away, 1)
  for (let i = 0; i < 100; i++) queue.charge(busy, 1)
  for (let i = 0; i < 3; i++) {
    queue.push(busy, 1, `busy ${i}`)
    queue.push(away, 1, `away ${i}`)
  }
  queue.remove('busy 1')
  expect(queue.size()).toBe(5)
  const order = Array.from({ length: 5 }, () => queue.next(() => 'enter'))
  expect(order.slice(0, 3)).toContain('away 0')
  expect(new Set(order)).toEqual(new Set(['busy 0', 'busy 2', 'away 0', 'away 1', 'away 2']))
})

test('a sender may be passed over, and the search may end', () => {
  const queue = createFairQueue<string>()
  for (const key of ['a', 'b']) queue.push({ key, from: '' }, 1, key)
  expect(queue.next(() => 'wait')).toBeUndefined()
  expect(queue.next((item) => (item === 'a' ? 'skip' : 'enter'))).toBe('b')
  expect(queue.size()).toBe(1)
})
