/** Exceptions: what people leave out of a rule. They hide, never delete, and count what they hid. */
import { z } from 'zod'
import { toIso } from '../../domain/time.ts'
import type { Diagnostic } from '../../lang/tree.ts'
import {
  createException,
  listExceptions,
  removeException,
  type StoredException,
} from '../../pipeline/exceptions.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { parseInstant } from '../instant.ts'
import { Problem } from '../problem.ts'
import { instantInBody } from '../query.ts'
import { created, noContent, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { isoOrNull } from '../views.ts'

const exceptionInput = z.strictObject({
  ruleId: z.string().min(1).max(200).default('*').meta({ description: '`*`: every rule.' }),
  language: z.enum(['eql', 'kql']).default('eql'),
  condition: z.string().trim().min(1).max(20_000).meta({
    description: 'What an event has to meet to be left out, such as `source.ip == "192.0.2.1"`.',
  }),
  reason: z.string().trim().min(1).max(1000).meta({ description: 'For the people who come after.' }),
  expires: instantInBody.nullish().meta({ description: 'Events of this time or later are not left out.' }),
})

export function exceptionRoutes(context: Context): Route[] {
  const { store, clock } = context
  const tag = 'rules'
  const absent = (id: string) => new Problem('notFound', `There is no exception ${JSON.stringify(id)}.`)
  const find = async (id: string) => (await listExceptions(store)).find((one) => one.id === id)

  return [
    route({
      method: 'get',
      path: '/api/v1/exceptions',
      tag,
      summary: 'List exceptions, with how many events each has left out',
      access: ['read'],
      answers: {
        200: {
          description: 'All exceptions, newest first',
          schema: answers.listOf('exceptions', answers.exception),
        },
      },
      handle: async () => ok({ exceptions: (await listExceptions(store)).map(view), nextCursor: null }),
    }),
    route({
      method: 'post',
      path: '/api/v1/exceptions',
      tag,
      summary: 'Leave events out of a rule; its alerts are looked at again',
      access: ['write'],
      body: jsonBody(exceptionInput),
      answers: {
        201: { description: 'Made', schema: answers.exception },
        422: { description: 'The condition has mistakes, `expires` is past, or there is no such rule' },
      },
      async handle({ body, who, now }) {
        const expires = body.expires == null ? null : parseInstant(String(body.expires), now)!
        if (expires !== null && expires <= now) {
          throw new Problem('invalid', 'expires: the time is past.')
        }
        const outcome = await createException(store, { ...body, expires }, { actor: who.name, clock })
        if ('noRule' in outcome) {
          throw new Problem('invalid', `ruleId: there is no rule ${JSON.stringify(outcome.noRule)}.`)
        }
        if ('errors' in outcome) {
          throw conditionMistaken(outcome.errors)
        }
        await context.onExceptions?.()
        return created(view(outcome.saved), `/api/v1/exceptions/${outcome.saved.id}`)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/exceptions/{id}',
      tag,
      summary: 'One exception',
      access: ['read'],
      answers: {
        200: { description: 'The exception', schema: answers.exception },
        404: { description: 'No such exception' },
      },
      async handle({ params }) {
        const found = await find(params.id!)
        if (!found) throw absent(params.id!)
        return ok(view(found))
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/exceptions/{id}',
      tag,
      summary: 'Take an exception back; what it hid counts again',
      access: ['write'],
      answers: { 204: { description: 'Taken back' }, 404: { description: 'No such exception' } },
      async handle({ params, who }) {
        if (!(await removeException(store, params.id!, { actor: who.name, clock }))) throw absent(params.id!)
        await context.onExceptions?.()
        return noContent
      },
    }),
  ]
}

/** What is wrong with an exception's condition, each mistake with its place in it. */
export function conditionMistaken(diagnostics: readonly Diagnostic[]): Problem {
  const errors = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, length, message, hint }) => ({
      path: 'condition',
      line,
      column,
      length,
      message,
      ...(hint === null ? {} : { hint }),
    }))
  return new Problem('invalid', `condition: ${errors[0]?.message ?? 'it is no condition'}`, { errors })
}

function view({
  id,
  ruleId,
  language,
  condition,
  reason,
  expires,
  createdAt,
  createdBy,
  hidden,
}: StoredException) {
  return {
    id,
    ruleId,
    language,
    condition,
    reason,
    expires: isoOrNull(expires),
    createdAt: toIso(createdAt),
    createdBy,
    hidden,
  }
}
