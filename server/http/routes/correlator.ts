/** The correlator: how far it is, and a run on demand. */
import { z } from 'zod'
import type { CorrelatorView } from '../../domain/api.ts'
import { keyValues } from '../../domain/hit.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { isoOrNull } from '../views.ts'

export function correlatorRoutes(context: Context): Route[] {
  const { store, correlator } = context
  return [
    route({
      method: 'get',
      path: '/api/v1/correlator',
      tag: 'operations',
      summary:
        'Lag, pending groups, last run, up to when each dataset is complete, late logs and keys too common',
      access: ['read'],
      answers: { 200: { description: 'The state', schema: answers.correlator } },
      async handle({ now }) {
        const [view, { lastError, tooCommon }, state, sources] = await Promise.all([
          correlatorView(context, now),
          correlator.state(),
          store.state(),
          store.sources(),
        ])
        const upTo: Record<string, Millis> = {}
        for (const { dataset, lastEventTime, lastReceivedAt } of sources) {
          // Nothing was rejected only: a dataset without events has no time.
          if (lastEventTime > 0)
            upTo[dataset] = Math.max(upTo[dataset] ?? 0, Math.min(lastEventTime, lastReceivedAt))
        }
        const limit = state.oldestPending ?? Infinity
        const completeUpTo = Object.fromEntries(
          Object.entries(upTo).map(([dataset, time]) => [dataset, toIso(Math.min(time, limit))]),
        )
        return ok({
          ...view,
          oldestPending: isoOrNull(state.oldestPending),
          lastError,
          completeUpTo,
          late: state.late,
          tooLate: state.tooLate,
          ahead: state.ahead,
          tooCommon: (tooCommon ?? []).map(({ rule, key, hits, at }) => ({
            ruleId: rule,
            values: keyValues(key),
            hits,
            at: toIso(at),
          })),
        })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/correlator/run',
      tag: 'operations',
      summary: 'Correlate what is due; answers when none is left',
      access: ['write'],
      body: jsonBody(
        z.object({
          force: z.boolean().optional().meta({ description: 'Also what still waits for late logs.' }),
        }),
        true,
      ),
      answers: { 200: { description: 'What the run did', schema: answers.correlatorRun } },
      async handle({ body, who, now }) {
        const force = body.force ?? false
        await store.note({
          at: now,
          actor: who.name,
          verb: 'correlator.run',
          subject: 'correlator',
          detail: { force },
        })
        const { settled, raised, extended, merged, withdrawn } = await correlator.run({ force })
        return ok({ settled, raised, extended, merged, withdrawn })
      },
    }),
  ]
}

export async function correlatorView({ store, correlator }: Context, now: Millis): Promise<CorrelatorView> {
  const [{ lastRunAt, rules }, { pending, oldestPending }] = await Promise.all([
    correlator.state(),
    store.state(),
  ])
  const lagMs = oldestPending === null ? 0 : Math.max(0, now - oldestPending)
  return { lastRunAt: isoOrNull(lastRunAt), pending, lagMs, rules }
}
