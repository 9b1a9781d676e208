import { expect, test } from 'vitest'
import { detectionNow } from '../../client/src/text/detection.ts'

const NOW = Date.parse('2026-03-02T10:00:00.000Z')
const SECOND = 1000

test.each([
  ['not run yet', null, 0, 'never', 'Detection has not run yet'],
  ['just now', 3 * SECOND, 0, 'fresh', 'Detection ran 3 s ago'],
  ['with a short wait, which is usual', 8 * SECOND, 30 * SECOND, 'fresh', 'Detection ran 8 s ago'],
  ['running, but not keeping up', 2 * SECOND, 125 * SECOND, 'behind', 'Detection is 2 min 5 s behind'],
  ['silent for several beats', 300 * SECOND, 0, 'stopped', 'Detection last ran 5 min ago'],
  ['by a clock ahead of this one', -2 * SECOND, 0, 'fresh', 'Detection ran 0 s ago'],
] as const)('detection that is %s is told as such', (_, ago, lagMs, state, words) => {
  const lastRunAt = ago === null ? null : new Date(NOW - ago).toISOString()
  expect(detectionNow({ lastRunAt, lagMs, pending: 0, rules: 1 }, NOW)).toEqual({ state, words })
})
