import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { threshold } from '../../server/detect/kinds/threshold.ts'
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
      const distinct = [ip, ip, null]
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
      const window = (end: number) => counted.filter(({ time }) => end - 4 * SECOND <= time && time <= end)
      const fires = (end: number) => {
        const records = new Set(window(end).map(({ value }) => (value as { record: string }).record)).size
        const ips = new Set(
          window(end).flatMap(({ value }) => (value as { distinct: string[] }).distinct[0] ?? []),
        ).size
        return ips >= 3 || (ips >= 2 && records >= 4) || records >= 5
      }
      const expected = counted.filter(({ time }) => fires(time))
      const found = threshold.completions(compiled, all)
      expect(new Set(found)).toEqual(new Set(expected))
      expect(found).toHaveLength(expected.length)

      const wanted = found.filter(() => coin.next().value)
      if (wanted.length === 0) return
      const support = threshold.support(compiled, all, wanted)
      const inWindow = counted.filter((hit) => wanted.some(({ time }) => window(time).includes(hit)))
      const isAfter = (hit: Hit) =>
        wanted.some(({ time }) => time <= hit.time && hit.time <= time + 6 * SECOND)
      const worsening = all.filter((hit) => hit.step === 1 && isAfter(hit))
      expect(new Set(support.worsening)).toEqual(new Set(worsening))
      const events = new Set([...inWindow, ...worsening].map(({ event }) => event))
      expect(new Set(support.hits.map(({ event }) => event))).toEqual(events)
      expect(support.hits).toHaveLength(events.size)
      const sizes = wanted.map(
        ({ time }) => new Set(window(time).map((hit) => (hit.value as { record: string }).record)).size,
      )
      expect(support.facts['peak']).toBe(Math.max(...sizes))
    }),
    { numRuns: CASES },
  )
})
