import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { sequence } from '../../server/detect/kinds/sequence.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { runSequence } from '../../server/lang/sequence-machine.ts'
import type { SequenceQuery } from '../../server/lang/tree.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { spread } from '../../server/detect/episodes.ts'
import { CASES, compile, makeRule } from '../support/detection.ts'

/** Steps that overlap, so that one event fits several places. */
const QUERIES = [
  'sequence with maxspan=4s [any where a == true] [any where b == true]',
  'sequence with maxspan=4s [any where a == true] [any where a == true or b == true] [any where b == true]',
  'sequence with maxspan=4s [any where true] [any where a == true] [any where true] [any where b == true]',
  'sequence with maxspan=4s [any where a == true] with runs=3 [any where b == true]',
  'sequence with maxspan=3s [any where a == true] with runs=2 [any where b == true] with runs=2 [any where a == true]',
  'sequence [any where a == true] [any where b == true] [any where a == true]',
]

type Told = { event: string; time: number; a: boolean; b: boolean }

/** Few events, few times, many ties; some told twice, with another time. */
const told: fc.Arbitrary<Told[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 7 }),
      a: fc.boolean(),
      b: fc.boolean(),
      again: fc.option(fc.constantFrom(0.3, 0.9), { freq: 5 }),
    }),
    { maxLength: 7 },
  )
  .map((events) =>
    events.flatMap(({ time, a, b, again }, i) => {
      const one: Told = { event: `e${i}`, time: time * 1000, a, b }
      return again === null ? [one] : [one, { ...one, time: one.time + again * 1000 }]
    }),
  )

function hitsOf(compiled: CompiledRule, events: readonly Told[]): Hit[] {
  return events.flatMap(({ event, time, a, b }) =>
    compiled.steps.flatMap((step, i): Hit[] => {
      if (i > 0 && compiled.steps[i - 1]!.filter === step.filter) return []
      if (!step.matches({ a, b })) return []
      return [{ rule: 'r', version: 1, key: '[]', time, event, step: i, account: null, value: null }]
    }),
  )
}

/** Every chain of distinct events in order of time, by trying all. */
function chains(compiled: CompiledRule, events: readonly Told[]): Told[][] {
  const found: Told[][] = []
  const grow = (chain: Told[]) => {
    if (chain.length === compiled.steps.length) {
      found.push(chain)
      return
    }
    const step = compiled.steps[chain.length]!
    for (const next of events) {
      const isLater = chain.length === 0 || next.time >= chain.at(-1)!.time
      const isInside = chain.length === 0 || next.time - chain[0]!.time <= compiled.window
      const isOther = chain.every(({ event }) => event !== next.event)
      if (isLater && isInside && isOther && step.matches({ a: next.a, b: next.b })) grow([...chain, next])
    }
  }
  grow([])
  return found
}

describe.each(QUERIES)('%s', (query) => {
  const compiled = compile(makeRule({ kind: 'sequence', query }))

  test('completes exactly where some chain ends', () => {
    fc.assert(
      fc.property(told, (events) => {
        const expected = new Set(chains(compiled, events).map((chain) => idOf(chain.at(-1)!)))
        const found = sequence.completions(compiled, hitsOf(compiled, events)).map(idOf)
        expect(new Set(found)).toEqual(expected)
        expect(found).toHaveLength(expected.size)
      }),
      { numRuns: CASES },
    )
  })

  test('its evidence is exactly what lies on some chain to these completions', () => {
    fc.assert(
      fc.property(told, fc.infiniteStream(fc.boolean()), (events, coin) => {
        const hits = hitsOf(compiled, events)
        const wanted = sequence.completions(compiled, hits).filter(() => coin.next().value)
        if (wanted.length === 0) return
        const ends = new Set(wanted.map(idOf))
        const ending = chains(compiled, events).filter((one) => ends.has(idOf(one.at(-1)!)))
        const expected = new Map<string, { step: number; time: number }>()
        for (const chain of ending.filter((one) => isInOrder(compiled, one))) {
          for (const [step, { event, time }] of chain.entries()) {
            const known = expected.get(event) ?? { step, time }
            expected.set(event, { step: Math.max(known.step, step), time: Math.min(known.time, time) })
          }
        }
        const { hits: found, facts } = sequence.support(compiled, hits, wanted)
        expect(new Map(found.map(({ event, step, time }) => [event, { step, time }]))).toEqual(expected)
        expect(new Set(found.map(({ event }) => event))).toEqual(
          new Set(ending.flatMap((one) => one.map(({ event }) => event))),
        )
        // The chain it tells is one of them, ends at the latest completion and starts as late as any.
        const last = wanted.at(-1)!
        const toLast = chains(compiled, events).filter((one) => idOf(one.at(-1)!) === idOf(last))
        expect(toLast.map((one) => one.map(({ event }) => event))).toContainEqual(facts['chain'])
        expect(facts['gapMs']).toBe(Math.min(...toLast.map((one) => last.time - one[0]!.time)))
      }),
      { numRuns: CASES },
    )
  })

  test("every sequence that EQL's machine finds ends in a completion, and every episode holds one", () => {
    const tree = parseEql(query).query as SequenceQuery
    const few = told.map((events) => events.filter(({ event }, i) => events[i - 1]?.event !== event))
    fc.assert(
      fc.property(few, (events) => {
        const completions = sequence.completions(compiled, hitsOf(compiled, events))
        const ids = new Set(completions.map(({ event }) => event))
        const ends = new Set<string>()
        for (const order of ordersOf(events)) {
          const placed = order.map(({ event, time, a, b }) => ({ id: event, time, doc: { a, b } }))
          for (const { events: chain } of runSequence(tree, placed)) ends.add(chain.at(-1)!.id)
        }
        for (const end of ends) expect(ids).toContain(end)
        for (const episode of spread(completions, [], compiled.gap)) {
          expect(episode.completions.some(({ event }) => ends.has(event))).toBe(true)
        }
      }),
      { numRuns: CASES },
    )
  })
})

/** Copies of one step are filled in order of time, then id: so it is told which of them an event is. */
function isInOrder(compiled: CompiledRule, chain: readonly Told[]): boolean {
  return chain.every((one, i) => {
    const before = chain[i - 1]
    if (!before || compiled.steps[i]!.filter !== compiled.steps[i - 1]!.filter) return true
    return before.time < one.time || before.event < one.event
  })
}

/** All orders of events that differ only in those with equal times. */
function ordersOf(events: readonly Told[]): Told[][] {
  const byMoment = [...Map.groupBy(events, ({ time }) => time)].toSorted(([a], [b]) => a - b)
  return byMoment.reduce<Told[][]>(
    (orders, [, tied]) => orders.flatMap((order) => permutations(tied).map((next) => [...order, ...next])),
    [[]],
  )
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((one, i) => permutations(items.toSpliced(i, 1)).map((rest) => [one, ...rest]))
}

function idOf({ event, time }: { event: string; time: number }): string {
  return `${event}@${time}`
}
