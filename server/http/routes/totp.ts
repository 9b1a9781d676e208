/** The second factor of whoever is signed in, and taking it from somebody who has lost it. */
import { encode } from 'uqr'
import { z } from 'zod'
import { LONGEST_PASSWORD } from '../auth/passwords.ts'
import { readSignIn } from '../auth/sign-in-settings.ts'
import { confirmFactor, factorRemoval, factorState, proposeFactor, takeCode } from '../auth/totp.ts'
import { sessionsOf } from '../auth/sessions.ts'
import { checkPassword, findUser } from '../auth/users.ts'
import type { Who } from '../auth/who.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { clientAddress } from '../proxy.ts'
import { noContent, ok, route, type Route } from '../route.ts'
import * as schemas from '../schemas/access.ts'

export function totpRoutes(context: Context): Route[] {
  const { store, attempts } = context
  const tag = 'access'
  return [
    route({
      method: 'get',
      path: '/api/v1/session/totp',
      tag,
      summary: 'Whether signing in needs a code of yours',
      access: 'any',
      answers: { 200: { description: 'On or off', schema: schemas.totpState } },
      async handle({ who }) {
        const state = await factorState(store, needPerson(who).id)
        return ok({ on: state !== null, recoveryLeft: state?.recoveryLeft ?? 0 })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/totp',
      tag,
      summary: 'A secret for an authenticator app; it counts once its first code was sent',
      access: 'any',
      body: jsonBody(z.strictObject({ password: z.string().max(LONGEST_PASSWORD) })),
      answers: {
        200: { description: 'The secret, also as a QR code', schema: schemas.totpProposal },
        409: { description: 'It is on already: an administrator can take it away' },
        422: { description: 'The password is wrong' },
        429: { description: 'Too many attempts' },
      },
      async handle({ who, body, request }) {
        const person = needPerson(who)
        const address = clientAddress(request) ?? ''
        await attempts.take(address, person.id)
        if (!(await checkPassword(store, person.id, body.password))) throw wrong('password')
        await attempts.forgive(address, person.id)
        const proposal = await proposeFactor(context, person)
        if (proposal === 'on') throw new Problem('idTaken', 'A second factor is on already.')
        const { data } = encode(proposal.address, { ecc: 'M', border: 2 })
        return ok({ ...proposal, matrix: data.map((row) => row.map((dark) => (dark ? '1' : '0')).join('')) })
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/session/totp',
      tag,
      summary: 'Turn the second factor on with the first code of the app',
      access: 'any',
      body: jsonBody(z.strictObject({ code: z.string().max(20) })),
      answers: {
        200: { description: 'On; the recovery codes are shown this once', schema: schemas.recoveryCodes },
        422: { description: 'The code is wrong' },
        429: { description: 'Too many attempts' },
      },
      async handle({ who, body, request }) {
        const person = needPerson(who)
        const address = clientAddress(request) ?? ''
        await attempts.take(address, person.id)
        const codes = await confirmFactor(context, person, body.code)
        if (!codes) throw wrong('code')
        await attempts.forgive(address, person.id)
        return ok({ recoveryCodes: codes })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/session/totp/off',
      tag,
      summary: 'Turn your second factor off with a code of it',
      access: ['read'],
      body: jsonBody(z.strictObject({ code: z.string().max(40) })),
      answers: {
        204: { description: 'Off' },
        403: { description: 'Everybody needs one here' },
        404: { description: 'It is off' },
        422: { description: 'The code is wrong' },
        429: { description: 'Too many attempts' },
      },
      async handle({ who, body, request, now }) {
        const person = needPerson(who)
        if (!(await factorState(store, person.id))) throw new Problem('notFound', 'It is off already.')
        if ((await readSignIn(store)).settings.requireCode) {
          throw new Problem('factorRequired', 'Everybody needs a second factor here.')
        }
        const address = clientAddress(request) ?? ''
        await attempts.take(address, person.id)
        if (!(await takeCode(context, person, body.code))) throw wrong('code')
        await attempts.forgive(address, person.id)
        const audit = { at: now, actor: person.name, verb: 'totp.off', subject: person.id, detail: null }
        await store.putRecords([factorRemoval(person.id, audit, now)])
        return noContent
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/users/{id}/totp',
      tag,
      summary: 'Take the second factor from a user who has lost it; ends the sessions',
      access: ['admin'],
      answers: {
        204: { description: 'Signing in needs the password only' },
        404: { description: 'No such user, or no second factor' },
      },
      async handle({ params, who, now }) {
        const user = await findUser(store, params['id']!)
        if (!user || !(await factorState(store, user.id))) {
          throw new Problem('notFound', `${JSON.stringify(params['id'])} has no second factor here.`)
        }
        const audit = { at: now, actor: who.name, verb: 'totp.reset', subject: user.id, detail: null }
        await store.putRecords([factorRemoval(user.id, audit, now), ...(await sessionsOf(context, user.id))])
        return noContent
      },
    }),
  ]
}

function needPerson(who: Who): { id: string; name: string } {
  if (who.session) return { id: who.session.user, name: who.name }
  throw new Problem('forbidden', 'A key has no second factor: sign in.')
}

function wrong(what: 'password' | 'code'): Problem {
  const message = `The ${what} is wrong${what === 'code' ? ': is the clock of the phone right?' : '.'}`
  return new Problem('invalid', message, { errors: [{ message, path: what }] })
}
