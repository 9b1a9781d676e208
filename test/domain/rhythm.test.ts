import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { delayQuantile, delayStep } from '../../server/domain/delay.ts'
import { type ActiveHour, silentSince, usualPause, usualRate } from '../../server/domain/rhythm.ts'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'

/** Monday 2026-09-07 00:00 UTC. */
const MONDAY = Date.UTC(2026, 8, 7)
const WEEK = 7 * DAY

/** The hours that these instants make, `size` events each. */
function hoursOf(times: readonly number[], size = 1): ActiveHour[] {
  const perHour = Map.groupBy(times, (time) => Math.floor(time / HOUR) * HOUR)
  return [...perHour].map(([hour, within]) => {
    const minutes = within.map((time) => Math.floor(time / MINUTE) * MINUTE)
    const pauses = minutes.slice(1).map((minute, i) => minute - minutes[i]!)
    const pause = Math.max(0, ...pauses)
    return { hour, events: within.length * size, first: minutes[0]!, last: minutes.at(-1)!, pause }
  })
}
const past = (times: readonly number[], size = 1) => ({
  hours: hoursOf(times, size),
  first: times[0]!,
  last: times.at(-1)!,
})
/** Every `every` from `from` on, before `to`, where `at` says so. */
function times(
  from: number,
  to: number,
  every: number,
  at: (time: number) => boolean = () => true,
): number[] {
  return Array.from({ length: Math.ceil((to - from) / every) }, (_, i) => from + i * every).filter(at)
}
/** An office: Monday to Friday, 8:00 to 18:00. */
const office = (time: number) => {
  const day = Math.floor((time - MONDAY) / DAY) % 7
  const hour = ((time - MONDAY) % DAY) / HOUR
  return day < 5 && hour >= 8 && hour < 18
}
/** The first minute after `from` at which it is called silent, in hours after `from`; null within a week. */
function silentAfter(told: ReturnType<typeof past>): number | null {
  for (let now = told.last; now < told.last + WEEK; now += 5 * MINUTE) {
    if (silentSince(told, now) !== null) return (now - told.last) / HOUR
  }
  return null
}

describe('a source is called silent', () => {
  const monthEnd = MONDAY + 4 * WEEK
  test.each([
    ['that sends every minute: after ten minutes', times(MONDAY, MONDAY + 6 * HOUR, MINUTE), [0, 0.3]],
    ['that sends every hour: after two', times(MONDAY, MONDAY + DAY, HOUR), [2, 2.2]],
    ['that sends once a day: two hours after its time', times(MONDAY, MONDAY + 9 * DAY, DAY), [26, 26.2]],
    [
      'of an office, on a Tuesday at ten: within the hour',
      times(MONDAY, monthEnd + DAY + 10 * HOUR, 5 * MINUTE, office),
      [0, 1],
    ],
    [
      'of an office, on a Tuesday evening: two hours into Wednesday',
      times(MONDAY, monthEnd + DAY + 18 * HOUR, 5 * MINUTE, office),
      [16, 16.5],
    ],
    [
      'of an office, on a Friday evening: two hours into Monday',
      times(MONDAY, monthEnd + 5 * DAY, 5 * MINUTE, office),
      [64, 64.5],
    ],
  ])('%s', (_, heard, [least, most]) => {
    const after = silentAfter(past(heard))
    expect(after).toBeGreaterThan(least!)
    expect(after).toBeLessThanOrEqual(most!)
  })

  test('and one outage of two days in a month does not teach it to be patient', () => {
    const outage = MONDAY + 2 * WEEK + DAY
    const heard = times(MONDAY, monthEnd + DAY + HOUR, MINUTE, (at) => at < outage || at > outage + 2 * DAY)
    expect(silentAfter(past(heard))).toBeLessThan(0.5)
  })

  test('not in the middle of its weekend because one record came on a Saturday', () => {
    const saturday = monthEnd + 5 * DAY + 12 * HOUR
    const after = silentAfter(past([...times(MONDAY, monthEnd + 5 * DAY, 5 * MINUTE, office), saturday]))
    // Until Monday at eight it is 44 hours.
    expect(after).toBeGreaterThan(44)
    expect(after).toBeLessThanOrEqual(46.5)
  })

  test('never while it keeps to a pattern of its own, whatever the pattern', () => {
    const minuteOfDay = fc.integer({ min: 0, max: 1439 })
    fc.assert(
      fc.property(
        fc.uniqueArray(minuteOfDay, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (minutes, weekends) => {
          const daily = [...minutes].sort((a, b) => a - b)
          const heard = Array.from({ length: 28 }, (_, day) => day)
            .filter((day) => weekends || day % 7 < 5)
            .flatMap((day) => daily.map((minute) => MONDAY + day * DAY + minute * MINUTE))
          for (let i = heard.length - daily.length * 3; i < heard.length; i++) {
            const until = heard.slice(0, i)
            expect(silentSince(past(until), heard[i]!)).toBeNull()
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('not when it came once, as an import', () => {
    expect(silentAfter(past(times(MONDAY, MONDAY + 8 * MINUTE, MINUTE)))).toBeNull()
    expect(usualPause(past([MONDAY]))).toBeNull()
  })
})

describe('the usual rate', () => {
  test('is the median of the same hour of the week, quiet weeks included', () => {
    const heard = times(MONDAY, MONDAY + 4 * WEEK, 10 * MINUTE, office)
    const monday = MONDAY + 4 * WEEK
    expect(usualRate(past(heard, 10), monday + 9.5 * HOUR)).toEqual({ perMinute: 1, basis: 'hour-of-week' })
    expect(usualRate(past(heard, 10), monday + 3 * HOUR)).toEqual({ perMinute: 0, basis: 'hour-of-week' })
  })
  test('is the mean of the day before in the first two weeks, and nothing in the first hour', () => {
    const heard = times(MONDAY, MONDAY + 30 * HOUR, MINUTE)
    expect(usualRate(past(heard, 3), MONDAY + 30 * HOUR)).toEqual({ perMinute: 3, basis: 'day-before' })
    expect(usualRate(past(heard.slice(0, 30)), MONDAY + 30 * MINUTE)).toBeNull()
  })
})

test('a quantile of counted delays is within 10 % of the exact one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 200, max: 90 * DAY }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.5, 0.95),
      (delays, share) => {
        const counts = [...Map.groupBy(delays, delayStep)].map(([step, of]) => ({ step, events: of.length }))
        const exact = [...delays].sort((a, b) => a - b)[Math.ceil(share * delays.length) - 1]!
        expect(Math.abs(delayQuantile(counts, share)! / exact - 1)).toBeLessThan(0.1)
      },
    ),
  )
  expect(delayQuantile([], 0.5)).toBeNull()
  expect(delayQuantile([{ step: delayStep(-5), events: 2 }], 0.5)).toBe(0)
})
