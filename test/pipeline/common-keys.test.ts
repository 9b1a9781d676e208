import { expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { completionsWithin } from '../../server/detect/correlate.ts'
import { createCorrelator } from '../../server/pipeline/correlator.ts'
import { loadRules, saveRule } from '../../server/pipeline/rulebook.ts'
import type { CommonKey } from '../../server/pipeline/pending-groups.ts'
import { drain } from '../../server/pipeline/settle.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { compile, makeRule, only, T0 } from '../support/detection.ts'

const PAIR = compile(
  makeRule({
    id: 'pair',
    kind: 'sequence',
    entity: 'source.ip',
    query: `sequence by source.ip with maxspan=5m
      [any where event.action == "a"] [any where event.action == "b"] until [any where event.action == "u"]`,
  }),
)
const START = T0 + 15 * HOUR
const KEY = '["192.0.2.1"]'

/** Very many hits of one address over a day; a second step now and then, none for an hour in the middle. */
function hitsOf(count: number): Hit[] {
  return Array.from({ length: count }, (_, i): Hit => {
    const time = START + Math.floor((i * DAY) / count)
    const isPaused = Math.abs(time - START - DAY / 2) < HOUR / 2
    const step = i % 7 === 0 && !isPaused ? 1 : i % 100 === 50 ? 2 : 0
    return {
      rule: 'pair',
      version: 1,
      key: KEY,
      time,
      event: `e${i}`,
      step,
      account: `u${i % 50}`,
      value: null,
    }
  })
}

test('a key too common is told, correlated in parts that let others have their turn, and gives the same alerts', async () => {
  const store = openSqlite({ file: ':memory:', merge: () => null })
  const hits = hitsOf(30_000)
  for (let at = 0; at < hits.length; at += 5000) await store.addHits(hits.slice(at, at + 5000), START)
  const common: CommonKey[] = []
  let turns = 0
  let isDone = false
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await drain({
    store,
    rules: () => new Map([['pair', PAIR]]),
    now: () => START + 10 * DAY,
    onCommonKey: (key) => common.push(key),
  })
  isDone = true
  expect(common[0]).toMatchObject({ rule: 'pair', key: KEY })
  expect(common[0]!.hits).toBeGreaterThan(20_000)
  expect(turns).toBeGreaterThan(24)
  expect(await store.state()).toMatchObject({ pending: 0 })

  const completions = completionsWithin(PAIR, hits, { from: 0, to: START + 2 * DAY })
  const [first, second] = Map.groupBy(completions, ({ time }) => time < START + DAY / 2).values()
  const { items } = await store.alerts({ size: 10 })
  expect(items.map(({ from, to }) => [from, to]).toSorted((a, b) => a[0]! - b[0]!)).toEqual([
    [first!.at(0)!.time, first!.at(-1)!.time],
    [second!.at(0)!.time, second!.at(-1)!.time],
  ])
  for (const { event } of completions.slice(0, 3)) {
    expect(items.some(({ evidence }) => evidence.some(({ eventId }) => eventId === event))).toBe(true)
  }
  await store.close()
})

test('the correlator keeps the most common keys of the last day in mind', async () => {
  const store = openSqlite({ file: ':memory:', merge: () => null })
  let now = START + 2 * DAY
  const value = { id: 'pair', name: 'Pair', language: 'eql', query: PAIR.rule.query }
  await saveRule(store, { value }, { actor: 'ann', clock: () => now, target: { replace: 'pair' } })
  const { version } = only(await loadRules(store)).rule
  const hits = hitsOf(25_000).map((hit) => ({ ...hit, version, time: START + (hit.time % (30 * MINUTE)) }))
  for (let at = 0; at < hits.length; at += 5000) await store.addHits(hits.slice(at, at + 5000), START)
  const correlator = createCorrelator({
    store,
    clock: () => now,
    onSettled: () => undefined,
    onError: (error) => {
      throw error
    },
  })
  await correlator.reloadRules()
  await correlator.rematch()
  expect(only(correlator.state().tooCommon)).toEqual({ rule: 'pair', key: KEY, hits: 25_000, at: now })
  now += DAY + 1
  expect(correlator.state().tooCommon).toEqual([])
  await store.close()
})
