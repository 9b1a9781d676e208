/** Elasticsearch's index, component and legacy templates: what the fields of indices to come will hold. */
import { z } from 'zod'
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import {
  COMPONENT_PREFIX,
  fits,
  mappingsOf,
  mergeMappings,
  TEMPLATE_PREFIX,
} from '../../search/elastic/mappings.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import { type BodyReader, jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ELASTIC } from '../elastic-json.ts'
import { type Method, route, type Route } from '../route.ts'
import { answered } from './eql-search.ts'

type Named = { name: string; body: Fields }
/** One of the three sorts of templates. `check` throws `ElasticMistake`. */
type Sort = {
  path: string
  noun: string
  /** Of the ids of its settings. */
  prefix: string
  check(body: Fields): void
  list(found: Named[]): Json
}

const INDEX: Sort = {
  path: '/_index_template/{name}',
  noun: 'index template',
  prefix: TEMPLATE_PREFIX,
  check(body) {
    checkPatterns(body['index_patterns'])
    if (body['template'] !== undefined) checkTemplate(body['template'])
  },
  list: (found) => ({ index_templates: found.map(({ name, body }) => ({ name, index_template: body })) }),
}
const COMPONENT: Sort = {
  path: '/_component_template/{name}',
  noun: 'component template',
  prefix: COMPONENT_PREFIX,
  check: (body) => checkTemplate(body['template']),
  list: (found) => ({
    component_templates: found.map(({ name, body }) => ({ name, component_template: body })),
  }),
}
const LEGACY: Sort = {
  path: '/_template/{name}',
  noun: 'legacy template',
  // An index template may have the same name. No name begins with an underscore, so these ids are free.
  prefix: `${TEMPLATE_PREFIX}_legacy/`,
  check(body) {
    checkPatterns(body['index_patterns'])
    mergeMappings({}, mappingsOf(body))
  },
  list: (found) => Object.fromEntries(found.map(({ name, body }) => [name, { order: 0, ...body }])),
}

const tag = 'elasticsearch'
const putQuery = z.looseObject({ create: z.string().optional() })
const acknowledged = z.looseObject({ acknowledged: z.boolean() })
const anyObject = z.record(z.string(), z.unknown())
// Elasticsearch answers 400, not 422, where the body is JSON but no object.
const templateBody: BodyReader<unknown> = { ...jsonBody(anyObject), read: jsonBody(z.unknown()).read }

export function indexTemplateRoutes(context: Context): Route[] {
  return [
    putRoute(context, INDEX, 'put'),
    putRoute(context, INDEX, 'post'),
    putRoute(context, COMPONENT, 'put'),
    putRoute(context, LEGACY, 'put'),
    // Express lets a GET route answer HEAD as well, unless one for HEAD comes first.
    ...[INDEX, COMPONENT, LEGACY].flatMap((sort) => [
      getRoute(context, sort, 'head'),
      getRoute(context, sort, 'get'),
    ]),
    deleteRoute(context, INDEX),
  ]
}

function putRoute({ store }: Context, sort: Sort, method: Method): Route {
  const { path, noun, prefix } = sort
  return route({
    method,
    path,
    tag,
    summary: `Make or replace ${article(noun)}, to say what fields hold`,
    access: ['ingest', 'write'],
    query: putQuery,
    body: templateBody,
    answers: {
      200: { description: 'Kept', schema: acknowledged },
      400: { description: 'The template or its name is wrong, or `create` was asked for and it is there' },
    },
    dialect: ELASTIC,
    handle: ({ params, query, body, who, now }) =>
      answered(async () => {
        const name = templateName(params.name!)
        const template = body as Json
        if (!isObject(template)) {
          throw new ElasticMistake('parse_exception', `The ${noun} [${name}] is no object`)
        }
        sort.check(template)
        const isNewOnly = query.create === '' || query.create === 'true'
        const [put] = await store.putRecords([
          {
            kind: 'setting',
            id: `${prefix}${name}`,
            body: template,
            ...(isNewOnly ? { expect: 0 } : {}),
            audit: { at: now, actor: who.name, verb: 'template.put', subject: name, detail: { sort: noun } },
            at: now,
          },
        ])
        if (put!.written) return { acknowledged: true }
        throw new ElasticMistake('illegal_argument_exception', `${noun} [${name}] already exists`)
      }),
  })
}

function getRoute(context: Context, sort: Sort, method: 'get' | 'head'): Route {
  const { path, noun, list } = sort
  return route({
    method,
    path,
    tag,
    summary:
      method === 'head'
        ? `Whether there is ${article(noun)} of this name`
        : `Templates by name; \`name\` is a list or has wildcards (${noun})`,
    access: ['ingest', 'read'],
    answers: {
      200: { description: 'Found', ...(method === 'get' ? { schema: z.looseObject({}) } : {}) },
      404: { description: 'There is none' },
    },
    dialect: ELASTIC,
    handle: ({ params }) => answered(async () => list(await find(context, sort, params.name!, method))),
  })
}

function deleteRoute(context: Context, sort: Sort): Route {
  const { path, noun, prefix } = sort
  return route({
    method: 'delete',
    path,
    tag,
    summary: `Remove ${article(noun)}`,
    access: ['ingest', 'write'],
    answers: { 200: { description: 'Gone', schema: acknowledged }, 404: { description: 'There is none' } },
    dialect: ELASTIC,
    handle: ({ params, who, now }) =>
      answered(async () => {
        const found = await find(context, sort, params.name!, 'delete')
        await context.store.putRecords(
          found.map(({ name }) => ({
            kind: 'setting' as const,
            id: `${prefix}${name}`,
            body: null,
            audit: {
              at: now,
              actor: who.name,
              verb: 'template.delete',
              subject: name,
              detail: { sort: noun },
            },
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
  { prefix, noun }: Sort,
  list: string,
  method: Method,
): Promise<Named[]> {
  const all = (await store.records('setting')).flatMap(({ id, body }) => {
    const name = id.slice(prefix.length)
    return id.startsWith(prefix) && !name.startsWith('_') && isObject(body) ? [{ name, body }] : []
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

function checkPatterns(patterns: Json | undefined): void {
  const list = [patterns ?? []].flat()
  if (list.length > 0 && list.every((pattern) => typeof pattern === 'string' && pattern !== '')) return
  const reason = 'Validation Failed: 1: index patterns are missing;'
  throw new ElasticMistake('action_request_validation_exception', reason)
}

function checkTemplate(template: Json | undefined): void {
  if (!isObject(template)) throw new ElasticMistake('parse_exception', '[template] must be an object')
  mergeMappings({}, mappingsOf(template))
}

function templateName(name: string): string {
  if (!/[\s/\\*?"<>|,#]|^_|^.{256}/s.test(name)) return name
  throw new ElasticMistake('illegal_argument_exception', `Invalid template name [${name.slice(0, 100)}]`)
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
