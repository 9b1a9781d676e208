import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEql } from '../../server/lang/eql/parse.ts'
import { runQuery } from '../../server/lang/run.ts'
import { runSequence } from '../../server/lang/sequence-machine.ts'
import { type TimedEvent, timeline } from '../../server/lang/timeline.ts'
import type { SequenceQuery } from '../../server/lang/tree.ts'

const RUNS = Number(process.env['FC_RUNS'] ?? 1000)

const events = fc
  .array(
    fc.record({
      kind: fc.constantFrom('A', 'B', 'C', 'U'),
      key: fc.constantFrom('x', 'y'),
      second: fc.nat(12),
    }),
    { maxLength: 16 },
  )
  .map((list) =>
    list.map(({ kind, key, second }, id): TimedEvent => ({ doc: { id, kind, key }, time: second * 1000 })),
  )

function sequenceOf(text: string): SequenceQuery {
  const { query } = parseEql(text)
  if (query?.kind !== 'sequence') throw new Error('no sequence')
  return query
}

describe('every match of a sequence', () => {
  const query = sequenceOf(`sequence by key with maxspan=5s
    [any where kind == "A"] [any where kind == "B"] [any where kind == "C"] until [any where kind == "U"]`)

  test('is in order, of one key, within maxspan, without an end between two steps, and shares no event', () => {
    fc.assert(
      fc.property(events, (list) => {
        const matches = runSequence(query, list)
        const place = new Map(timeline(list).map(({ event, at, millis }) => [event, { at, millis }]))
        const ends = list.filter((event) => event.doc['kind'] === 'U')
        for (const { events: found, joinKeys } of matches) {
          const placed = found.map((event) => place.get(event!)!)
          expect(found.map((event) => event!.doc['kind'])).toEqual(['A', 'B', 'C'])
          expect(found.every((event) => event!.doc['key'] === joinKeys[0])).toBe(true)
          expect(placed.map(({ at }) => at)).toEqual(placed.map(({ at }) => at).toSorted((a, b) => a - b))
          expect(placed[2]!.millis - placed[0]!.millis <= 5000n).toBe(true)
          const between = ends.filter((end) => {
            const { at } = place.get(end)!
            return end.doc['key'] === joinKeys[0] && at > placed[0]!.at && at < placed[2]!.at
          })
          expect(between).toEqual([])
        }
        const used = matches.flatMap((match) => match.events)
        expect(new Set(used).size).toBe(used.length)
        const lasts = matches.map((match) => place.get(match.events[2]!)!.at)
        expect(lasts).toEqual(lasts.toSorted((a, b) => a - b))
      }),
      { numRuns: RUNS },
    )
  })

  test('does not depend on the order of the list where no two times are equal', () => {
    const distinct = events.map((list) =>
      list.map((event, i) => ({ ...event, time: Number(event.time) + i })),
    )
    const shuffled = distinct.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(runSequence(query, other)).toEqual(runSequence(query, list))
      }),
      { numRuns: RUNS / 2 },
    )
  })
})

test('equal times are ordered by the tie-breaker, no tie-breaker comes last, then by position', () => {
  const at = (id: number, tiebreaker: number | string | null): TimedEvent => ({
    doc: { id },
    time: 1,
    tiebreaker,
  })
  const ordered = timeline([at(1, null), at(2, 10), at(3, 9), at(4, null), at(5, 9)])
  expect(ordered.map(({ event }) => event.doc['id'])).toEqual([3, 5, 2, 1, 4])
  const words = timeline([at(1, 'b'), at(2, 'a')])
  expect(words.map(({ event }) => event.doc['id'])).toEqual([2, 1])
})

test('times are compared to the nanosecond, as bigint or as a fraction of a millisecond', () => {
  const at = (id: number, time: number | bigint): TimedEvent => ({ doc: { id }, time })
  const ordered = timeline([at(1, 2_000_001n), at(2, 2), at(3, 1.5), at(4, 1_499_999n), at(5, -1)])
  expect(ordered.map(({ event }) => event.doc['id'])).toEqual([5, 4, 3, 2, 1])
})

test('join keys heed type and case, and dates are equal as instants', () => {
  const query = sequenceOf('sequence by k [any where s == 1] [any where s == 2]')
  const run = (
    a: string | number | boolean,
    b: string | number | boolean,
    types?: ReadonlyMap<string, 'date'>,
  ) =>
    runSequence(
      query,
      [
        { doc: { s: 1, k: a }, time: 1 },
        { doc: { s: 2, k: b }, time: 2 },
      ],
      { types },
    ).length
  expect(run('1', '1')).toBe(1)
  expect(run('1', 1)).toBe(0)
  expect(run('true', true)).toBe(0)
  expect(run('a', 'A')).toBe(0)
  expect(run('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', new Map([['k', 'date']]))).toBe(1)
  expect(run('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00')).toBe(0)
})

test('a sample gives as many combinations for each key, and as many in all, as asked for', () => {
  const { query } = parseEql('sample by k [any where s == 1] [any where s == 2]')
  const list = [1, 1, 2, 2].flatMap((s, i) =>
    ['x', 'y'].map((k): TimedEvent => ({ doc: { s, k, i }, time: i })),
  )
  const count = (options: { size?: number; maxSamplesPerKey?: number }) => {
    const result = runQuery(query!, list, options)
    return result.kind === 'sample' ? result.groups.length : -1
  }
  expect(count({})).toBe(2)
  expect(count({ maxSamplesPerKey: 3 })).toBe(6)
  expect(count({ maxSamplesPerKey: 9 })).toBe(8)
  expect(count({ maxSamplesPerKey: 9, size: 5 })).toBe(5)
})
