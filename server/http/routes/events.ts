/** The main way in for logs, and one stored event. */
import { z } from 'zod'
import { parseEventId } from '../../domain/event.ts'
import { toIso } from '../../domain/time.ts'
import { rawBody } from '../body.ts'
import type { Context } from '../context.ts'
import type { AcceptAnswer } from '../parts.ts'
import { Problem } from '../problem.ts'
import { type Answer, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { eventView } from '../views.ts'

// It becomes a part of ids and index names.
const dataset = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'must be letters, digits and . _ -, at most 100')
/** Names a person gives: a shipper, a drill. */
export const label = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must hold no control characters')

const ingestQuery = z.object({
  dataset: dataset.optional().meta({ description: 'Absent: recognised from each record.' }),
  source: label.optional().meta({ description: "Names the shipper; the key's name by default." }),
  drill: label.optional().meta({ description: 'Marks the records as a drill of this name.' }),
})

export function eventRoutes(context: Context): Route[] {
  const { store } = context
  return [
    route({
      method: 'post',
      path: '/api/v1/events',
      tag: 'ingest',
      summary: 'Send records: NDJSON, one object, an array, {"records":[...]} or {"value":[...]}',
      access: ['ingest'],
      query: ingestQuery,
      body: rawBody('Records, raw or in ECS; gzip, deflate, zstd and br are unpacked.'),
      answers: {
        200: { description: 'What became of the records; they are durable', schema: answers.eventsAnswer },
        400: { description: 'The body cannot be read at all' },
        413: { description: 'Unpacked, the body is too large' },
        422: { description: 'Every record was rejected', schema: answers.eventsAnswer },
        503: { description: 'Full: nothing was kept; send it again', type: 'text/plain' },
      },
      async handle({ query, body, who }) {
        return eventsAnswer(
          await context.ingest.accept({
            kind: 'events',
            body,
            dataset: query.dataset ?? null,
            source: query.source ?? who.name,
            drill: query.drill ?? null,
            keyId: who.id,
          }),
        )
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/events/{id}',
      tag: 'events',
      summary: 'One event, normalised and as it was sent',
      access: ['read'],
      answers: {
        200: { description: 'The event', schema: answers.event },
        404: { description: 'No such event, or retention has removed it' },
      },
      async handle({ params }) {
        const event = await store.event(params.id!)
        if (!event) throw new Problem('notFound', await whyMissing(context, params.id!))
        return ok(eventView(event))
      },
    }),
  ]
}

/** That retention removed it is likely where it removed events of that time, and said only there. */
async function whyMissing({ store }: Context, id: string): Promise<string> {
  const second = parseEventId(id)?.second
  if (second == null) return 'There is no such event; retention may have removed it.'
  const time = second * 1000
  const gone = (await store.removed(0)).find(
    ({ what, from, to }) => what === 'events' && from !== null && from < time + 1000 && to! >= time,
  )
  if (!gone) return 'There is no such event.'
  return `There is no such event any more: it was removed by retention on ${toIso(gone.at).slice(0, 10)}.`
}

/** 200, or 422 when every record was rejected; 400 when there was nothing to read. */
export function eventsAnswer(accepted: AcceptAnswer): Answer {
  if (accepted.kind === 'unreadable') {
    throw new Problem('unreadable', `${accepted.code}: ${accepted.detail}`)
  }
  if (accepted.kind !== 'events') throw new Error('The gate answered events as a bulk.')
  const { answer } = accepted
  const isAllRejected = answer.rejected > 0 && answer.accepted + answer.duplicates === 0
  return { status: isAllRejected ? 422 : 200, json: answer }
}
