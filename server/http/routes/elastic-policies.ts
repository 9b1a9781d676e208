/**
 * Elasticsearch's life-cycle policies, ingest pipelines and data streams. Shippers set them up and look whether they
 * are there; nothing is run by them: logs leave by age, and records are normalised by what they are.
 */
import { isObject, type Json } from '../../domain/json.ts'
import { toIso } from '../../domain/time.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import type { Context } from '../context.ts'
import type { Route } from '../route.ts'
import { definitionRoutes, type Named, type Sort } from './elastic-definitions.ts'

export function elasticPolicyRoutes(context: Context): Route[] {
  return [POLICY, PIPELINE, DATA_STREAM].flatMap((sort) => definitionRoutes(context, sort))
}

export const DATA_STREAM_PREFIX = 'data-stream/'

const POLICY: Sort = {
  path: '/_ilm/policy/{name}',
  family: 'policy',
  noun: 'lifecycle policy',
  kind: 'definition',
  prefix: 'ilm-policy/',
  check: (body) => needObject(body['policy'], 'policy'),
  list: (found) =>
    Object.fromEntries(
      found.map(({ name, body, version, at }) => [name, { version, modified_date: toIso(at), ...body }]),
    ),
}
const PIPELINE: Sort = {
  path: '/_ingest/pipeline/{name}',
  family: 'pipeline',
  noun: 'ingest pipeline',
  kind: 'definition',
  prefix: 'ingest-pipeline/',
  check(body) {
    if (!Array.isArray(body['processors'])) {
      throw new ElasticMistake('parse_exception', '[processors] required property is missing')
    }
  },
  list: (found) => Object.fromEntries(found.map(({ name, body }) => [name, body])),
}
const DATA_STREAM: Sort = {
  path: '/_data_stream/{name}',
  family: 'data-stream',
  noun: 'data stream',
  kind: 'definition',
  prefix: DATA_STREAM_PREFIX,
  bare: true,
  check: () => undefined,
  list: (found) => ({ data_streams: found.map(streamOf) }),
}

function streamOf({ name, at }: Named): Json {
  const day = toIso(at).slice(0, 10).replaceAll('-', '.')
  return {
    name,
    timestamp_field: { name: '@timestamp' },
    indices: [{ index_name: `.ds-${name}-${day}-000001`, index_uuid: name }],
    generation: 1,
    status: 'GREEN',
    template: name,
    hidden: false,
    system: false,
    allow_custom_routing: false,
    replicated: false,
  }
}

function needObject(value: Json | undefined, key: string): void {
  if (!isObject(value)) throw new ElasticMistake('parse_exception', `[${key}] must be an object`)
}
