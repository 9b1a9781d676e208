import { expect, test } from 'vitest'
import { parseRelativeTime } from '../../server/domain/relative-time.ts'

// A Tuesday.
const NOW = Date.UTC(2026, 2, 31, 9, 41, 30, 250)

test.each([
  ['now', '2026-03-31T09:41:30.250Z'],
  ['now-1d', '2026-03-30T09:41:30.250Z'],
  ['now+90s', '2026-03-31T09:43:00.250Z'],
  ['now-5m', '2026-03-31T09:36:30.250Z'],
  ['now-5M', '2025-10-31T09:41:30.250Z'],
  ['now-1M', '2026-02-28T09:41:30.250Z'],
  ['now-25M', '2024-02-29T09:41:30.250Z'],
  ['now-1y', '2025-03-31T09:41:30.250Z'],
  ['now-1w', '2026-03-24T09:41:30.250Z'],
  ['now/s', '2026-03-31T09:41:30.000Z'],
  ['now/m', '2026-03-31T09:41:00.000Z'],
  ['now/h', '2026-03-31T09:00:00.000Z'],
  ['now-30d/d', '2026-03-01T00:00:00.000Z'],
  ['now/w', '2026-03-30T00:00:00.000Z'],
  ['now/M', '2026-03-01T00:00:00.000Z'],
  ['now/y', '2026-01-01T00:00:00.000Z'],
  ['now/d-1d+2h', '2026-03-30T02:00:00.000Z'],
])('%s is %s', (text, wanted) => {
  expect(new Date(parseRelativeTime(text, NOW)!).toISOString()).toBe(wanted)
})

test.each([
  '',
  'nowhere',
  'now-',
  'now-1',
  'now-1x',
  'now-0d',
  'now/2d',
  'now - 1d',
  'Now',
  'now-99999999999y',
])('%j is no relative time', (text) => {
  expect(parseRelativeTime(text, NOW)).toBeUndefined()
})
