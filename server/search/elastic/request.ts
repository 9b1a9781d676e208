/** The body of `_eql/search`, checked. */
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { ElasticMistake } from './mistake.ts'
import { shown } from './shown.ts'

export type EqlRequest = {
  indices: string[]
  query: string
  filter: Json | undefined
  size: number
  timestampField: string
  categoryField: string
  tiebreakerField: string | null
  position: 'head' | 'tail'
  maxSamplesPerKey: number
  /** An index that is named and does not exist is an error. */
  needIndices: boolean
}

export const MOST_HITS = 10_000

/** Things that change nothing here: answers are always whole, at once, and from this server alone. */
const WITHOUT_EFFECT = [
  'fetch_size',
  'keep_alive',
  'keep_on_completion',
  'wait_for_completion_timeout',
  'allow_partial_search_results',
  'allow_partial_sequence_results',
  'case_sensitive',
]

const WITH_EFFECT = [
  'query',
  'filter',
  'size',
  'timestamp_field',
  'event_category_field',
  'tiebreaker_field',
  'result_position',
  'max_samples_per_key',
]
const KNOWN = new Set([...WITH_EFFECT, ...WITHOUT_EFFECT])

/** Throws `ElasticMistake`. `query` holds what the URL says; `index` is as the URL has it, several by commas. */
export function readEqlRequest(index: string, query: Fields, body: Json | undefined): EqlRequest {
  if (!isObject(body)) throw new ElasticMistake('parse_exception', 'request body is required')
  const unknown = Object.keys(body).find((key) => !KNOWN.has(key))
  if (unknown !== undefined) {
    throw new ElasticMistake('x_content_parse_exception', `[eql/search] unknown field [${unknown}]`)
  }
  const text = body['query']
  if (typeof text !== 'string' || text.trim() === '') throw invalid('query is null or empty')
  const position = body['result_position'] ?? 'tail'
  if (position !== 'head' && position !== 'tail') {
    throw invalid(`result position needs to be 'head' or 'tail', but was '${shown(position)}'`)
  }
  numberIn(body, 'fetch_size', 1000, 2, Infinity)
  const indices = index
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return {
    indices: indices.length === 0 || indices.includes('_all') ? ['*'] : indices,
    query: text,
    filter: body['filter'],
    size: numberIn(body, 'size', 10, 0, MOST_HITS),
    timestampField: textIn(body, 'timestamp_field') ?? '@timestamp',
    categoryField: textIn(body, 'event_category_field') ?? 'event.category',
    tiebreakerField: textIn(body, 'tiebreaker_field'),
    position,
    maxSamplesPerKey: numberIn(body, 'max_samples_per_key', 1, 1, MOST_HITS),
    needIndices: query['ignore_unavailable'] !== 'true',
  }
}

function textIn(body: Fields, key: string): string | null {
  const value = body[key]
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`[${key}] must be a non-empty text`)
}

function numberIn(body: Fields, key: string, usual: number, least: number, most: number): number {
  const value = body[key] ?? usual
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw invalid(`[${key}] must be a whole number`)
  if (number < least) throw invalid(`[${key}] must be at least ${least}, found [${number}]`)
  if (number > most) throw invalid(`[${key}] must be at most ${most}, found [${number}]`)
  return number
}

function invalid(reason: string): ElasticMistake {
  return new ElasticMistake('action_request_validation_exception', `Validation Failed: 1: ${reason};`)
}
