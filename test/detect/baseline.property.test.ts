import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { threshold } from '../../server/detect/kinds/threshold.ts'
import { SECOND } from '../../server/domain/time.ts'
import { CASES, compile, makeRule } from '../support/detection.ts'

const WITHIN = 3 * SECOND
const HISTORY = 9 * SECOND
const LEARN = 4 * SECOND
const compiled = compile(
  makeRule({
    kind: 'threshold',
    query: 'any where true',
    threshold: {
      by: ['user.email'],
      atLeast: 2,
      within: WITHIN,
      distinct: [],
      baseline: { history: HISTORY, times: 1.5, learn: LEARN },
      or: [{ atLeast: 4, distinct: [] }],
    },
  }),
)

const hits: fc.Arbitrary<Hit[]> = fc
  .array(fc.record({ time: fc.integer({ min: 0, max: 24 }), step: fc.constantFrom(0, 0, 0, 1) }), {
    maxLength: 20,
  })
  .map((told) =>
    told.map(({ time, step }, i) => ({
      rule: 'r',
      version: 1,
      key: '["k"]',
      time: time * SECOND,
      event: `e${i}`,
      step,
      account: null,
      value: step === 0 ? { record: `e${i}`, distinct: [null, null] } : null,
    })),
  )

test('a baseline holds back what is no more than usual for the key, and what is not known for long enough', () => {
  fc.assert(
    fc.property(hits, (all) => {
      const counted = all.filter(({ step }) => step === 0)
      const count = (end: number) => counted.filter(({ time }) => end - WITHIN <= time && time <= end).length
      const usual = (end: number) => {
        const begin = end - WITHIN
        const isKnown = all.some(({ time }) => begin - HISTORY <= time && time <= begin - LEARN)
        const before = counted.filter(({ time }) => begin - HISTORY <= time && time < begin)
        return isKnown ? Math.max(0, ...before.map(({ time }) => count(time))) : null
      }
      const isUnusual = (end: number) => {
        const most = usual(end)
        return count(end) >= 2 && most !== null && count(end) > 1.5 * most
      }
      const expected = counted.filter(({ time }) => isUnusual(time) || count(time) >= 4)
      const found = threshold.completions(compiled, all)
      expect(new Set(found)).toEqual(new Set(expected))
      expect(found).toHaveLength(expected.length)
      if (found.length === 0) return
      const { facts } = threshold.support(compiled, all, found)
      const told = expected.filter(({ time }) => isUnusual(time)).map(({ time }) => usual(time)!)
      expect(facts['baseline']).toBe(told.length > 0 ? Math.min(...told) : undefined)
    }),
    { numRuns: CASES },
  )
})
