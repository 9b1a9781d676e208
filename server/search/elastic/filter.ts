/** The `filter` of a request, in Elasticsearch's Query DSL, as a test of documents. */
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import type { Doc } from '../../lang/document.ts'
import type { FieldTypes } from '../../lang/predicate.ts'
import { fieldTest } from './filter-fields.ts'
import { ElasticMistake } from './mistake.ts'
import { shown } from './shown.ts'

/** A document as a filter sees it: with the names it was stored under. */
export type Filtered = { doc: Doc; id: string; index: string }
export type FilterTest = (document: Filtered) => boolean
export type FilterOptions = { types: FieldTypes; now: Millis }

/** Throws `ElasticMistake` for a query that cannot be read, and for a kind of query that is not supported. */
export function compileFilter(query: Json | undefined, options: FilterOptions): FilterTest {
  if (query === undefined || query === null) return () => true
  if (Array.isArray(query)) return allOf(query.map((one) => compileFilter(one, options)))
  if (!isObject(query)) throw malformed('a query must be an object')
  const entries = Object.entries(query)
  if (entries.length !== 1) {
    throw malformed(
      entries.length === 0
        ? 'query malformed, empty clause found'
        : `[${entries[0]![0]}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]`,
    )
  }
  const [kind, body] = entries[0]!
  switch (kind) {
    case 'match_all':
      return () => true
    case 'match_none':
      return () => false
    case 'bool':
      return boolTest(object(kind, body), options)
    case 'constant_score':
      return compileFilter(object(kind, body)['filter'], options)
    case 'ids': {
      const wanted = new Set(list(object(kind, body)['values']).map(shown))
      return ({ id }) => wanted.has(id)
    }
    default:
      return fieldTest(kind, object(kind, body), options)
  }
}

const BOOL_KEYS = [
  'must',
  'filter',
  'should',
  'must_not',
  'minimum_should_match',
  'boost',
  '_name',
  'adjust_pure_negative',
]

function boolTest(body: Fields, options: FilterOptions): FilterTest {
  const unknown = Object.keys(body).find((key) => !BOOL_KEYS.includes(key))
  if (unknown !== undefined) throw malformed(`[bool] query does not support [${unknown}]`)
  const clauses = (key: string) => list(body[key]).map((clause) => compileFilter(clause, options))
  const must = [...clauses('must'), ...clauses('filter')]
  const should = clauses('should')
  const mustNot = clauses('must_not')
  const least = leastShould(body['minimum_should_match'], should.length, must.length > 0)
  return (document) =>
    must.every((test) => test(document)) &&
    !mustNot.some((test) => test(document)) &&
    (least === 0 || should.filter((test) => test(document)).length >= least)
}

function leastShould(given: Json | undefined, count: number, hasMust: boolean): number {
  if (given === undefined || given === null) return count > 0 && !hasMust ? 1 : 0
  const text = shown(given)
  const percent = /^(-?\d+)%$/.exec(text)
  const number = percent ? Math.trunc((count * Number(percent[1])) / 100) : Number(text)
  if (!Number.isInteger(number)) throw malformed(`[minimum_should_match] cannot be [${text}]`)
  return Math.max(0, number < 0 ? count + number : number)
}

function allOf(tests: FilterTest[]): FilterTest {
  return (document) => tests.every((test) => test(document))
}

function object(kind: string, body: Json): Fields {
  if (isObject(body)) return body
  throw malformed(`[${kind}] query malformed, no start_object after query name`)
}

function list(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function malformed(reason: string): ElasticMistake {
  return new ElasticMistake('parsing_exception', reason)
}
