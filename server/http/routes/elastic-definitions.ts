/** What shippers define by name before they send: kept, so that it is there when they look for it again. */
import { z } from 'zod'
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { fits } from '../../search/elastic/mappings.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import type { RecordKind } from '../../store/store.ts'
import { type BodyReader, jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ELASTIC, filterPath, filterPathQuery } from '../elastic-json.ts'
import { type Method, route, type Route } from '../route.ts'
import { answered } from './eql-search.ts'

export type Named = { name: string; body: Fields; at: number; version: number }
/** One sort of definitions. `check` throws `ElasticMistake`. */
export type Sort = {
  /** Ends in `/{name}`. */
  path: string
  /** `template`, of any sort, is the verb of its audit entries. */
  family: 'template' | 'policy' | 'pipeline' | 'data-stream'
  noun: string
  kind: RecordKind
  /** Of the ids of its records. */
  prefix: string
  /** Also with POST. */
  posted?: true
  /** It is made once, without a body, and never replaced. */
  bare?: true
  check(body: Fields): void
  list(found: Named[]): Json
}

const tag = 'elasticsearch'
const putQuery = z.looseObject({ create: z.string().optional() })
const getQuery = z.looseObject({ filter_path: filterPathQuery })
const acknowledged = z.looseObject({ acknowledged: z.boolean() })
const anyObject = z.record(z.string(), z.unknown())
// Elasticsearch answers 400, not 422, where the body is JSON but no object.
const definitionBody = (optional = false): BodyReader<unknown> => ({
  ...jsonBody(anyObject, optional),
  read: jsonBody(z.unknown(), optional).read,
})

export function definitionRoutes(context: Context, sort: Sort): Route[] {
  const all = sort.path.replace('/{name}', '')
  return [
    putRoute(context, sort, 'put'),
    ...(sort.posted ? [putRoute(context, sort, 'post')] : []),
    // Express lets a GET route answer HEAD as well, unless one for HEAD comes first.
    getRoute(context, sort, 'head', sort.path),
    getRoute(context, sort, 'get', sort.path),
    getRoute(context, sort, 'get', all),
    deleteRoute(context, sort),
  ]
}

function putRoute({ store }: Context, sort: Sort, method: Method): Route {
  const { path, family, noun, kind, prefix } = sort
  return route({
    method,
    path,
    tag,
    summary: sort.bare ? `Make ${article(noun)}` : `Make or replace ${article(noun)}`,
    access: ['ingest', 'write'],
    query: putQuery,
    body: definitionBody(sort.bare),
    answers: {
      200: { description: 'Kept', schema: acknowledged },
      400: { description: 'It or its name is wrong, or it is there and only a new one was wanted' },
    },
    dialect: ELASTIC,
    handle: ({ params, query, body, who, now }) =>
      answered(async () => {
        const name = definitionName(params.name!, noun)
        const definition = body as Json
        if (!isObject(definition)) {
          throw new ElasticMistake('parse_exception', `The ${noun} [${name}] is no object`)
        }
        sort.check(definition)
        const isNewOnly = sort.bare || query.create === '' || query.create === 'true'
        const detail = { sort: noun }
        const [put] = await store.putRecords([
          {
            kind,
            id: `${prefix}${name}`,
            body: definition,
            ...(isNewOnly ? { expect: 0 } : {}),
            audit: { at: now, actor: who.name, verb: `${family}.put`, subject: name, detail },
            at: now,
          },
        ])
        if (put!.written) return { acknowledged: true }
        const type = sort.bare ? 'resource_already_exists_exception' : 'illegal_argument_exception'
        throw new ElasticMistake(type, `${noun} [${name}] already exists`)
      }),
  })
}

function getRoute(context: Context, sort: Sort, method: 'get' | 'head', path: string): Route {
  const { noun, list } = sort
  const isNamed = path === sort.path
  return route({
    method,
    path,
    tag,
    summary:
      method === 'head'
        ? `Whether there is ${article(noun)} of this name`
        : isNamed
          ? `By name; \`name\` is a list or has wildcards (${noun})`
          : `All of them (${noun})`,
    access: ['ingest', 'read'],
    query: getQuery,
    answers: {
      200: { description: 'Found', ...(method === 'get' ? { schema: z.looseObject({}) } : {}) },
      ...(isNamed ? { 404: { description: 'There is none' } } : {}),
    },
    dialect: ELASTIC,
    handle: ({ params, query }) =>
      answered(async () => {
        const found = await find(context, sort, params.name ?? '*', method)
        return filterPath(list(found), query.filter_path)
      }),
  })
}

function deleteRoute(context: Context, sort: Sort): Route {
  const { path, family, noun, kind, prefix } = sort
  return route({
    method: 'delete',
    path,
    tag,
    summary: `Remove ${article(noun)}; no log is deleted with it`,
    access: ['ingest', 'write'],
    answers: { 200: { description: 'Gone', schema: acknowledged }, 404: { description: 'There is none' } },
    dialect: ELASTIC,
    handle: ({ params, who, now }) =>
      answered(async () => {
        const found = await find(context, sort, params.name!, 'delete')
        const entry = { at: now, actor: who.name, verb: `${family}.delete`, detail: { sort: noun } }
        await context.store.putRecords(
          found.map(({ name }) => ({
            kind,
            id: `${prefix}${name}`,
            body: null,
            audit: { ...entry, subject: name },
            at: now,
          })),
        )
        return { acknowledged: true }
      }),
  })
}

/** Those that a list of names and wildcards means. 404 for a plain name without one, and for HEAD without any. */
async function find(
  { store }: Context,
  { kind, prefix, noun }: Sort,
  list: string,
  method: Method,
): Promise<Named[]> {
  const all = (await store.records(kind)).flatMap(({ id, body, version, updatedAt }) => {
    const name = id.slice(prefix.length)
    const isOne = id.startsWith(prefix) && !name.startsWith('_') && isObject(body)
    return isOne ? [{ name, body, version, at: updatedAt }] : []
  })
  const wanted = list.split(',')
  const found = all.filter(({ name }) => wanted.some((pattern) => fits(pattern, name)))
  const missing =
    method === 'head' && found.length === 0
      ? list
      : wanted.find((pattern) => !/\*|^_all$/.test(pattern) && !all.some(({ name }) => name === pattern))
  if (missing === undefined) return found
  const reason = `${noun} matching [${missing.slice(0, 100)}] not found`
  throw new ElasticMistake('resource_not_found_exception', reason, 404)
}

function definitionName(name: string, noun: string): string {
  if (!/[\s/\\*?"<>|,#]|^_|^.{256}/s.test(name)) return name
  throw new ElasticMistake('illegal_argument_exception', `Invalid ${noun} name [${name.slice(0, 100)}]`)
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
