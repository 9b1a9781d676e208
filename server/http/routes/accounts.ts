/** One account: what is usual for it, what is new, and what is wrong with it. */
import type { AccountView } from '../../domain/api.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { alertView, incidentView } from '../views.ts'

// Alerts with their evidence are large.
const SHOWN = 20
const STANDING = ['open', 'acknowledged'] as const

export function accountRoutes({ store, search }: Context): Route[] {
  /** Its alerts and incidents outlive its events, and closed ones are known too. */
  async function isKnown(user: string): Promise<boolean> {
    const [alerts, incidents] = await Promise.all([
      store.alerts({ user, size: 1 }),
      store.incidents({ user, size: 1 }),
    ])
    return alerts.items.length + incidents.items.length > 0
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/accounts/{address}',
      tag: 'alerts',
      summary: 'What is usual for an account, what is new, its open alerts and incidents',
      access: ['read'],
      answers: {
        200: { description: 'The account; its address in any case', schema: answers.account },
        404: { description: 'Neither an event nor an alert names it' },
      },
      async handle({ params, now, signal }) {
        const user = params.address!.toLowerCase()
        const filter = { user, status: [...STANDING], size: SHOWN }
        const [history, alerts, incidents] = await Promise.all([
          search.account({ account: user, now }, signal),
          store.alerts({ ...filter, buildingBlock: false }),
          store.incidents(filter),
        ]).catch((error: unknown) => {
          if (signal.aborted) return [null, null, null] as const
          throw error
        })
        // Nobody hears this answer.
        if (!alerts || !incidents) return { status: 499 }
        if (!history && !(await isKnown(user))) {
          throw new Problem(
            'notFound',
            `No log and no alert names the account ${JSON.stringify(params.address)}.`,
          )
        }
        return ok({
          account: user,
          history,
          alerts: alerts.items.map(alertView),
          incidents: incidents.items.map(incidentView),
        } satisfies AccountView)
      },
    }),
  ]
}
