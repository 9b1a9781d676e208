/** Elasticsearch's EQL search, and the mappings that say what the fields of an index hold. */
import { z } from 'zod'
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import { INDEX_PREFIX, mappingsOf, mergeMappings } from '../../search/elastic/mappings.ts'
import type { EqlAnswer } from '../../search/search.ts'
import type { StoredRecord } from '../../store/store.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ELASTIC, errorBody, filterPath } from '../elastic-json.ts'
import { indexName } from '../elastic-names.ts'
import { type Answer, type Method, route, type Route } from '../route.ts'

const tag = 'elasticsearch'
const anyObject = z.record(z.string(), z.unknown())
const eqlQuery = z.looseObject({
  filter_path: z.string().max(1000).optional(),
  ignore_unavailable: z.string().optional(),
})
const eqlAnswer = z.looseObject({ hits: z.looseObject({}).optional() })

export function eqlSearchRoutes(context: Context): Route[] {
  return [
    ...(['post', 'get'] as const).map((method) => searchRoute(context, method)),
    createIndexRoute(context),
    ...(['put', 'post'] as const).map((method) => putMappingRoute(context, method)),
    getMappingRoute(context),
  ]
}

function searchRoute({ search }: Context, method: Method): Route {
  return route({
    method,
    path: '/{index}/_eql/search',
    tag,
    summary: 'Search with EQL, as Elasticsearch does; `index` is a name, a list, a wildcard or _all',
    access: ['read'],
    query: eqlQuery,
    body: jsonBody(anyObject, method === 'get'),
    answers: {
      200: { description: 'Events or sequences', schema: eqlAnswer },
      400: { description: 'The query or the request has a mistake' },
      404: { description: 'No such index' },
    },
    dialect: ELASTIC,
    async handle({ params, query, body, signal }) {
      try {
        const question = { index: params.index!, query: query as Fields, body: body as Json }
        return eqlResponse(await search.eql(question, signal), query.filter_path)
      } catch (error) {
        // Nobody hears this answer.
        if (signal.aborted) return { status: 499 }
        throw error
      }
    },
  })
}

function eqlResponse(answer: EqlAnswer, wanted: string | undefined): Answer {
  if ('error' in answer) return errorAnswer(answer.error)
  const { headers } = ELASTIC
  if (wanted) return { status: 200, json: filterPath(JSON.parse(answer.text), wanted), headers }
  return { status: 200, text: answer.text, type: 'application/json', headers }
}

function createIndexRoute(context: Context): Route {
  return route({
    method: 'put',
    path: '/{index}',
    tag,
    summary: 'Make an index, to say what its fields hold; any other index makes itself',
    access: ['ingest', 'write'],
    body: jsonBody(anyObject, true),
    answers: {
      200: { description: 'Made' },
      400: { description: 'It was made before, or its mappings are wrong' },
    },
    dialect: ELASTIC,
    handle: ({ params, body, who, now }) =>
      answered(async () => {
        const index = indexName(params.index!, now)
        const mappings = mergeMappings({}, (body as Fields)['mappings'])
        const [written] = await context.store.putRecords([
          {
            kind: 'setting',
            id: `${INDEX_PREFIX}${index}`,
            body: { ...(body as Fields), mappings },
            expect: 0,
            audit: { at: now, actor: who.name, verb: 'index.create', subject: index, detail: mappings },
            at: now,
          },
        ])
        if (!written!.written) {
          throw new ElasticMistake('resource_already_exists_exception', `index [${index}] already exists`)
        }
        return { acknowledged: true, shards_acknowledged: true, index }
      }),
  })
}

function putMappingRoute({ store }: Context, method: Method): Route {
  return route({
    method,
    path: '/{index}/_mapping',
    tag,
    summary: 'Add to what the fields of an index hold',
    access: ['ingest', 'write'],
    body: jsonBody(anyObject),
    answers: { 200: { description: 'Added' }, 400: { description: 'A field has another type already' } },
    dialect: ELASTIC,
    handle: ({ params, body, who, now }) =>
      answered(async () => {
        for (const index of params.index!.split(',').map((name) => indexName(name, now))) {
          const id = `${INDEX_PREFIX}${index}`
          const known = await store.record('setting', id)
          const mappings = mergeMappings(mappingsOf(known?.body), body as Fields)
          const audit = { at: now, actor: who.name, verb: 'index.mapping', subject: index, detail: mappings }
          const kept = known && isObject(known.body) ? known.body : {}
          await store.putRecords([{ kind: 'setting', id, body: { ...kept, mappings }, audit, at: now }])
        }
        return { acknowledged: true }
      }),
  })
}

function getMappingRoute({ store }: Context): Route {
  return route({
    method: 'get',
    path: '/{index}/_mapping',
    tag,
    summary: 'What the fields of an index hold, as far as anyone has said',
    access: ['ingest', 'read'],
    answers: { 200: { description: 'By index' }, 404: { description: 'Nobody has said' } },
    dialect: ELASTIC,
    handle: ({ params, now }) =>
      answered(async () => {
        const index = indexName(params.index!, now)
        const known = await store.record('setting', `${INDEX_PREFIX}${index}`)
        if (!known) throw new ElasticMistake('index_not_found_exception', `no such index [${index}]`, 404)
        return { [index]: { mappings: mappingsIn(known) } }
      }),
  })
}

function mappingsIn({ body }: StoredRecord): Json {
  return mappingsOf(body) ?? {}
}

/** What the work gives, as 200; an `ElasticMistake` as the error it is. */
export async function answered(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, json: await work(), headers: ELASTIC.headers }
  } catch (error) {
    if (error instanceof ElasticMistake) return errorAnswer(error.error)
    throw error
  }
}

function errorAnswer({ type, reason, status }: ElasticMistake['error']): Answer {
  return { status, json: errorBody({ type, reason }, status), headers: ELASTIC.headers }
}
