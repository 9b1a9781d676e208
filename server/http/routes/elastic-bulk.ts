/** Elasticsearch's `_bulk`: what shippers send nearly all of their logs to. */
import { z } from 'zod'
import { rawBody } from '../body.ts'
import type { Context } from '../context.ts'
import { bulkAnswerText } from '../elastic-bulk-answer.ts'
import { itemsOf } from '../elastic-items.ts'
import { ELASTIC, filterPathQuery } from '../elastic-json.ts'
import { type Method, route, type Route } from '../route.ts'

const bulkQuery = z.looseObject({ filter_path: filterPathQuery })
const bulkAnswerSchema = z.looseObject({
  took: z.int().optional(),
  errors: z.boolean().optional(),
  items: z.array(z.unknown()).optional(),
})
const tag = 'elasticsearch'

export function elasticBulkRoutes(context: Context): Route[] {
  return [
    ...(['post', 'put'] as const).flatMap((method) => [
      bulkRoute(context, method, '/_bulk'),
      bulkRoute(context, method, '/{index}/_bulk'),
    ]),
    monitoringRoute(),
  ]
}

function bulkRoute(context: Context, method: Method, path: string): Route {
  return route({
    method,
    path,
    tag,
    summary: 'Index documents in bulk',
    access: ['ingest'],
    query: bulkQuery,
    body: rawBody('Action and document lines, as Elasticsearch takes them.'),
    answers: {
      200: { description: 'One item an action', schema: bulkAnswerSchema },
      400: { description: 'The body cannot be read at all' },
      503: { description: 'Full: nothing was kept; send it again', type: 'text/plain' },
    },
    dialect: ELASTIC,
    async handle({ params, query, body, who, request }) {
      const began = performance.now()
      const items = await itemsOf(context, { body, index: params.index ?? null, who, request })
      const took = Math.round(performance.now() - began)
      const text = await bulkAnswerText(items, took, query.filter_path)
      return { status: 200, text, type: 'application/json', headers: ELASTIC.headers }
    },
  })
}

/** Beats and Logstash report on themselves here. Elasticsearch says the same where its monitoring is off. */
function monitoringRoute(): Route {
  return route({
    method: 'post',
    path: '/_monitoring/bulk',
    tag,
    summary: 'What shippers report about themselves: taken, and not kept',
    access: ['ingest'],
    body: rawBody('Whatever comes.'),
    answers: { 200: { description: 'Ignored', schema: z.looseObject({ ignored: z.boolean() }) } },
    dialect: ELASTIC,
    handle: () => ({
      status: 200,
      json: { took: 0, ignored: true, errors: false, items: [] },
      headers: ELASTIC.headers,
    }),
  })
}
