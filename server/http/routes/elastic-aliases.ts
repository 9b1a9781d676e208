/** Elasticsearch's aliases, which Beats and Logstash before 8 set up for indices that roll over. */
import { z } from 'zod'
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { fits, INDEX_PREFIX } from '../../search/elastic/mappings.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import type { RecordPut } from '../../store/store.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ELASTIC } from '../elastic-json.ts'
import { indexName } from '../elastic-names.ts'
import { type Call, type Method, route, type Route } from '../route.ts'
import { aliasesOf } from './elastic-indices.ts'
import { answered } from './eql-search.ts'

const tag = 'elasticsearch'
const acknowledged = z.looseObject({ acknowledged: z.boolean() })
const anyObject = z.record(z.string(), z.unknown())

export function elasticAliasRoutes(context: Context): Route[] {
  return [
    ...['/_alias', '/_alias/{name}', '/{index}/_alias', '/{index}/_alias/{name}'].map((path) =>
      lookRoute(context, path),
    ),
    ...(['put', 'post'] as const).map((method) => nameRoute(context, method)),
    changeRoute(context),
  ]
}

function lookRoute({ store }: Context, path: string): Route {
  return route({
    method: 'get',
    path,
    tag,
    summary: 'Aliases by index',
    access: ['ingest', 'read'],
    answers: {
      200: { description: 'Found', schema: z.looseObject({}) },
      404: { description: 'There is none' },
    },
    dialect: ELASTIC,
    handle: ({ params }) =>
      answered(async () => {
        const { index = '*', name = '*' } = params
        const fitsOne = (list: string, text: string) => list.split(',').some((pattern) => fits(pattern, text))
        const found = (await store.records('setting')).flatMap(({ id, body }) => {
          if (!id.startsWith(INDEX_PREFIX) || !fitsOne(index, id.slice(INDEX_PREFIX.length))) return []
          const aliases = Object.entries(aliasesOf(body)).filter(([alias]) => fitsOne(name, alias))
          if (aliases.length === 0) return []
          return [[id.slice(INDEX_PREFIX.length), { aliases: Object.fromEntries(aliases) }] as const]
        })
        if (found.length > 0 || /\*|^_all$/.test(name)) return Object.fromEntries(found)
        throw new ElasticMistake('aliases_not_found_exception', `alias [${name.slice(0, 100)}] missing`, 404)
      }),
  })
}

function nameRoute(context: Context, method: Method): Route {
  return route({
    method,
    path: '/{index}/_alias/{name}',
    tag,
    summary: 'Give an index another name',
    access: ['ingest', 'write'],
    body: jsonBody(anyObject, true),
    answers: {
      200: { description: 'Named', schema: acknowledged },
      400: { description: 'One of the names cannot be one' },
    },
    dialect: ELASTIC,
    handle: (call) =>
      answered(() => {
        const { index, name } = call.params as { index: string; name: string }
        return change(context, call, [{ add: { ...(call.body as Fields), index, alias: name } }])
      }),
  })
}

function changeRoute(context: Context): Route {
  return route({
    method: 'post',
    path: '/_aliases',
    tag,
    summary: 'Give indices other names, or take them away',
    access: ['ingest', 'write'],
    body: jsonBody(anyObject),
    answers: {
      200: { description: 'Changed', schema: acknowledged },
      400: { description: 'An action cannot be understood; none was done' },
    },
    dialect: ELASTIC,
    handle: (call) =>
      answered(() => {
        const { actions } = call.body as Fields
        if (!Array.isArray(actions)) throw new ElasticMistake('parse_exception', '[actions] must be a list')
        return change(context, call, actions)
      }),
  })
}

type Caller = Pick<Call<unknown, unknown>, 'who' | 'now'>

/** All actions or none. */
async function change({ store }: Context, { who, now }: Caller, actions: Json[]): Promise<object> {
  const known = new Map((await store.records('setting')).map(({ id, body }) => [id, body]))
  const puts = new Map<string, RecordPut>()
  for (const { verb, indices, aliases, options } of actions.flatMap(readAction)) {
    for (const index of indices) {
      const id = `${INDEX_PREFIX}${indexName(index, now)}`
      const before = puts.get(id)?.body ?? known.get(id)
      const named = { ...aliasesOf(before) }
      for (const alias of aliases) {
        if (verb === 'add') named[indexName(alias, now)] = options
        else delete named[alias]
      }
      const body = { ...(isObject(before) ? before : {}), aliases: named }
      const audit = { at: now, actor: who.name, verb: 'index.aliases', subject: index, detail: named }
      puts.set(id, { kind: 'setting', id, body, audit, at: now })
    }
  }
  if (puts.size > 0) await store.putRecords([...puts.values()])
  return { acknowledged: true, errors: false }
}

function readAction(action: Json) {
  const [verb, said] = isObject(action) ? (Object.entries(action)[0] ?? []) : []
  if ((verb !== 'add' && verb !== 'remove') || !isObject(said)) {
    const reason = 'An action must be {"add": {"index", "alias"}} or {"remove": {"index", "alias"}}'
    throw new ElasticMistake('illegal_argument_exception', reason)
  }
  const { index, indices, alias, aliases, ...options } = said
  return [{ verb, indices: names(indices ?? index), aliases: names(aliases ?? alias), options }]
}

function names(value: Json | undefined): string[] {
  const list = [value ?? []].flat()
  if (list.length > 0 && list.every((name) => typeof name === 'string' && name !== ''))
    return list as string[]
  throw new ElasticMistake(
    'illegal_argument_exception',
    'An action needs [index] and [alias], as text or lists',
  )
}
