/** How much is written to the log, changed while the server runs, e.g. to look into something that is going on. */
import { z } from 'zod'
import type { LogLevelView } from '../../domain/api/log-level.ts'
import { LOG_LEVELS } from '../../domain/log-level.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas/log-level.ts'

const PATH = '/api/v1/log-level'

export function logLevelRoutes({ logLevel, store }: Context): Route[] {
  const view = (): LogLevelView => ({ level: logLevel.current(), atStart: logLevel.atStart })
  return [
    route({
      method: 'get',
      path: PATH,
      tag: 'operations',
      summary: 'How much is written to the log',
      access: ['read'],
      answers: { 200: { description: 'The level', schema: answers.logLevel } },
      handle: () => ok(view()),
    }),
    route({
      method: 'put',
      path: PATH,
      tag: 'operations',
      summary: 'Write more or less to the log until the server is started again',
      access: ['admin'],
      body: jsonBody(z.strictObject({ level: z.enum(LOG_LEVELS) })),
      answers: { 200: { description: 'The level, from now on', schema: answers.logLevel } },
      async handle({ who, body: { level }, now }) {
        const from = logLevel.current()
        // Noted first: nobody silences the log without a trace.
        const detail = { from, to: level }
        const change = { before: { level: from }, after: { level } }
        const entry = { actor: who.name, verb: 'log-level.change', subject: 'log', detail, change }
        await store.note({ at: now, ...entry })
        await logLevel.set(level)
        return ok(view())
      },
    }),
  ]
}
