/** Alerts: looking, and saying what became of them. */
import { z } from 'zod'
import { CLOSE_REASONS, SEVERITIES, STATUSES } from '../../domain/alert.ts'
import type { Alert, EvidenceRow } from '../../domain/alert.ts'
import { parseEventId } from '../../domain/event.ts'
import { toIso } from '../../domain/time.ts'
import type { StoredEvent } from '../../store/store.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { Problem } from '../problem.ts'
import { flag, given, instant, paging, rangeOf, words } from '../query.ts'
import { etag, expectedVersion, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { alertDetailView, alertView, eventView } from '../views.ts'

const alertsQuery = z.object({
  status: words(STATUSES),
  severity: words(SEVERITIES),
  rule: z.string().max(200).optional(),
  user: z.string().max(500).optional().meta({ description: 'In `user` or `users`, in any case.' }),
  incident: z.string().max(200).optional(),
  from: instant,
  to: instant,
  merged: flag.meta({ description: 'true: also those merged into another.' }),
  drill: flag.meta({ description: 'Only drills, or none.' }),
  buildingBlock: flag.meta({ description: 'true: also those of building-block rules.' }),
  ...paging,
})

const changes = {
  status: z.enum(['open', 'acknowledged', 'closed']).exactOptional(),
  closeReason: z.enum(CLOSE_REASONS).nullable().exactOptional(),
  assignee: z.string().max(200).nullable().exactOptional(),
}
const changesBeside = (others: number) => (patch: object) => Object.keys(patch).length > others
export const triagePatch = z
  .strictObject({ ...changes, note: z.string().min(1).max(10_000).exactOptional() })
  .refine(changesBeside(0), 'must change something')
const bulkInput = z
  .strictObject({ ids: z.array(z.string().max(200)).min(1).max(1000), ...changes })
  .refine(changesBeside(1), 'must change something')

export function alertRoutes(context: Context): Route[] {
  const { store, triage, extras } = context

  async function needAlert(id: string) {
    const alert = await store.alert(id)
    if (!alert) throw new Problem('notFound', `There is no alert ${JSON.stringify(id)}.`)
    return alert
  }

  const extrasOf = async (alert: Alert) => (await extras?.extras(alert)) ?? { why: [], respond: [] }
  const detailed = async (alert: Alert) =>
    ok(alertDetailView(alert, await extrasOf(alert)), etag(alert.version))

  return [
    route({
      method: 'get',
      path: '/api/v1/alerts',
      tag: 'alerts',
      summary: 'List alerts',
      access: ['read'],
      query: alertsQuery,
      answers: {
        200: { description: 'Alerts, newest first', schema: answers.listOf('alerts', answers.alert) },
      },
      async handle({ query, now }) {
        const { status, severity, rule, user, incident, size } = query
        const { items, nextCursor } = await store.alerts({
          size,
          ...given({ status, severity, rule, user, incident }),
          ...given({ drill: query.drill === undefined ? undefined : query.drill === 'true' }),
          ...(query.merged === 'true' ? { merged: true } : {}),
          ...(query.buildingBlock === 'true' ? {} : { buildingBlock: false }),
          ...rangeOf(query, now),
          ...openCursor('alerts', query.cursor),
        })
        return ok({ alerts: items.map(alertView), nextCursor: sealCursor('alerts', nextCursor) })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/alerts/{id}',
      tag: 'alerts',
      summary: 'One alert, with why it fired and what to do',
      access: ['read'],
      answers: {
        200: { description: 'The alert', schema: answers.alertDetail },
        404: { description: 'No such alert' },
      },
      async handle({ params }) {
        return detailed(await needAlert(params.id!))
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/alerts/{id}/steps/{step}',
      tag: 'alerts',
      summary: 'Tick a step of what to do, or take the tick back',
      access: ['write'],
      body: jsonBody(z.strictObject({ done: z.boolean() })),
      answers: {
        200: { description: 'The alert as it is now', schema: answers.alertDetail },
        404: { description: 'No such alert, or it has no such step' },
        412: { description: 'Someone was faster: If-Match names an older version' },
      },
      async handle({ params, body, who, request }) {
        const [id, step] = [params.id!, params.step!]
        const { respond } = await extrasOf(await needAlert(id))
        if (!respond.some((one) => one.id === step)) {
          throw new Problem('notFound', `The alert has no step ${JSON.stringify(step)}.`)
        }
        const patch = { step: { id: step, done: body.done } }
        const { changed, refused } = await triage.revise([id], patch, who.name, expectedVersion(request))
        if (refused[0]) throw refusal(refused[0])
        return detailed(changed[0]!)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/alerts/{id}/events',
      tag: 'alerts',
      summary: 'All events in evidence, oldest first',
      access: ['read'],
      query: z.object(paging),
      answers: {
        200: {
          description: 'Events with the step they met',
          schema: answers.listOf('events', answers.alertEvent),
        },
        404: { description: 'No such alert' },
      },
      async handle({ params, query }) {
        const { id } = await needAlert(params.id!)
        const { items, nextCursor } = await store.alertEvents(
          id,
          query.size,
          openCursor(id, query.cursor).cursor,
        )
        const events = new Map(
          (await store.events(items.map((row) => row.event))).map((one) => [one.id, one]),
        )
        return ok({
          events: items.map((row) => alertEventView(row, events.get(row.event))),
          nextCursor: sealCursor(id, nextCursor),
        })
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/alerts/{id}',
      tag: 'alerts',
      summary: 'Change status, assignee or add a note',
      access: ['write'],
      body: jsonBody(triagePatch),
      answers: {
        200: { description: 'The alert as it is now', schema: answers.alert },
        404: { description: 'No such alert' },
        412: { description: 'Someone was faster: If-Match names an older version' },
      },
      async handle({ params, body, who, request }) {
        const { changed, refused } = await triage.revise(
          [params.id!],
          body,
          who.name,
          expectedVersion(request),
        )
        if (refused[0]) throw refusal(refused[0])
        return ok(alertView(changed[0]!), etag(changed[0]!.version))
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/alerts/bulk',
      tag: 'alerts',
      summary: 'Change several alerts',
      access: ['write'],
      body: jsonBody(bulkInput),
      answers: {
        200: {
          description: 'Which were changed, and which not',
          schema: z.strictObject({
            changed: z.array(z.string()),
            refused: z.array(z.strictObject({ id: z.string(), detail: z.string() })),
          }),
        },
      },
      async handle({ body: { ids, ...patch }, who }) {
        const { changed, refused } = await triage.revise([...new Set(ids)], patch, who.name)
        return ok({
          changed: changed.map(({ id }) => id),
          refused: refused.map(({ id, detail }) => ({ id, detail })),
        })
      },
    }),
  ]
}

export function refusal({
  code,
  detail,
}: {
  code: 'not-found' | 'conflict' | 'invalid'
  detail: string
}): Problem {
  const kinds = { 'not-found': 'notFound', conflict: 'changed', invalid: 'invalid' } as const
  return new Problem(kinds[code], detail)
}

/** An event of the evidence. Retention may have removed it: then only what the alert copied is left. */
function alertEventView(row: EvidenceRow, event: StoredEvent | undefined) {
  if (event) return { ...eventView(event), step: row.step }
  return {
    id: row.event,
    time: toIso(row.time),
    receivedAt: null,
    dataset: parseEventId(row.event)?.dataset ?? '',
    index: null,
    source: null,
    fields: null,
    raw: null,
    step: row.step,
  }
}
