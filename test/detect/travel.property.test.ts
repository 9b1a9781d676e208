import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hit } from '../../server/domain/hit.ts'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { directionOf, kmBetween } from '../../server/detect/distance.ts'
import { byTime } from '../../server/detect/kinds/kind.ts'
import { type Stay, travel } from '../../server/detect/kinds/travel.ts'
import { CASES, compile, makeRule } from '../support/detection.ts'

const compiled = compile(
  makeRule({
    kind: 'travel',
    query: 'any where true',
    travel: { by: ['user.email'], within: 4 * HOUR, fasterThanKmh: 900, minKm: 500 },
  }),
)

const PLACES: Pick<Stay, 'lat' | 'lon' | 'radiusKm' | 'place'>[] = [
  { lat: 52.52, lon: 13.4, radiusKm: 0, place: 'Berlin' },
  { lat: 52.39, lon: 13.06, radiusKm: 0, place: 'Potsdam' },
  { lat: 48.86, lon: 2.35, radiusKm: 0, place: 'Paris' },
  { lat: 40.71, lon: -74.01, radiusKm: 0, place: 'New York' },
  { lat: 51, lon: 10, radiusKm: 450, place: 'Germany' },
]

const hits: fc.Arbitrary<Hit[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 24 }),
      place: fc.integer({ min: 0, max: PLACES.length - 1 }),
      dataset: fc.constantFrom('a', 'a', 'b'),
      record: fc.option(fc.constantFrom('r1', 'r2'), { freq: 3 }),
      again: fc.option(fc.constant(0.4), { freq: 5 }),
    }),
    { maxLength: 9 },
  )
  .map((told) =>
    told.flatMap(({ time, place, dataset, record, again }, i) => {
      const value = { ...PLACES[place]!, dataset, record: record ?? `e${i}` }
      const at = { time: time * 15 * MINUTE, event: `e${i}`, step: 0, account: null, value }
      const one = { rule: 'r', version: 1, key: '["k"]', ...at }
      return again === null ? [one] : [one, { ...one, time: one.time + again * 1000 }]
    }),
  )

function speed(a: Hit, b: Hit): { km: number; kmh: number } | null {
  const [from, to] = [a.value as Stay, b.value as Stay]
  if (from.dataset !== to.dataset || from.record === to.record || b.time - a.time > 4 * HOUR) return null
  const circle = kmBetween(directionOf(from.lat, from.lon), directionOf(to.lat, to.lon))
  const km = circle - from.radiusKm - to.radiusKm
  const hours = Math.max(b.time - a.time, MINUTE) / HOUR
  return km >= 500 && km / hours > 900 ? { km, kmh: km / hours } : null
}

test('travel completes wherever any earlier success is too far away, and both ends are evidence', () => {
  fc.assert(
    fc.property(hits, fc.infiniteStream(fc.boolean()), (all, coin) => {
      const inOrder = all.toSorted(byTime)
      const pairs = inOrder.flatMap((to, i) =>
        inOrder.slice(0, i).flatMap((from) => {
          const found = speed(from, to)
          return found ? [{ from, to, ...found }] : []
        }),
      )
      const found = travel.completions(compiled, all)
      expect(new Set(found)).toEqual(new Set(pairs.map(({ to }) => to)))

      const wanted = found.filter(() => coin.next().value)
      if (wanted.length === 0) return
      const ours = pairs.filter(({ to }) => wanted.includes(to))
      const support = travel.support(compiled, all, wanted)
      const events = new Set(ours.flatMap(({ from, to }) => [from.event, to.event]))
      expect(new Set(support.hits.map(({ event }) => event))).toEqual(events)
      expect(support.facts['kmh']).toBe(Math.round(Math.max(...ours.map(({ kmh }) => kmh))))
    }),
    { numRuns: CASES },
  )
})
