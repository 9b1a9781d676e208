/** API keys. */
import { z } from 'zod'
import { SCOPES } from '../../domain/access.ts'
import { toIso } from '../../domain/time.ts'
import type { Key } from '../auth/keys.ts'
import type { KeyUse } from '../auth/key-use.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { parseInstant } from '../instant.ts'
import { Problem } from '../problem.ts'
import { instantInBody } from '../query.ts'
import { created, noContent, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { isoOrNull } from '../views.ts'

const keyInput = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]*$/u, 'must hold no control characters'),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope))),
  expires: instantInBody.nullish(),
})

const refusedKeys = z.strictObject({
  refused: z.int(),
  lastAt: answers.time.nullable(),
  lastFrom: z.string().nullable().meta({ description: 'The address that sent it.' }),
})

export function keyRoutes({ keys, uses }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/keys',
      tag: 'access',
      summary: 'List API keys',
      access: ['admin'],
      answers: {
        200: { description: 'All keys, without their secrets', schema: answers.listOf('keys', answers.key) },
      },
      async handle() {
        await uses.load()
        const list = (await keys.list()).map((key) => keyView(key, uses.lastUse(key.id)))
        return ok({ keys: list, nextCursor: null })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/keys',
      tag: 'access',
      summary: 'Make an API key',
      access: ['admin'],
      body: jsonBody(keyInput),
      answers: { 201: { description: 'Made; the key is shown this once', schema: answers.newKey } },
      async handle({ body, who, now }) {
        const expiresAt = body.expires == null ? null : parseInstant(String(body.expires), now)!
        if (expiresAt !== null && expiresAt <= now) {
          throw new Problem('invalid', 'expires: the time is past, so the key would never be good.')
        }
        const made = await keys.create({ name: body.name, scopes: body.scopes, expiresAt }, who.name)
        return created({ ...keyView(made, null), key: made.key }, `/api/v1/keys/${made.id}`)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/keys/refused',
      tag: 'access',
      summary: 'Requests with a key that is not known, since the server started',
      access: ['admin'],
      answers: { 200: { description: 'How many, and the last', schema: refusedKeys } },
      handle() {
        const { count, last } = uses.refusals()
        return ok({ refused: count, lastAt: isoOrNull(last?.at ?? null), lastFrom: last?.from ?? null })
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/keys/{id}',
      tag: 'access',
      summary: 'Revoke an API key at once',
      access: ['admin'],
      answers: { 204: { description: 'Revoked' }, 404: { description: 'No such key' } },
      async handle({ params, who }) {
        await keys.revoke(params.id!, who.name)
        uses.forget(params.id!)
        return noContent
      },
    }),
  ]
}

function keyView({ id, name, scopes, createdAt, createdBy, expiresAt }: Key, lastUse: KeyUse | null) {
  return {
    id,
    name,
    scopes,
    createdAt: toIso(createdAt),
    createdBy,
    expires: isoOrNull(expiresAt),
    lastUsed: isoOrNull(lastUse?.at ?? null),
    lastUsedFrom: lastUse?.from ?? null,
  }
}
