/**
 * A simulated tenant through the real pipeline, in the order of arrival, shuffled, at once, and with the store dropped
 * where it stands: the same alerts.
 */
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { feed, type FeedOptions, shuffled } from '../support/tenant/feed.ts'
import { score } from '../support/tenant/score.ts'
import { type Arrival, organisationOf, readTenant, tenantFolder } from '../support/tenant/truth.ts'
import { standingEssence } from '../support/tenant/essence.ts'

const folder = tenantFolder()

describe.skipIf(!folder)('a tenant of ../shared/tenant (skipped where the shared folder is absent)', () => {
  test(
    'gives the same alerts in order, shuffled, at once, and with stops in the middle',
    { timeout: 300_000 },
    async () => {
      const { truth, arrivals } = readTenant(folder!)
      // One of its days, so that it takes no longer than it must.
      const [from, to] = [Date.parse(truth.start) + 48 * HOUR, Date.parse(truth.start) + 72 * HOUR]
      const some = arrivals.filter(({ arrivedAt }) => from <= arrivedAt && arrivedAt < to)
      const organisation = organisationOf(truth)
      const run = async (records: readonly Arrival[], options: FeedOptions) =>
        (await feed(records, { organisation, ...options })).alerts
      const inOrder = await run(some, { every: 10 * MINUTE })
      const found = score(truth, inOrder)
      expect(found.found.length).toBeGreaterThan(5)
      expect(found.duplicates).toEqual([])
      const wanted = standingEssence(inOrder)
      const all = some.length
      expect(standingEssence(await run(shuffled(some, 7), { size: 1000 }))).toEqual(wanted)
      const stops = { bulk: true, killAfter: [all * 0.3, all * 0.6] }
      expect(standingEssence(await run(shuffled(some, 8), stops))).toEqual(wanted)
    },
  )
})
