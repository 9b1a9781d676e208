/** Who did what, and when. */
import { z } from 'zod'
import type { Context } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { paging } from '../query.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { auditView } from '../views.ts'

const verdict = z.union([
  z.strictObject({ unbroken: z.literal(true), entries: z.int(), head: z.string() }),
  z.strictObject({
    unbroken: z.literal(false),
    entries: z.int().meta({ description: 'Those before the break.' }),
    at: z.int(),
    why: z.string(),
  }),
])

export function auditRoutes({ store }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/audit',
      tag: 'operations',
      summary: 'The audit trail',
      access: ['admin'],
      query: z.object(paging),
      answers: {
        200: { description: 'Entries, newest first', schema: answers.listOf('audit', answers.auditEntry) },
      },
      async handle({ query: { size, cursor } }) {
        const { items, nextCursor } = await store.audit(size, openCursor('audit', cursor).cursor)
        return ok({ audit: items.map(auditView), nextCursor: sealCursor('audit', nextCursor) })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/audit/verify',
      tag: 'operations',
      summary: 'Whether the audit trail is as it was written',
      access: ['admin'],
      answers: {
        200: { description: 'The verdict; `head` may be kept elsewhere to compare', schema: verdict },
      },
      handle: async () => ok(await store.verifyAudit()),
    }),
  ]
}
