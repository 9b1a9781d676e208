/** Which rules could fire right now, and why the others could not. */
import { z } from 'zod'
import type { Context } from '../context.ts'
import { coverageView } from '../installation-review.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const coverageQuery = z.object({ rule: z.string().max(300).optional() })

export function coverageRoutes({ rules, coverage, settings, store }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/coverage',
      tag: 'rules',
      summary: 'Per rule: can it fire right now, and if not, why',
      access: ['read'],
      query: coverageQuery,
      answers: {
        200: { description: 'All rules', schema: answers.listOf('rules', answers.ruleCoverage) },
      },
      async handle({ query }) {
        const stored = (await rules.list()).filter(({ rule }) => !query.rule || rule.id === query.rule)
        const found = await coverage.coverage(
          stored.map(({ rule }) => rule),
          settings.retention ?? null,
        )
        const { oldestPending } = await store.state()
        return ok({ rules: found.map((one) => coverageView(one, oldestPending)), nextCursor: null })
      },
    }),
  ]
}
