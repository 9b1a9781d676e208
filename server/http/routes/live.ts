/** The live feed is a WebSocket (`../live.ts`); this says so to whoever asks for it over plain HTTP. */
import { z } from 'zod'
import { Problem } from '../problem.ts'
import { route, type Route } from '../route.ts'

export const LIVE_PATH = '/api/v1/live'
export const liveQuery = z.object({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Revision of the last change seen; absent: only what comes from now on.' }),
})

export function liveRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: LIVE_PATH,
      tag: 'alerts',
      summary: 'WebSocket: changes of alerts and incidents as they happen, and statistics every five seconds',
      access: ['read'],
      query: liveQuery,
      answers: {
        101: { description: 'The feed: hello, then alert, incident and stats messages' },
        426: { description: 'Open it as a WebSocket' },
      },
      handle() {
        throw new Problem('upgradeRequired', 'Open this address as a WebSocket.', {
          headers: { upgrade: 'websocket', connection: 'Upgrade' },
        })
      },
    }),
  ]
}
