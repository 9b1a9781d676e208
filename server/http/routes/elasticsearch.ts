/** The part of Elasticsearch's API that shippers need to hand over logs. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { rawBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ELASTIC, filterPath } from '../elastic-json.ts'
import type { AcceptAnswer } from '../parts.ts'
import { Problem } from '../problem.ts'
import { type Answer, type Method, route, type Route, type RouteSpec } from '../route.ts'

const bulkQuery = z.object({ filter_path: z.string().max(1000).optional() })
const bulkAnswerSchema = z.looseObject({
  took: z.int().optional(),
  errors: z.boolean().optional(),
  items: z.array(z.unknown()).optional(),
})
const tag = 'elasticsearch'

export function elasticsearchRoutes(context: Context): Route[] {
  const clusterId = randomUUID().replaceAll('-', '').slice(0, 22)
  const greet = (): Answer => ({ status: 200, json: greeting(clusterId), headers: ELASTIC.headers })
  return [
    greetingRoute('head', greet),
    greetingRoute('get', greet),
    ...(['post', 'put'] as const).flatMap((method) => [
      bulkRoute(context, method, '/_bulk'),
      bulkRoute(context, method, '/{index}/_bulk'),
    ]),
  ]
}

function greetingRoute(method: 'get' | 'head', handle: () => Answer): Route {
  return route({
    method,
    path: '/',
    tag,
    summary: "Elasticsearch's greeting; the dashboard for a client that accepts text/html",
    access: ['ingest', 'read'],
    answers: {
      200: {
        description: 'The greeting',
        ...(method === 'get' ? { schema: z.looseObject({ tagline: z.string() }) } : {}),
      },
    },
    dialect: ELASTIC,
    handle,
  })
}

function bulkRoute(context: Context, method: Method, path: string): Route {
  const spec: RouteSpec<typeof bulkQuery, Uint8Array> = {
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
      const accepted = await context.ingest.accept({
        kind: 'bulk',
        body,
        dataset: null,
        source: who.name,
        drill: drillOf(request.query.drill),
        keyId: who.id,
        index: params.index ?? null,
      })
      const answer = bulkAnswer(context, accepted, Math.round(performance.now() - began))
      return { status: 200, json: filterPath(answer, query.filter_path), headers: ELASTIC.headers }
    },
  }
  return route(spec)
}

// Not Elasticsearch's, but a drill can then be played through any shipper.
function drillOf(value: unknown): string | null {
  return typeof value === 'string' && /^[^\p{Cc}]{1,100}$/u.test(value) ? value : null
}

/** Fluent Bit looks for `"errors":false,"items":[`, so these two stay neighbours in this order. */
function bulkAnswer({ metrics }: Context, accepted: AcceptAnswer, took: number) {
  if (accepted.kind === 'unreadable') throw new Problem('unreadable', accepted.detail)
  if (accepted.kind !== 'bulk') throw new Error('The gate answered a bulk as events.')
  const items = accepted.items.map(({ action, index, id, status, result, error }) => {
    metrics.records(outcomeOf(status, result), 1)
    if (error) return { [action]: { _index: index, _id: id, status, error } }
    const isNew = status === 201
    return {
      [action]: {
        _index: index,
        _id: id,
        _version: isNew ? 1 : 2,
        result: result ?? (isNew ? 'created' : 'updated'),
        _shards: { total: 1, successful: 1, failed: 0 },
        _seq_no: 0,
        _primary_term: 1,
        status,
      },
    }
  })
  return { took, errors: accepted.items.some(({ error }) => error !== undefined), items }
}

function outcomeOf(status: number, result: string | undefined) {
  if (status === 201) return 'accepted' as const
  if (status === 409 || result === 'noop') return 'duplicate' as const
  return status === 200 ? ('updated' as const) : ('rejected' as const)
}

/** What satisfied every client that was tried: a version that both old and new ones accept. */
function greeting(clusterId: string) {
  return {
    name: 'vedette',
    cluster_name: 'vedette',
    cluster_uuid: clusterId,
    version: {
      number: '8.17.0',
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: '0000000000000000000000000000000000000000',
      build_date: '2025-01-01T00:00:00.000000000Z',
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  }
}
