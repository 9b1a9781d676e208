/** `_eql/search`: a query over whole indices, on the documents as they were sent. */
import type { Doc } from '../../lang/document.ts'
import { parseEql } from '../../lang/eql/parse.ts'
import { compilePredicate, type FieldTypes } from '../../lang/predicate.ts'
import type { EventQuery, Query } from '../../lang/tree.ts'
import type { Millis } from '../../domain/time.ts'
import type { ScannedEvent, Store } from '../../store/store.ts'
import { parseDocument } from '../document.ts'
import { collectGroups, type Group, TooMany } from '../groups.ts'
import { needlesOf } from '../needles.ts'
import { type Standing, standingReader } from '../order.ts'
import { applyCuts, type Cut, cutCollector } from '../pipes.ts'
import { filtersOf } from '../query.ts'
import { scanPages } from '../scan-pages.ts'
import type { Turn } from '../turn.ts'
import { eventsAnswer, groupsAnswer } from './answer.ts'
import { compileFilter } from './filter.ts'
import { INDEX_PREFIX, typesFor } from './mappings.ts'
import { ElasticMistake, queryMistake } from './mistake.ts'
import type { EqlRequest } from './request.ts'

export type EqlParts = { store: Pick<Store, 'scan' | 'scanned' | 'records'>; now: Millis; turn: Turn }

/** The answer as JSON text. Throws `ElasticMistake`. */
export async function eqlSearch(request: EqlRequest, parts: EqlParts): Promise<string> {
  const began = performance.now()
  const { query, diagnostics } = parseEql(request.query)
  if (!query) throw queryMistake(diagnostics.filter(({ severity }) => severity === 'error'))
  const types = await typesFor(parts.store, request.indices)
  const took = () => Math.round(performance.now() - began)
  if (query.kind === 'event') {
    const events = await findEvents(query, request, types, parts)
    if (events.length === 0) await needIndex(request, parts)
    return eventsAnswer(await parts.store.scanned(events.map(({ seq }) => seq)), took())
  }
  const groups = await findGroups(query, request, types, parts)
  if (groups.length === 0) await needIndex(request, parts)
  const seqs = new Set(groups.flatMap(({ events }) => events.flatMap((event) => event?.seq ?? [])))
  return groupsAnswer(groups, await parts.store.scanned([...seqs]), took())
}

async function findEvents(
  query: EventQuery,
  request: EqlRequest,
  types: FieldTypes,
  parts: EqlParts,
): Promise<Standing[]> {
  const meets = compilePredicate(query, { types, categoryField: request.categoryField })
  // Without a time an event comes after all others.
  const standing = standingReader(orderFields(request), LAST)
  const cuts = cutsOf(query, request)
  const found = cutCollector<Standing>(cuts[0]!)
  await eachDocument(query, request, types, parts, (event, doc) => {
    if (meets(doc)) found.add(standing(event, doc)!)
  })
  return applyCuts(found.sorted(), cuts)
}

async function findGroups(
  query: Exclude<Query, EventQuery>,
  request: EqlRequest,
  types: FieldTypes,
  parts: EqlParts,
): Promise<Group[]> {
  const collector = collectGroups(query, { types, categoryField: request.categoryField })
  // What has no time has no place in a sequence; a sample asks for no order but that of arrival.
  const standing = standingReader(orderFields(request), query.kind === 'sample' ? 0n : null)
  try {
    await eachDocument(query, request, types, parts, (event, doc) => {
      const at = standing(query.kind === 'sample' ? { ...event, time: 0 } : event, doc)
      if (at) collector.add(doc, at)
    })
  } catch (error) {
    if (error instanceof TooMany) throw new ElasticMistake('circuit_breaking_exception', error.message, 429)
    throw error
  }
  if (query.kind === 'sequence') return applyCuts(collector.groups({}), cutsOf(query, request))
  const { size, maxSamplesPerKey } = request
  return applyCuts(collector.groups({ size, maxSamplesPerKey }), query.pipes)
}

const LAST = 2n ** 80n

/** Hands over every document that may meet the query, in the order of arrival. */
async function eachDocument(
  query: Query,
  request: EqlRequest,
  types: FieldTypes,
  { store, now, turn }: EqlParts,
  take: (event: ScannedEvent, doc: Doc) => void,
): Promise<void> {
  const { indices, categoryField } = request
  const passes = compileFilter(request.filter, { types, now })
  const needles = needlesOf(filtersOf(query), { types, categoryField })
  const scan = { order: 'arrival', form: 'stored', only: {}, needles, indices } as const
  for await (const page of scanPages(store, scan, turn)) {
    for (const event of page) {
      const doc = parseDocument(event.json)
      if (passes({ doc, id: event.id, index: event.index })) take(event, doc)
    }
  }
}

/** Nothing was found: that is an error if nothing of what was named exists. A pattern may mean nothing. */
async function needIndex({ indices, needIndices }: EqlRequest, { store, turn }: EqlParts): Promise<void> {
  if (!needIndices || indices.some((name) => name.includes('*'))) return
  const made = new Set((await store.records('setting')).map(({ id }) => id))
  if (indices.some((name) => made.has(`${INDEX_PREFIX}${name}`))) return
  const order = 'arrival' as const
  const anything = { order, form: 'normalised' as const, only: {}, needles: [], indices }
  for await (const page of scanPages(store, anything, turn)) if (page.length > 0) return
  throw new ElasticMistake('index_not_found_exception', `no such index [${indices.join(',')}]`, 404)
}

/** As Elasticsearch puts it: the size is a pipe before the first one, of its kind, or of the position asked for. */
function cutsOf(query: Query, { size, position }: EqlRequest): Cut[] {
  return [{ kind: query.pipes[0]?.kind ?? position, count: size }, ...query.pipes]
}

function orderFields({ timestampField, tiebreakerField }: EqlRequest) {
  return { timestamp: timestampField, tiebreaker: tiebreakerField }
}
