import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY, extended, type Feed, loaded, received, revealed } from '../../client/src/live/feed.ts'
import { bySeverity } from '../../client/src/live/order.ts'
import { retryDelay } from '../../client/src/live/backoff.ts'
import type { AlertView } from '../../server/domain/api.ts'
import { SEVERITIES, STATUSES } from '../../server/domain/alert.ts'
import { alertOf, at } from './alert.ts'

const rule = {
  belongs: (alert: AlertView) =>
    alert.mergedInto === null && (alert.status === 'open' || alert.status === 'acknowledged'),
  order: bySeverity,
}
const shown = (feed: Feed) => feed.shown.map((alert) => alert.id)
const waiting = (feed: Feed) => feed.waiting.map((alert) => alert.id)

describe('a list of alerts that is being read', () => {
  const first = alertOf({ id: 'first', severity: 'medium', revision: 5 })
  const feed = loaded([first], rule)

  test('the first alert of an empty list shows at once', () => {
    expect(shown(received(EMPTY, first, rule))).toEqual(['first'])
  })

  test('a new alert waits, even a critical one, until it is asked for', () => {
    const critical = alertOf({ id: 'critical', severity: 'critical', revision: 6 })
    const after = received(feed, critical, rule)
    expect([shown(after), waiting(after)]).toEqual([['first'], ['critical']])
    expect(shown(revealed(after, rule))).toEqual(['critical', 'first'])
  })

  test('an alert on screen changes in place, and keeps its place when it is closed', () => {
    const after = received(feed, { ...first, status: 'closed', revision: 6 }, rule)
    expect(after.shown[0]!.status).toBe('closed')
    expect(shown(revealed(after, rule))).toEqual([])
  })

  test('news that comes late changes nothing', () => {
    expect(received(feed, { ...first, status: 'closed', revision: 4 }, rule)).toBe(feed)
  })

  test('an alert that is closed while it waits is gone from the pill', () => {
    const low = alertOf({ id: 'low', revision: 6 })
    const after = received(received(feed, low, rule), { ...low, status: 'closed', revision: 7 }, rule)
    expect(waiting(after)).toEqual([])
  })

  test('an alert that does not belong never shows', () => {
    expect(received(feed, alertOf({ id: 'x', status: 'closed', revision: 9 }), rule)).toBe(feed)
    expect(received(EMPTY, alertOf({ id: 'x', mergedInto: 'first', revision: 9 }), rule)).toEqual(EMPTY)
  })

  test('further pages go to the end, without what is there already', () => {
    const more = extended(feed, [first, alertOf({ id: 'older', severity: 'critical' })], rule)
    expect(shown(more)).toEqual(['first', 'older'])
  })

  test('a drill stands after every real alert', () => {
    const drill = alertOf({ id: 'drill', severity: 'critical', drill: true })
    expect(shown(loaded([drill, first], rule))).toEqual(['first', 'drill'])
  })

  test('rows never move by themselves, and nothing is lost, whatever comes in', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      severity: fc.constantFrom(...SEVERITIES),
      status: fc.constantFrom(...STATUSES),
      raisedAt: fc.integer({ min: 0, max: 100 }).map(at),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let now = EMPTY
        const last = new Map<string, AlertView>()
        for (const [i, parts] of changes.entries()) {
          const before = shown(now)
          const alert = alertOf({ ...parts, revision: i + 1 })
          last.set(alert.id, alert)
          now = received(now, alert, rule)
          if (before.length > 0) expect(shown(now)).toEqual(before)
        }
        const open = [...last.values()].filter(rule.belongs).toSorted(bySeverity)
        expect(shown(revealed(now, rule))).toEqual(open.map((alert) => alert.id))
      }),
    )
  })
})

test.each([
  [0, 800, 1_200],
  [1, 1_600, 2_400],
  [2, 3_200, 4_800],
  [3, 6_400, 9_600],
  [4, 12_000, 18_000],
  [40, 12_000, 18_000],
])('try %i waits between %i and %i ms', (attempt, least, most) => {
  expect(retryDelay(attempt, 0)).toBe(least)
  expect(retryDelay(attempt, 0.999_999)).toBeLessThanOrEqual(most)
})
