/** Elasticsearch's `_cat`: small tables as text, for probes and for people with curl. */
import { z } from 'zod'
import { INDEX_PREFIX } from '../../search/elastic/mappings.ts'
import type { Context } from '../context.ts'
import { ELASTIC } from '../elastic-json.ts'
import { route, type Route } from '../route.ts'

type Row = Record<string, string>
type Table = { columns: readonly string[]; rows(context: Context, now: number): Promise<Row[]> | Row[] }

const TABLES: Record<string, Table> = {
  health: {
    columns: ['epoch', 'timestamp', 'cluster', 'status', 'node.total', 'node.data', 'shards', 'pri'],
    rows: (_, now) => [
      {
        epoch: String(Math.floor(now / 1000)),
        timestamp: new Date(now).toISOString().slice(11, 19),
        cluster: 'vedette',
        status: 'green',
        'node.total': '1',
        'node.data': '1',
        shards: '1',
        pri: '1',
      },
    ],
  },
  nodes: {
    columns: ['ip', 'node.role', 'master', 'name'],
    rows: () => [{ ip: '127.0.0.1', 'node.role': 'dim', master: '*', name: 'vedette' }],
  },
  master: {
    columns: ['id', 'host', 'ip', 'node'],
    rows: () => [{ id: 'vedette', host: 'vedette', ip: '127.0.0.1', node: 'vedette' }],
  },
  count: {
    columns: ['epoch', 'timestamp', 'count'],
    rows: async ({ store }, now) => [
      {
        epoch: String(Math.floor(now / 1000)),
        timestamp: new Date(now).toISOString().slice(11, 19),
        count: String((await store.state()).events),
      },
    ],
  },
  /** Those that somebody made; an index that only holds events is not listed. */
  indices: {
    columns: ['health', 'status', 'index', 'pri', 'rep'],
    rows: async ({ store }) =>
      (await store.records('setting'))
        .filter(({ id }) => id.startsWith(INDEX_PREFIX))
        .map(({ id }) => ({
          health: 'green',
          status: 'open',
          index: id.slice(INDEX_PREFIX.length),
          pri: '1',
          rep: '0',
        })),
  },
}
const NOTHING: Table = { columns: [], rows: () => [] }

export function elasticCatRoutes(context: Context): Route[] {
  return ['/_cat', '/_cat/{table}', '/_cat/{table}/{name}'].map((path) => catRoute(context, path))
}

function catRoute(context: Context, path: string): Route {
  return route({
    method: 'get',
    path,
    tag: 'elasticsearch',
    summary: 'Small tables as text, or as JSON with `format=json`; of unknown ones no rows',
    access: ['ingest', 'read'],
    query: z.looseObject({
      format: z.string().optional(),
      v: z.string().optional(),
      h: z.string().optional(),
    }),
    answers: { 200: { description: 'The table', type: 'text/plain' } },
    dialect: ELASTIC,
    async handle({ params, query, request, now }) {
      if (params.table === undefined)
        return text(
          Object.keys(TABLES)
            .map((name) => `/_cat/${name}\n`)
            .join(''),
        )
      const table = Object.hasOwn(TABLES, params.table) ? TABLES[params.table]! : NOTHING
      const columns = query.h
        ? query.h.split(',').filter((name) => table.columns.includes(name))
        : table.columns
      const rows = await table.rows(context, now)
      // As Elasticsearch has it: a list of media types, such as its own clients send, means text.
      const wantsJson = query.format === 'json' || /^[^,]*\bjson\b[^,]*$/.test(request.headers.accept ?? '')
      if (wantsJson) {
        const json = rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]!])))
        return { status: 200, json, headers: ELASTIC.headers }
      }
      const lines = rows.map((row) => columns.map((name) => row[name]!))
      const head = query.v === undefined || query.v === 'false' ? [] : [[...columns]]
      return text([...head, ...lines].map((line) => `${line.join(' ')}\n`).join(''))
    },
  })
}

function text(table: string) {
  return { status: 200, text: table, type: 'text/plain', headers: ELASTIC.headers }
}
