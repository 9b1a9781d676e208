/** Whether an index is there. Any index that is named by a shipper makes itself; these are for those that look first. */
import { z } from 'zod'
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { fits, INDEX_PREFIX, mappingsOf } from '../../search/elastic/mappings.ts'
import { ElasticMistake } from '../../search/elastic/mistake.ts'
import type { ScanRequest } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { ELASTIC, filterPath, filterPathQuery } from '../elastic-json.ts'
import { indexName } from '../elastic-names.ts'
import { route, type Route } from '../route.ts'
import { DATA_STREAM_PREFIX } from './elastic-policies.ts'
import { answered } from './eql-search.ts'

export function elasticIndexRoutes(context: Context): Route[] {
  return (['head', 'get'] as const).map((method) =>
    route({
      method,
      path: '/{index}',
      tag: 'elasticsearch',
      summary: method === 'head' ? 'Whether there is such an index' : 'What is known of an index',
      access: ['ingest', 'read'],
      query: z.looseObject({ filter_path: filterPathQuery }),
      answers: {
        200: { description: 'It is there', ...(method === 'get' ? { schema: z.looseObject({}) } : {}) },
        404: { description: 'Nothing was ever sent to it, and nobody made it' },
      },
      dialect: ELASTIC,
      handle: ({ params, query, now }) =>
        answered(async () =>
          filterPath(await indicesOf(context, params.index!.split(','), now), query.filter_path),
        ),
    }),
  )
}

async function indicesOf(context: Context, wanted: string[], now: number): Promise<Json> {
  if (wanted.some((name) => name.startsWith('_') && name !== '_all')) {
    throw new ElasticMistake('resource_not_found_exception', `There is nothing at /${wanted.join(',')}`, 404)
  }
  const made = await madeIndices(context)
  const found: Fields = {}
  for (const name of wanted) {
    const matching = [...made].filter(
      ([index, body]) => fits(name, index) || Object.hasOwn(aliasesOf(body), name),
    )
    for (const [index, body] of matching) found[index] = shownIndex(index, body)
    if (matching.length > 0 || name === '_all' || name.includes('*')) continue
    const index = indexName(name, now)
    if (!(await holdsEvents(context, index))) {
      throw new ElasticMistake('index_not_found_exception', `no such index [${index}]`, 404)
    }
    found[index] = shownIndex(index, {})
  }
  return found
}

/** Indices and data streams that somebody made, with what was said of them. */
async function madeIndices({ store }: Context): Promise<Map<string, Fields>> {
  const settings = await store.records('setting')
  const definitions = await store.records('definition')
  const named = (records: typeof settings, prefix: string) =>
    records.flatMap(({ id, body }) =>
      id.startsWith(prefix) && isObject(body) ? [[id.slice(prefix.length), body] as const] : [],
    )
  return new Map([...named(definitions, DATA_STREAM_PREFIX), ...named(settings, INDEX_PREFIX)])
}

// Long enough for the newest blocks. Whoever hears wrongly that there is none makes it, which changes nothing.
const LOOK = 200

async function holdsEvents({ store }: Context, index: string): Promise<boolean> {
  const until = Date.now() + LOOK
  const scan: ScanRequest = {
    order: 'newest',
    form: 'normalised',
    only: {},
    needles: [],
    indices: [index],
    limit: 1,
    budget: LOOK / 4,
  }
  let page = await store.scan(scan)
  while (page.events.length === 0 && page.next && Date.now() < until) {
    page = await store.scan({ ...scan, after: page.next })
  }
  return page.events.length > 0
}

export function aliasesOf(body: Json | undefined): Fields {
  const aliases = isObject(body) ? body['aliases'] : undefined
  return isObject(aliases) ? aliases : {}
}

function shownIndex(name: string, body: Fields): Json {
  const settings = { index: { provided_name: name, number_of_shards: '1', number_of_replicas: '0' } }
  return { aliases: aliasesOf(body), mappings: mappingsOf(body) ?? {}, settings }
}
