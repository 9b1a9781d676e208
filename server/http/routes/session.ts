/** Signing in and out. */
import { z } from 'zod'
import type { SessionView } from '../../domain/api.ts'
import { toIso } from '../../domain/time.ts'
import { LONGEST_PASSWORD } from '../auth/passwords.ts'
import { clearedCookie, endSession, originOf, sessionCookie, startSession } from '../auth/sessions.ts'
import { factorState, takeCode } from '../auth/totp.ts'
import { checkPassword, findUser, userId } from '../auth/users.ts'
import type { Who } from '../auth/who.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { clientAddress, isEncrypted } from '../proxy.ts'
import { created, noContent, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const signIn = z.object({
  user: z.string().min(1).max(200),
  password: z.string().max(LONGEST_PASSWORD),
  code: z.string().max(40).optional(),
})
const whoAmI = z.union([
  answers.session,
  z.strictObject({
    key: z.string().meta({ description: 'The name of the key that was sent.' }),
    scopes: answers.session.shape.scopes,
  }),
])

const UNKNOWN = '(unknown user)'

export function sessionRoutes(context: Context): Route[] {
  const { store, settings, attempts, devices } = context
  return [
    route({
      method: 'post',
      path: '/api/v1/session',
      tag: 'access',
      summary: 'Sign in',
      access: 'public',
      body: jsonBody(signIn),
      answers: {
        201: { description: 'Signed in; sets the session cookie', schema: answers.session },
        401: { description: 'User, password or code is wrong, or a code is needed' },
        429: { description: 'Too many attempts' },
      },
      async handle({ request, body, now }) {
        const address = clientAddress(request) ?? ''
        const name = userId(body.user)
        const device = await devices.known(request, name)
        await attempts.take(address, name, device)
        const user = await checkPassword(store, body.user, body.password)
        if (!user) {
          // Of a name that nobody has nothing is kept: people type their password into the wrong field.
          const subject = (await findUser(store, name)) ? name : UNKNOWN
          await store.note({ at: now, actor: subject, verb: 'session.refused', subject, detail: { address } })
          throw new Problem('signInRefused', 'Check the user name and the password.')
        }
        // Not forgiven yet: whoever has the password could else guess codes without an end.
        if (await factorState(store, user.id)) {
          if (!body.code)
            throw new Problem('codeRequired', 'Send the code of the authenticator app as `code`.')
          if (!(await takeCode(context, user, body.code))) {
            const detail = { address, code: 'wrong' }
            await store.note({
              at: now,
              actor: user.id,
              verb: 'session.refused',
              subject: user.id,
              detail,
            })
            throw new Problem('signInRefused', 'The code is wrong, too old, or was used already.')
          }
        }
        await attempts.forgive(address, name, device)
        const { token, who } = await startSession(context, user, originOf(request, settings.secureCookie))
        const secure = isEncrypted(request, settings.secureCookie)
        const cookies = [sessionCookie(token, secure)]
        if (device === null) cookies.push(await devices.cookie(user.id, secure))
        return created(sessionView(who), '/api/v1/session', { 'set-cookie': cookies })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/session',
      tag: 'access',
      summary: 'Who is signed in',
      access: 'any',
      answers: { 200: { description: 'The person, or the key, behind the request', schema: whoAmI } },
      handle: ({ who }) => ok(who.session ? sessionView(who) : { key: who.name, scopes: who.scopes }),
    }),
    route({
      method: 'delete',
      path: '/api/v1/session',
      tag: 'access',
      summary: 'Sign out',
      access: 'any',
      answers: {
        204: { description: 'Signed out; clears the cookie' },
        404: { description: 'The request came with a key, so there is no session' },
      },
      async handle({ request, who }) {
        if (!who.session) throw new Problem('notFound', 'A key has no session to end.')
        await endSession(context, who)
        return {
          ...noContent,
          headers: { 'set-cookie': clearedCookie(isEncrypted(request, settings.secureCookie)) },
        }
      },
    }),
  ]
}

export function sessionView(who: Who): SessionView {
  const { role, expiresAt, mustEnrol } = who.session!
  const view = { user: who.name, role, scopes: [...who.scopes], expiresAt: toIso(expiresAt) }
  return mustEnrol ? { ...view, mustEnrol } : view
}
