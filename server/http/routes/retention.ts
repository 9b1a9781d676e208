/** What is kept, for how long, and what was removed. */
import { z } from 'zod'
import type { RemovedView, RetentionView } from '../../domain/api/keeping.ts'
import { DAY, HOUR, type Millis, toIso } from '../../domain/time.ts'
import { incidentsKept } from '../../pipeline/retention.ts'
import type { RemovedOnDay } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas/keeping.ts'

const days = z.coerce
  .number('must be a number of days')
  .int('must be a whole number of days')
  .min(1)
  .max(730)
  .default(30)
  .meta({ description: 'Tell what was removed on so many days.' })

export function retentionRoutes(context: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/retention',
      tag: 'operations',
      summary: 'How long logs are kept, what they take, and what was removed',
      access: ['read'],
      query: z.object({ days }),
      answers: { 200: { description: 'What is kept and what was removed', schema: answers.retention } },
      handle: async ({ query, now }) =>
        ok(await retentionView(context, Math.floor(now / DAY) - query.days + 1)),
    }),
  ]
}

async function retentionView({ store, retention, settings }: Context, since: number): Promise<RetentionView> {
  const [removed, oldest, state, { used }] = await Promise.all([
    store.removed(since),
    store.oldestReceipt(),
    retention?.state(),
    store.size(),
  ])
  const kept = settings.retention ?? null
  return {
    retention: kept === null ? null : spanText(kept),
    incidents: kept === null ? null : spanText(incidentsKept(kept)),
    maxDisk: state && Number.isFinite(state.limit) ? state.limit : null,
    bytes: state?.used ?? used,
    short: state?.isShort ?? false,
    oldestEvent: oldest === null ? null : toIso(oldest),
    removed: removedViews(removed),
    next: oldest === null || kept === null ? null : { at: toIso(oldest + kept), reason: 'age' },
  }
}

/** One entry a day and reason, in the order in which they come. */
function removedViews(rows: RemovedOnDay[]): RemovedView[] {
  const groups = Map.groupBy(
    rows.filter(({ what }) => what !== 'receipts' && what !== 'deliveries'),
    ({ day, reason }) => `${day} ${reason}`,
  )
  return [...groups.values()].map((group) => {
    const of = (what: RemovedOnDay['what']) => group.find((row) => row.what === what)
    const events = of('events')
    return {
      at: toIso(Math.max(...group.map(({ at }) => at))),
      reason: group[0]!.reason,
      events: events?.items ?? 0,
      incidents: of('incidents')?.items ?? 0,
      rejected: of('rejected')?.items ?? 0,
      from: events?.from == null ? null : toIso(events.from),
      to: events?.to == null ? null : toIso(events.to),
    }
  })
}

function spanText(span: Millis): string {
  return span % DAY === 0 ? `${span / DAY}d` : span % HOUR === 0 ? `${span / HOUR}h` : `${span / 1000}s`
}
