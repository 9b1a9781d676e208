/** What shippers ask Elasticsearch before they send: version, licence, health, nodes. */
import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import { ELASTIC, filterPath, filterPathQuery } from '../elastic-json.ts'
import { type Method, route, type Route } from '../route.ts'

const tag = 'elasticsearch'
const probeQuery = z.looseObject({ filter_path: filterPathQuery })
const clusterId = randomUUID().replaceAll('-', '').slice(0, 22)
const nodeId = randomUUID().replaceAll('-', '').slice(0, 22)

export function elasticProbeRoutes(): Route[] {
  return [
    probe('head', '/', GREETING, greeting),
    probe('get', '/', GREETING, greeting),
    probe('get', '/_license', 'The licence: active', license),
    probe('get', '/_xpack', 'What the server can do', xpack),
    probe('get', '/_xpack/license', 'The licence, where clients before 7 ask for it', license),
    probe('get', '/_cluster/health', 'Health: green while the server answers', health),
    probe('get', '/_cluster/health/{index}', 'Health of an index', health),
    probe('get', '/_cluster/settings', 'No settings of a cluster', () => ({ persistent: {}, transient: {} })),
    probe('get', '/_nodes', 'The one node, at the address that was asked', nodes),
    probe('get', '/_nodes/{metric}', 'The same', nodes),
    probe('get', '/_nodes/{node}/{metric}', 'The same', nodes),
    probe('get', '/_ilm/status', 'Logs leave by age', () => ({ operation_mode: 'RUNNING' })),
    ...(['get', 'post'] as const).flatMap((method) =>
      ['/_refresh', '/_flush', '/{index}/_refresh', '/{index}/_flush'].map((path) =>
        probe(method, path, 'Nothing to do: what was answered can be searched', () => ({
          _shards: { total: 1, successful: 1, failed: 0 },
        })),
      ),
    ),
  ]
}

const GREETING = "Elasticsearch's greeting; the dashboard for a client that accepts text/html"

function probe(method: Method, path: string, summary: string, answer: (request: Request) => object): Route {
  return route({
    method,
    path,
    tag,
    summary,
    access: ['ingest', 'read'],
    query: probeQuery,
    answers: {
      200: { description: 'So it is', ...(method === 'head' ? {} : { schema: z.looseObject({}) }) },
    },
    dialect: ELASTIC,
    handle: ({ request, query }) => ({
      status: 200,
      json: filterPath(answer(request), query.filter_path),
      headers: ELASTIC.headers,
    }),
  })
}

const VERSION = '8.17.0'
const BUILD = {
  build_flavor: 'default',
  build_type: 'tar',
  build_hash: '0000000000000000000000000000000000000000',
  build_date: '2025-01-01T00:00:00.000000000Z',
}

/** What satisfied every client that was tried: a version that both old and new ones accept. */
function greeting() {
  return {
    name: 'vedette',
    cluster_name: 'vedette',
    cluster_uuid: clusterId,
    version: {
      number: VERSION,
      ...BUILD,
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  }
}

/** Logstash holds a node without an active licence for dead. */
function license() {
  return {
    license: {
      status: 'active',
      uid: '00000000-0000-4000-8000-000000000000',
      type: 'basic',
      issue_date: '2025-01-01T00:00:00.000Z',
      issue_date_in_millis: Date.UTC(2025, 0, 1),
      max_nodes: 1000,
      max_resource_units: null,
      issued_to: 'vedette',
      issuer: 'elasticsearch',
      start_date_in_millis: -1,
    },
  }
}

/** Beats before 8 set up life-cycle policies only where they are said to be there. */
function xpack() {
  const on = { available: true, enabled: true }
  return {
    build: { hash: BUILD.build_hash, date: BUILD.build_date },
    license: { uid: license().license.uid, type: 'basic', mode: 'basic', status: 'active' },
    features: { data_streams: on, eql: on, ilm: on, security: on },
    tagline: 'You know, for X',
  }
}

function health() {
  return {
    cluster_name: 'vedette',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: 1,
    active_shards: 1,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    unassigned_primary_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  }
}

/** Clients that look for more nodes send to the addresses that stand here: only the one they used can be right. */
function nodes({ headers: { host = 'localhost' } }: Request) {
  const address = /:\d+$/.test(host) ? host : `${host}:80`
  const node = {
    name: 'vedette',
    transport_address: address,
    host: address.replace(/:\d+$/, ''),
    ip: '127.0.0.1',
    version: VERSION,
    ...BUILD,
    roles: ['data', 'ingest', 'master'],
    http: {
      bound_address: [address],
      publish_address: address,
      max_content_length_in_bytes: 64 * 1024 * 1024,
    },
  }
  return {
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: 'vedette',
    nodes: { [nodeId]: node },
  }
}
