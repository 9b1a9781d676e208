/** Incidents: one account in trouble, told as a story. */
import { z } from 'zod'
import { type Incident, STATUSES } from '../../domain/alert.ts'
import type { IncidentDetail } from '../../domain/api.ts'
import { blastRadii } from '../blast-radius.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { Problem } from '../problem.ts'
import { given, instant, paging, rangeOf, words } from '../query.ts'
import { etag, expectedVersion, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { incidentView } from '../views.ts'
import { refusal, triagePatch } from './alerts.ts'

const incidentsQuery = z.object({
  status: words(STATUSES),
  user: z.string().max(500).optional(),
  from: instant,
  to: instant,
  ...paging,
})

export function incidentRoutes(context: Context): Route[] {
  const { store, triage } = context
  const radius = blastRadii(context)

  async function needIncident(id: string) {
    const incident = await store.incident(id)
    if (!incident) throw new Problem('notFound', `There is no incident ${JSON.stringify(id)}.`)
    return incident
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/incidents',
      tag: 'alerts',
      summary: 'List incidents',
      access: ['read'],
      query: incidentsQuery,
      answers: {
        200: {
          description: 'Incidents, newest first',
          schema: answers.listOf('incidents', answers.incident),
        },
      },
      async handle({ query, now }) {
        const { status, user, size } = query
        const filter = {
          size,
          ...given({ status, user }),
          ...rangeOf(query, now),
          ...openCursor('incidents', query.cursor),
        }
        const { items, nextCursor } = await store.incidents(filter)
        return ok({ incidents: items.map(incidentView), nextCursor: sealCursor('incidents', nextCursor) })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/incidents/{id}',
      tag: 'alerts',
      summary: 'One incident',
      access: ['read'],
      answers: {
        200: {
          description: 'The incident, with what its account did while it lasted',
          schema: answers.incidentDetail,
        },
        404: { description: 'No such incident' },
      },
      async handle({ params, now, signal }) {
        const incident = await needIncident(params.id!)
        const blastRadius = await radius.of(incident, now, signal)
        const detail = { ...incidentView(incident), blastRadius } satisfies IncidentDetail
        return ok(detail, etag(incident.version))
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/incidents/{id}',
      tag: 'alerts',
      summary: 'Change all alerts of an incident',
      access: ['write'],
      body: jsonBody(triagePatch),
      answers: {
        200: { description: 'The incident as it is now', schema: answers.incident },
        404: { description: 'No such incident' },
        412: { description: 'Someone was faster: If-Match names an older version' },
      },
      async handle({ params, body, who, request }) {
        const incident = await needIncident(params.id!)
        const expected = expectedVersion(request)
        if (expected !== undefined && expected !== incident.version) {
          throw new Problem('changed', `The incident is at version ${incident.version}: read it again.`)
        }
        const { changed, refused } = await triage.revise(alertsOf(incident), body, who.name)
        // Some may be closed or merged by now; only when none could be changed is it an error.
        if (changed.length === 0 && refused[0]) throw refusal(refused[0])
        const now = await needIncident(incident.id)
        return ok(incidentView(now), etag(now.version))
      },
    }),
  ]
}

/** One that only relates to another's alerts has none but those. */
function alertsOf({ alertIds, related = [] }: Incident): string[] {
  return alertIds.length > 0 ? alertIds : related
}
