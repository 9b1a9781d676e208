/** A new password of one's own. */
import { z } from 'zod'
import { LONGEST_PASSWORD } from '../auth/passwords.ts'
import { originOf, sessionCookie, startSession } from '../auth/sessions.ts'
import { changeUser, checkPassword } from '../auth/users.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { clientAddress, isEncrypted } from '../proxy.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { sessionView } from './session.ts'
import { newPassword } from './users.ts'

const change = z.strictObject({ current: z.string().max(LONGEST_PASSWORD), new: newPassword })

export function passwordRoutes(context: Context): Route[] {
  const { store, attempts, settings } = context
  return [
    route({
      method: 'post',
      path: '/api/v1/session/password',
      tag: 'access',
      summary: 'Change your own password; every other session of yours ends',
      access: ['read'],
      body: jsonBody(change),
      answers: {
        200: { description: 'Changed; sets a new session cookie', schema: answers.session },
        403: { description: 'The request came with a key' },
        422: { description: 'The current password is wrong, or the new one too short' },
        429: { description: 'Too many attempts' },
      },
      async handle({ who, body, request }) {
        if (!who.session) throw new Problem('forbidden', 'A key has no password: sign in.')
        const { user } = who.session
        const address = clientAddress(request) ?? ''
        await attempts.take(address, user)
        if (!(await checkPassword(store, user, body.current))) {
          const message = 'The current password is wrong.'
          throw new Problem('invalid', message, { errors: [{ message, path: 'current' }] })
        }
        await attempts.forgive(address, user)
        // Ends all of them, this one too: whoever had its cookie has it no longer.
        const changed = await changeUser(context, user, { password: body.new }, who.name)
        const { token, who: again } = await startSession(
          context,
          changed,
          originOf(request, settings.secureCookie),
        )
        const cookie = sessionCookie(token, isEncrypted(request, settings.secureCookie))
        return ok(sessionView(again), { 'set-cookie': cookie })
      },
    }),
  ]
}
