/** What sends logs, in which rhythm, and what has fallen silent. */
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

export function sourceRoutes({ traffic }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/sources',
      tag: 'operations',
      summary: 'Sources: last event, rate, usual rate, delay, silent since',
      access: ['read'],
      answers: {
        200: {
          description: 'One entry a source and dataset',
          schema: answers.listOf('sources', answers.source),
        },
      },
      handle: async ({ now }) => ok({ sources: await traffic.sources(now), nextCursor: null }),
    }),
  ]
}
