/** What each rule has raised of late, and how people closed it. */
import { z } from 'zod'
import { toIso } from '../../domain/time.ts'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const query = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(30).meta({
    description: 'Local days of the server, today included.',
  }),
})

export function ruleActivityRoutes({ tally }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/rule-activity',
      tag: 'rules',
      summary: 'Alerts of each rule by day, and how many were false; drills are left out',
      access: ['read'],
      query,
      answers: {
        200: {
          description: 'One entry a rule that ever raised an alert',
          schema: answers.listOf('rules', answers.ruleActivity),
        },
      },
      async handle({ query: { days }, now }) {
        const rules = await tally.perRule(now, days)
        return ok({
          rules: rules.map((rule) => ({ ...rule, lastSeen: toIso(rule.lastSeen) })),
          nextCursor: null,
        })
      },
    }),
  ]
}
