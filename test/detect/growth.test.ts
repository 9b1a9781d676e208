import { expect, test } from 'vitest'
import type { Json } from '../../server/domain/json.ts'
import { HOUR, SECOND } from '../../server/domain/time.ts'
import { correlate } from '../../server/detect/correlate.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { BULK, compile, makeRule, SEQUENCE, SPRAY, T0, TRAVEL } from '../support/detection.ts'

const OVERLAP = compile(
  makeRule({
    id: 'overlap',
    kind: 'sequence',
    query: 'sequence with maxspan=4h [any where true] [any where true] with runs=3 [any where true]',
  }),
)

function hits(compiled: CompiledRule, count: number, spread: number, value: (i: number) => Json) {
  const steps = compiled.steps.flatMap(({ filter }, i) =>
    compiled.steps[i - 1]?.filter === filter ? [] : [i],
  )
  return Array.from({ length: count }, (_, i) => {
    const time = T0 + Math.floor((i * spread) / count / SECOND) * SECOND
    const hit = {
      rule: compiled.rule.id,
      version: 1,
      key: '[]',
      time,
      event: `e${i}`,
      account: null,
      value: value(i),
    }
    // Where steps overlap, each event fits all of them: the worst that there is.
    if (compiled === OVERLAP) return steps.map((step) => ({ ...hit, step }))
    return [{ ...hit, step: steps[(i * 7) % steps.length]! }]
  }).flat()
}

function cost(compiled: CompiledRule, count: number, spread: number, value: (i: number) => Json): number {
  const given = hits(compiled, count, spread, value)
  const input = { compiled, hits: given, near: [], from: T0, to: T0 + spread }
  // This thread's own time, not the clock's: other work on the machine must not fail the test.
  const times = [1, 2, 3, 4].map(() => {
    const before = process.threadCpuUsage()
    correlate(input)
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

const counted = (i: number): Json => ({ record: `r${i}`, distinct: [`u${i % 500}`, `u${i % 500}`] })
const stay = (places: number) => (i: number) => ({
  lat: ((i * 37) % places) * (120 / places) - 60,
  lon: ((i * 61) % places) * (300 / places) - 150,
  radiusKm: 0,
  place: null,
  record: `r${i}`,
  dataset: 'd',
})

test.each<[string, CompiledRule, number, (i: number) => Json]>([
  ['a sequence', SEQUENCE, 3 * HOUR, () => null],
  ['a sequence whose steps overlap', OVERLAP, 3 * HOUR, () => null],
  ['a sequence with all in one minute', OVERLAP, 60 * SECOND, () => null],
  ['a threshold', BULK, HOUR, counted],
  ['a threshold with distinct values', SPRAY, HOUR, counted],
  ['travel between a few places', TRAVEL, 20 * HOUR, stay(20)],
  ['travel between very many', TRAVEL, 20 * HOUR, stay(5000)],
  ['travel in one second', TRAVEL, SECOND, stay(20)],
])('a hot key grows near-linearly: %s', (_, compiled, spread, value) => {
  cost(compiled, 500, spread, value)
  const small = cost(compiled, 1_500, spread, value)
  const large = cost(compiled, 6_000, spread, value)
  // Four times the hits: quadratic would be 16 times the cost.
  expect(large / Math.max(small, 4), `${small.toFixed(1)} ms, then ${large.toFixed(1)} ms`).toBeLessThan(12)
})
