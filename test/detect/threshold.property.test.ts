import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { type Counted, threshold } from '../../server/detect/kinds/threshold.ts'
import { SECOND } from '../../server/domain/time.ts'
import { CASES, compile, makeRule } from '../support/detection.ts'

const compiled = compile(
  makeRule({
    kind: 'threshold',
    query: 'any where true',
    threshold: {
      by: ['user.email'],
      atLeast: 3,
      within: 4 * SECOND,
      distinct: ['source.ip'],
      or: [
        { atLeast: 2, distinct: ['source.ip'], atLeastEvents: 4 },
        { atLeast: 5, distinct: [] },
        { atLeast: 3, distinct: [], within: 2 * SECOND, atLeastEvents: 2 },
        { atLeast: 3, distinct: ['source.ip'], atLeastEvents: 4, within: 9 * SECOND },
      ],
    },
    then: { query: 'any where true', within: 6 * SECOND, severity: 'high' },
  }),
)

const hits: fc.Arbitrary<Hit[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 12 }),
      step: fc.constantFrom(0, 0, 0, 1),
      ip: fc.constantFrom('a', 'b', 'c', null),
      record: fc.constantFrom(null, 'shared'),
      again: fc.option(fc.constant(0.4), { freq: 5 }),
    }),
    { maxLength: 12 },
  )
  .map((told) =>
    told.flatMap(({ time, step, ip, record, again }, i) => {
      const distinct = [ip, ip, null, null, ip]
      const value = { record: record ?? `e${i}`, distinct }
      const one = {
        rule: 'r',
        version: 1,
        key: '["k"]',
        time: time * SECOND,
        event: `e${i}`,
        step,
        account: null,
        value,
      }
      return again === null ? [one] : [one, { ...one, time: one.time + again * SECOND }]
    }),
  )

test('a threshold completes at each hit whose window holds enough, and all that is in such a window is evidence', () => {
  fc.assert(
    fc.property(hits, fc.infiniteStream(fc.boolean()), (all, coin) => {
      const counted = all.filter(({ step }) => step === 0)
      const window = (end: number, within = 4 * SECOND) =>
        counted.filter(({ time }) => end - within <= time && time <= end)
      const held = (end: number, within?: number) => {
        const values = window(end, within).map(({ value }) => value as Counted)
        const ips = new Set(values.flatMap(({ distinct }) => distinct[0] ?? []))
        return { records: new Set(values.map(({ record }) => record)).size, ips: ips.size }
      }
      /** The spans of the windows that are full enough there. */
      const full = (end: number) => {
        const [usual, short, long] = [held(end), held(end, 2 * SECOND), held(end, 9 * SECOND)]
        const isUsual = usual.ips >= 3 || (usual.ips >= 2 && usual.records >= 4) || usual.records >= 5
        return [
          ...(isUsual ? [4 * SECOND] : []),
          ...(short.records >= 3 ? [2 * SECOND] : []),
          ...(long.ips >= 3 && long.records >= 4 ? [9 * SECOND] : []),
        ]
      }
      const fires = (end: number) => full(end).length > 0
      const expected = counted.filter(({ time }) => fires(time))
      const found = threshold.completions(compiled, all)
      expect(new Set(found)).toEqual(new Set(expected))
      expect(found).toHaveLength(expected.length)

      const wanted = found.filter(() => coin.next().value)
      if (wanted.length === 0) return
      const support = threshold.support(compiled, all, wanted)
      const inWindow = counted.filter((hit) =>
        wanted.some(({ time }) => full(time).some((within) => window(time, within).includes(hit))),
      )
      const isAfter = (hit: Hit) =>
        wanted.some(({ time }) => time <= hit.time && hit.time <= time + 6 * SECOND)
      const worsening = all.filter((hit) => hit.step === 1 && isAfter(hit))
      expect(new Set(support.worsening)).toEqual(new Set(worsening))
      const events = new Set([...inWindow, ...worsening].map(({ event }) => event))
      expect(new Set(support.hits.map(({ event }) => event))).toEqual(events)
      expect(support.hits).toHaveLength(events.size)
      const sizes = wanted.flatMap(({ time }) => full(time).map((within) => held(time, within).records))
      expect(support.facts['peak']).toBe(Math.max(...sizes))
    }),
    { numRuns: CASES },
  )
})
