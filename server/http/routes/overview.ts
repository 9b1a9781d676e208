/** Everything on the dashboard's first page, in one call. */
import type { Overview, StorageView } from '../../domain/api.ts'
import { toIso } from '../../domain/time.ts'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { isoOrNull } from '../views.ts'
import { correlatorView } from './correlator.ts'

const SHOWN_DAYS = 14
const SHOWN_ACCOUNTS = 10

export function overviewRoutes(context: Context): Route[] {
  const { store, traffic, tally } = context
  return [
    route({
      method: 'get',
      path: '/api/v1/overview',
      tag: 'operations',
      summary: 'What needs attention, and whether silence is real',
      access: ['read'],
      answers: { 200: { description: 'The overview; drills are left out', schema: answers.overview } },
      async handle({ now }) {
        const [open, events, sources, correlator, storage, alertsPerDay, riskiest] = await Promise.all([
          tally.open(),
          traffic.events(now),
          traffic.sources(now),
          correlatorView(context, now),
          storageView(context),
          tally.perDay(now, SHOWN_DAYS),
          riskiestAccounts(store),
        ])
        return ok({
          now: toIso(now),
          open,
          events,
          sources,
          correlator,
          storage,
          alertsPerDay,
          riskiest,
        } satisfies Overview)
      },
    }),
  ]
}

export async function storageView({ storage }: Pick<Context, 'storage'>): Promise<StorageView> {
  if (!storage) return { full: false, since: null, freeBytes: null }
  const { full, since, freeBytes } = await storage.state()
  return { full, since: isoOrNull(since), freeBytes }
}

async function riskiestAccounts(store: Context['store']): Promise<Overview['riskiest']> {
  const { items } = await store.incidents({ status: ['open', 'acknowledged'], size: 1000 })
  return items
    .flatMap(({ user, drill, riskScore, severity, summary, id, alertIds }) =>
      user === null || drill
        ? []
        : [{ user, riskScore, severity, summary, incidentId: id, alertId: alertIds.at(-1) ?? null }],
    )
    .sort((a, b) => b.riskScore - a.riskScore)
    .slice(0, SHOWN_ACCOUNTS)
}
