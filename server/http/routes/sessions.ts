/** Who is signed in where, and ending it. */
import { toIso } from '../../domain/time.ts'
import { endSessions, listSessions, type Session } from '../auth/sessions.ts'
import type { Who } from '../auth/who.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { noContent, ok, route, type Route } from '../route.ts'
import * as schemas from '../schemas/access.ts'
import { listOf } from '../schemas.ts'

export function sessionsRoutes(context: Context): Route[] {
  const tag = 'access'
  return [
    route({
      method: 'get',
      path: '/api/v1/sessions',
      tag,
      summary: 'List sessions: your own, or with the scope admin all',
      access: ['read'],
      answers: {
        200: {
          description: 'Those that hold, the last seen first',
          schema: listOf('sessions', schemas.sessionEntry),
        },
      },
      async handle({ who }) {
        const sessions = await listSessions(context, whose(who))
        return ok({ sessions: sessions.map((session) => sessionEntry(session, who)), nextCursor: null })
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/sessions',
      tag,
      summary: 'End all of your own sessions but this one',
      access: ['read'],
      answers: {
        204: { description: 'Ended' },
        404: { description: 'The request came with a key, so there is no session' },
      },
      async handle({ who }) {
        if (!who.session) throw new Problem('notFound', 'A key has no sessions.')
        const mine = await listSessions(context, who.session.user)
        const others = mine.filter(({ id }) => id !== who.session!.id)
        await endSessions(context, others, who.name)
        return noContent
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/sessions/{id}',
      tag,
      summary: 'End a session: one of your own, or with the scope admin any',
      access: ['read'],
      answers: { 204: { description: 'Ended' }, 404: { description: 'No such session' } },
      async handle({ params, who }) {
        const found = (await listSessions(context, whose(who))).find(({ id }) => id === params['id'])
        if (!found) throw new Problem('notFound', 'There is no such session; it may be over.')
        await endSessions(context, [found], who.name)
        return noContent
      },
    }),
  ]
}

/** Null: everybody's. */
function whose(who: Who): string | null {
  if (who.scopes.includes('admin')) return null
  if (who.session) return who.session.user
  throw new Problem('forbidden', 'A key needs the scope admin to see sessions.')
}

function sessionEntry({ id, user, createdAt, lastSeen, expiresAt, address, agent }: Session, who: Who) {
  return {
    id,
    user,
    createdAt: toIso(createdAt),
    lastSeen: toIso(lastSeen),
    expiresAt: toIso(expiresAt),
    address,
    agent,
    current: id === who.session?.id,
  }
}
