import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { SECOND } from '../../server/domain/time.ts'
import { correlate, reachOf } from '../../server/detect/correlate.ts'
import { negatedSequence } from '../../server/detect/kinds/negated-sequence.ts'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { runSequence } from '../../server/lang/sequence-machine.ts'
import type { SequenceQuery } from '../../server/lang/tree.ts'
import type { CompiledRule } from '../../server/rules/compiled.ts'
import { CASES, compile, makeRule } from '../support/detection.ts'

/** Positive steps overlap, and so do those that negate, so that one event has several parts. */
const QUERIES = [
  'sequence with maxspan=4s [any where a == true] [any where b == true] until [any where c == true]',
  'sequence [any where a == true] [any where b == true] [any where a == true] until [any where c == true]',
  'sequence with maxspan=4s [any where a == true] with runs=3 [any where b == true] until [any where c == true]',
  'sequence with maxspan=4s [any where a == true] ![any where c == true] [any where b == true]',
  'sequence with maxspan=3s [any where a == true] [any where b == true] ![any where c == true]',
  'sequence with maxspan=3s ![any where c == true] [any where a == true] [any where b == true]',
  'sequence with maxspan=4s ![any where c == true] [any where a == true] with runs=2 ![any where b == true]',
  `sequence with maxspan=4s [any where a == true] with runs=2 ![any where c == true] with runs=2
     [any where b == true] with runs=2 ![any where a == true and c == true] until [any where c == true and b == true]`,
  'sequence with maxspan=3s ![any where c == true] [any where a == true]',
]

type Told = { event: string; time: number; a: boolean; b: boolean; c: boolean }

/** Few events, few times, many ties; now and then one is told twice within its second. */
const told: fc.Arbitrary<Told[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 9 }),
      a: fc.boolean(),
      b: fc.boolean(),
      c: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
      again: fc.option(fc.constantFrom(300, 900), { freq: 6 }),
    }),
    { maxLength: 9 },
  )
  .map((events) =>
    events.flatMap(({ again, time, ...rest }, i) => {
      const one: Told = { event: `e${i}`, time: time * SECOND, ...rest }
      return again === null ? [one] : [one, { ...one, time: one.time + again }]
    }),
  )

function hitsOf(compiled: CompiledRule, events: readonly Told[]): Hit[] {
  return events.flatMap(({ event, time, ...fields }) =>
    compiled.steps.flatMap((step, i): Hit[] => {
      if (i > 0 && compiled.steps[i - 1]!.filter === step.filter) return []
      if (!step.matches(fields)) return []
      return [{ rule: 'r', version: 1, key: '[]', time, event, step: i, account: null, value: null }]
    }),
  )
}

type Found = { end: string; time: number; events: (string | null)[] }

/** EQL's machine as its description says it, for one key; nothing of the product's but the predicates. */
function bruteForce(compiled: CompiledRule, query: SequenceQuery, all: readonly Told[]): Found[] {
  const until = compiled.steps.at(-1)!.negates === 'until' ? compiled.steps.at(-1)! : null
  const slots = compiled.steps.slice(0, until ? -1 : undefined)
  const stages = slots.filter(({ negates }) => !negates)
  const known = new Map<string, Told>()
  for (const one of all) if (one.time < (known.get(one.event)?.time ?? Infinity)) known.set(one.event, one)
  const firstStep = (one: Told) => compiled.steps.findIndex((step) => step.matches(one))
  const events = [...known.values()].sort(
    (x, y) => x.time - y.time || firstStep(x) - firstStep(y) || (x.event < y.event ? -1 : 1),
  )
  const maxspan = query.maxspan ?? Infinity
  const pending: (Told[] | undefined)[] = []
  const complete: Told[][] = []
  const untils: number[] = []
  for (const [at, one] of events.entries()) {
    for (let s = stages.length - 1; s >= 0; s--) {
      if (!stages[s]!.matches(one)) continue
      let next: Told[] = [one]
      if (s > 0) {
        const before = pending[s - 1]
        if (!before) continue
        pending[s - 1] = undefined
        if (one.time - before[0]!.time > maxspan) continue
        const last = events.indexOf(before.at(-1)!)
        if (untils.some((marker) => last <= marker && marker < at)) continue
        next = [...before, one]
      }
      if (s === stages.length - 1) complete.push(next)
      else pending[s] = next
    }
    if (until?.matches(one)) untils.push(at)
  }
  return complete
    .filter((chain) => stands(slots, events, chain, maxspan))
    .map((chain) => {
      let next = 0
      const shown = slots.map(({ negates }) => (negates ? null : chain[next++]!.event))
      return { end: chain.at(-1)!.event, time: chain.at(-1)!.time, events: shown }
    })
}

/** The rules of missing events, by windows: some window as long as maxspan holds the chain and no hit at its sides. */
function stands(slots: CompiledRule['steps'], events: Told[], chain: Told[], maxspan: number): boolean {
  const first = chain[0]!.time
  const last = chain.at(-1)!.time
  let filled = 0
  let before = -Infinity
  let after = Infinity
  for (const slot of slots) {
    if (!slot.negates) {
      filled++
      continue
    }
    for (const { time } of events.filter((one) => slot.matches(one))) {
      if (filled === 0 && time < first) before = Math.max(before, time)
      else if (filled === chain.length && time > last) after = Math.min(after, time)
      else if (filled > 0 && filled < chain.length) {
        if (chain[filled - 1]!.time < time && time < chain[filled]!.time) return false
      }
    }
  }
  const isLeading = slots[0]!.negates !== undefined
  const isTrailing = slots.at(-1)!.negates !== undefined
  if (isLeading && isTrailing) return after - before > maxspan
  if (isLeading) return last - before > maxspan
  return !isTrailing || after - first > maxspan
}

describe.each(QUERIES)('%s', (query) => {
  const compiled = compile(makeRule({ kind: 'sequence', query }))
  const tree = parseEql(query).query as SequenceQuery
  const window = Number.isFinite(compiled.window) ? compiled.window : 1e9

  test("stored hits complete exactly where EQL's machine says, with the same events", () => {
    fc.assert(
      fc.property(told, (events) => {
        const expected = bruteForce(compiled, tree, events)
        const hits = hitsOf(compiled, events)
        const found = negatedSequence.completions(compiled, hits)
        expect(found.map(({ event }) => event).toSorted()).toEqual(expected.map(({ end }) => end).toSorted())
        for (const completion of found) {
          const { hits: behind, facts } = negatedSequence.support(compiled, hits, [completion])
          const chain = expected.find(({ end }) => end === completion.event)!.events
          expect(facts['chain']).toEqual(chain)
          const ids = chain.filter((id) => id !== null).toSorted()
          expect(behind.map(({ event }) => event).toSorted()).toEqual(ids)
        }
      }),
      { numRuns: CASES },
    )
  })

  test('what is read around new hits is enough to say so, in whatever order the hits come', () => {
    const span = fc.record({ from: fc.integer({ min: 0, max: 9 }), length: fc.integer({ min: 0, max: 3 }) })
    const order = fc.infiniteStream(fc.nat())
    fc.assert(
      fc.property(told, span, order, (events, { from, length }, random) => {
        const range = { from: from * SECOND, to: (from + length) * SECOND }
        const { hits: reach } = reachOf(compiled, range)
        const inReach = hitsOf(compiled, events).filter(({ time }) => time >= reach.from && time <= reach.to)
        const shuffled = inReach
          .map((hit) => ({ hit, at: random.next().value! }))
          .toSorted((x, y) => x.at - y.at)
          .map(({ hit }) => hit)
        const plans = correlate({ compiled, hits: shuffled, near: [], ...range })
        const found = plans.flatMap(({ completions }) => completions.map(({ event }) => event))
        const expected = bruteForce(compiled, tree, events)
          .filter(({ time }) => time >= range.from - window && time <= range.to + window)
          .map(({ end }) => end)
        expect(found.toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: CASES },
    )
  })

  test('a search over the same events finds the same, where no two share a time', () => {
    fc.assert(
      fc.property(told, (events) => {
        const apart = [...new Map(events.map((one) => [one.time, one])).values()]
          .filter(({ time }) => time % SECOND === 0)
          .toSorted((x, y) => x.time - y.time)
        const found = runSequence(
          tree,
          apart.map(({ event, time, a, b, c }) => ({ id: event, time, doc: { a, b, c } })),
        )
        const searched = found.map((match) => match.events.map((one) => one?.id ?? null))
        expect(searched).toEqual(bruteForce(compiled, tree, apart).map((one) => one.events))
      }),
      { numRuns: CASES },
    )
  })
})
