/** First start: the token from the printed link makes the first administrator, once. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { createFirstAdmin, isSetUp } from '../auth/users.ts'
import { originOf, sessionCookie, startSession } from '../auth/sessions.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { clientAddress, isEncrypted } from '../proxy.ts'
import { created, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { sessionView } from './session.ts'
import { newPassword, userName } from './users.ts'

const setupInput = z.object({ token: z.string().max(1000), user: userName, password: newPassword })

export function setupRoutes(context: Context): Route[] {
  const { store, settings, attempts, setupToken } = context
  return [
    route({
      method: 'get',
      path: '/api/v1/setup',
      tag: 'access',
      summary: 'Whether the set-up is still open',
      access: 'public',
      answers: { 200: { description: 'Open or done', schema: z.strictObject({ open: z.boolean() }) } },
      handle: async () => ok({ open: setupToken !== null && !(await isSetUp(store)) }),
    }),
    route({
      method: 'post',
      path: '/api/v1/setup',
      tag: 'access',
      summary: 'Make the first administrator',
      access: 'public',
      body: jsonBody(setupInput),
      answers: {
        201: { description: 'Done and signed in; sets the session cookie', schema: answers.session },
        403: { description: 'The token is wrong' },
        409: { description: 'The set-up is done' },
        429: { description: 'Too many attempts' },
      },
      async handle({ request, body }) {
        if (setupToken === null || (await isSetUp(store))) {
          throw new Problem('setupDone', 'There is an administrator already: sign in.')
        }
        const address = clientAddress(request) ?? ''
        await attempts.take(address, 'setup')
        if (!sameText(body.token, setupToken)) {
          throw new Problem('wrongSetupToken', 'Use the whole link that the server printed when it started.')
        }
        await attempts.forgive(address, 'setup')
        const user = await createFirstAdmin(context, body.user, body.password)
        const { token, who } = await startSession(context, user, originOf(request, settings.secureCookie))
        return created(sessionView(who), '/api/v1/session', {
          'set-cookie': sessionCookie(token, isEncrypted(request, settings.secureCookie)),
        })
      },
    }),
  ]
}

function sameText(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
