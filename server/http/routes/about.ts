/** What this installation is: its version, what it holds, and how it is set up. Nothing secret. */
import { z } from 'zod'
import { DAY } from '../../domain/time.ts'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'

const about = z.strictObject({
  version: z.string(),
  runtime: z.string().meta({ description: 'The version of Node.js.' }),
  events: z.int(),
  bytes: z.int().meta({ description: 'Of the store on the disk.' }),
  freeBytes: z.int().nullable().meta({ description: 'What the disk has left; null: unknown.' }),
  retentionDays: z.number().nullable().meta({ description: 'How long events are kept; null: for ever.' }),
  tls: z.boolean(),
  publicUrl: z.string().nullable(),
})

export function aboutRoutes({ store, storage, settings }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/about',
      tag: 'operations',
      summary: 'What this installation is and holds',
      access: ['read'],
      answers: { 200: { description: 'The installation', schema: about } },
      async handle() {
        const [{ events, bytes }, disk] = await Promise.all([store.state(), storage?.state()])
        return ok({
          version: settings.version,
          runtime: process.version,
          events,
          bytes,
          freeBytes: disk?.freeBytes ?? null,
          retentionDays: settings.retention === undefined ? null : settings.retention / DAY,
          tls: Boolean(settings.tls),
          publicUrl: settings.publicUrl,
        } satisfies z.output<typeof about>)
      },
    }),
  ]
}
