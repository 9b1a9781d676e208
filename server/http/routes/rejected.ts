/** Records that could not be kept, with the reason; and sending one through again. */
import { z } from 'zod'
import type { Context } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { Problem } from '../problem.ts'
import { paging } from '../query.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { rejectedView } from '../views.ts'
import { eventsAnswer } from './events.ts'

export function rejectedRoutes(context: Context): Route[] {
  const { store, ingest } = context
  return [
    route({
      method: 'get',
      path: '/api/v1/rejected',
      tag: 'ingest',
      summary: 'Rejected records',
      access: ['read', 'ingest'],
      query: z.object(paging),
      answers: {
        200: {
          description: 'Rejected records, newest first',
          schema: answers.listOf('rejected', answers.rejected),
        },
      },
      async handle({ query: { size, cursor } }) {
        const { items, nextCursor } = await store.deadLetters(size, openCursor('rejected', cursor).cursor)
        return ok({ rejected: items.map(rejectedView), nextCursor: sealCursor('rejected', nextCursor) })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/rejected/{id}/replay',
      tag: 'ingest',
      summary: 'Send a rejected record through again',
      access: ['write', 'ingest'],
      answers: {
        200: { description: 'What became of it', schema: answers.eventsAnswer },
        404: { description: 'No such record' },
        409: { description: 'It was replayed already' },
        422: { description: 'Rejected again', schema: answers.eventsAnswer },
        503: { description: 'Full: send it again', type: 'text/plain' },
      },
      async handle({ params, who, now, request }) {
        const letter = await store.deadLetter(params.id!)
        if (!letter)
          throw new Problem('notFound', `There is no rejected record ${JSON.stringify(params.id)}.`)
        if (letter.replayedAt !== null) {
          throw new Problem('alreadyReplayed', 'It went through already: its event is stored.')
        }
        const body = new TextEncoder().encode(letter.raw)
        const accepted = await context.intake.turn(request, who, body.byteLength, () =>
          ingest.accept({
            kind: 'events',
            body,
            dataset: letter.dataset,
            source: letter.source,
            drill: null,
            keyId: who.id,
            replay: true,
          }),
        )
        const answer = eventsAnswer(accepted)
        if (answer.status === 200) {
          const audit = {
            at: now,
            actor: who.name,
            verb: 'rejected.replay',
            subject: letter.id,
            detail: null,
          }
          await store.markReplayed(letter.id, now, audit)
        }
        return answer
      },
    }),
  ]
}
