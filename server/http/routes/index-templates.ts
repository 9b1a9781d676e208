/** Elasticsearch's index, component and legacy templates: what the fields of indices to come will hold. */
import { isObject, type Json } from '../../domain/json.ts'
import {
  COMPONENT_PREFIX,
  mappingsOf,
  mergeMappings,
  TEMPLATE_PREFIX,
} from '../../search/elastic/mappings.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import type { Context } from '../context.ts'
import type { Route } from '../route.ts'
import { definitionRoutes, type Sort } from './elastic-definitions.ts'

export function indexTemplateRoutes(context: Context): Route[] {
  return [INDEX, COMPONENT, LEGACY].flatMap((sort) => definitionRoutes(context, sort))
}

const INDEX: Sort = {
  path: '/_index_template/{name}',
  family: 'template',
  noun: 'index template',
  kind: 'setting',
  posted: true,
  prefix: TEMPLATE_PREFIX,
  check(body) {
    checkPatterns(body['index_patterns'])
    if (body['template'] !== undefined) checkTemplate(body['template'])
  },
  list: (found) => ({ index_templates: found.map(({ name, body }) => ({ name, index_template: body })) }),
}
const COMPONENT: Sort = {
  posted: true,
  path: '/_component_template/{name}',
  family: 'template',
  noun: 'component template',
  kind: 'setting',
  prefix: COMPONENT_PREFIX,
  check: (body) => checkTemplate(body['template']),
  list: (found) => ({
    component_templates: found.map(({ name, body }) => ({ name, component_template: body })),
  }),
}
const LEGACY: Sort = {
  posted: true,
  path: '/_template/{name}',
  family: 'template',
  noun: 'legacy template',
  kind: 'setting',
  // An index template may have the same name. No name begins with an underscore, so these ids are free.
  prefix: `${TEMPLATE_PREFIX}_legacy/`,
  check(body) {
    checkPatterns(body['index_patterns'])
    mergeMappings({}, mappingsOf(body))
  },
  list: (found) => Object.fromEntries(found.map(({ name, body }) => [name, { order: 0, ...body }])),
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
