/** Queries about one field: term, terms, range, match, exists and their like. */
import { type Fields, isObject, type Json } from '../../domain/json.ts'
import { compilePath, type Json as DocJson, valuesOf } from '../../lang/document.ts'
import { Double } from '../../lang/double.ts'
import { compileLike, type TextTest } from '../../lang/glob.ts'
import type { FieldType } from '../../lang/predicate.ts'
import { compileRegexes, regexMistake } from '../../lang/regex.ts'
import { Instant, order, typed, type Value } from '../../lang/values.ts'
import { parseDateMath } from './date-math.ts'
import type { Filtered, FilterOptions, FilterTest } from './filter.ts'
import { ElasticMistake } from './mistake.ts'
import { shown } from './shown.ts'

type ValueTest = (value: DocJson) => boolean

export function fieldTest(kind: string, body: Fields, options: FilterOptions): FilterTest {
  if (kind === 'exists') {
    const read = reader(shown(body['field']))
    return (document) => read(document).length > 0
  }
  const compile = KINDS[kind]
  if (!compile) {
    const known = [
      'bool',
      'ids',
      'match_all',
      'match_none',
      'constant_score',
      'exists',
      ...Object.keys(KINDS),
    ]
    throw mistake(`unknown query [${kind}]: this filter takes ${known.join(', ')}`)
  }
  const named = Object.entries(body).filter(([name]) => name !== 'boost' && name !== '_name')
  if (named.length !== 1) throw mistake(`[${kind}] query needs exactly one field, found ${named.length}`)
  const [field, spec] = named[0]!
  const type = options.types.get(field) ?? (field === '@timestamp' ? 'date' : undefined)
  const test = compile(spec, { ...options, type, kind })
  const read = reader(field)
  return (document) =>
    read(document).some((value) => test(value instanceof Double ? Double.number(value) : value))
}

type FieldOptions = FilterOptions & { type: FieldType | undefined; kind: string }

const KINDS: Record<string, (spec: Json, options: FieldOptions) => ValueTest> = {
  term: (spec, options) => {
    const { value, insensitive } = valueOf(spec, 'value')
    return termTest(value, options, insensitive)
  },
  terms: (spec, options) => {
    if (!Array.isArray(spec)) throw mistake('[terms] query needs a list of values')
    const tests = spec.map((value) => termTest(value, options, false))
    return (found) => tests.some((test) => test(found))
  },
  range: rangeTest,
  match: matchTest,
  match_phrase: (spec) => phraseTest(shown(valueOf(spec, 'query').value)),
  wildcard: (spec) => {
    const { value, insensitive } = valueOf(spec, isObject(spec) && 'wildcard' in spec ? 'wildcard' : 'value')
    return textTest(compileLike(shown(value), insensitive))
  },
  prefix: (spec) => {
    const { value, insensitive } = valueOf(spec, 'value')
    const start = fold(shown(value), insensitive)
    return textTest((text) => fold(text, insensitive).startsWith(start))
  },
  regexp: (spec) => {
    const { value, insensitive } = valueOf(spec, 'value')
    const wrong = regexMistake(shown(value))
    if (wrong) throw mistake(`[regexp] ${wrong.message}`)
    return textTest(compileRegexes([shown(value)], insensitive))
  },
}

/** All values of a field; `_id` and `_index` are fields too, and `f.keyword` is `f` where nothing else is there. */
function reader(field: string): (document: Filtered) => DocJson[] {
  if (field === '_id') return ({ id }) => [id]
  if (field === '_index') return ({ index }) => [index]
  const read = compilePath(field)
  const plain = field.endsWith('.keyword') ? compilePath(field.slice(0, -'.keyword'.length)) : null
  return ({ doc }) => {
    const found = valuesOf(read, doc)
    return found.length > 0 || !plain ? found : valuesOf(plain, doc)
  }
}

/** `{"field": value}` or `{"field": {"value": value, "case_insensitive": true}}`. */
function valueOf(spec: Json, key: string): { value: Json; insensitive: boolean } {
  if (!isObject(spec)) return { value: spec, insensitive: false }
  const value = spec[key]
  if (value === undefined) throw mistake(`[${key}] is missing`)
  return { value, insensitive: spec['case_insensitive'] === true }
}

function termTest(wanted: Json, { type, now }: FieldOptions, insensitive: boolean): ValueTest {
  if (isDate(type)) {
    const literal = instant(wanted, now)
    return (found) => literal !== null && order(typed(found, type), literal) === 0
  }
  if (type !== undefined) {
    const literal = typed(wanted, type, true)
    return (found) => order(typed(found, type), literal) === 0
  }
  const text = fold(shown(wanted), insensitive)
  return (found) => {
    if (typeof found === 'string') return fold(found, insensitive) === text
    if (typeof found === 'object') return false
    return (
      shown(found) === text ||
      (isNumber(found) && isNumberText(wanted) && order(found, numberOf(wanted)) === 0)
    )
  }
}

function rangeTest(spec: Json, { type, now }: FieldOptions): ValueTest {
  if (!isObject(spec)) throw mistake('[range] query needs bounds: gt, gte, lt or lte')
  const bounds = Object.entries(spec).flatMap(([key, bound]): [(o: number) => boolean, Json][] => {
    const holds = HOLDS[key]
    if (holds) return bound === null ? [] : [[holds, bound]]
    if (['format', 'time_zone', 'relation', 'boost', '_name'].includes(key)) return []
    throw mistake(`[range] query does not support [${key}]`)
  })
  const tests = bounds.map(([holds, bound]) => {
    const compare = boundTest(bound, type, now)
    return (found: DocJson) => {
      const result = compare(found)
      return result !== undefined && holds(result)
    }
  })
  return (found) => tests.every((test) => test(found))
}

const HOLDS: Record<string, (order: number) => boolean> = {
  gt: (found) => found > 0,
  gte: (found) => found >= 0,
  lt: (found) => found < 0,
  lte: (found) => found <= 0,
}

function boundTest(
  bound: Json,
  type: FieldType | undefined,
  now: number,
): (found: DocJson) => number | undefined {
  if (isDate(type)) {
    const literal = instant(bound, now)
    if (!literal) throw mistake(`failed to parse date field [${shown(bound)}]`)
    return (found) => order(typed(found, type), literal)
  }
  if (type !== undefined) {
    const literal = typed(bound, type, true)
    return (found) => order(typed(found, type), literal)
  }
  return (found) => {
    if (isNumber(found)) return isNumberText(bound) ? order(found, numberOf(bound)) : undefined
    return typeof found === 'string' ? order(found, shown(bound)) : undefined
  }
}

/** Some of the words, or all with `"operator": "and"`; a value that is no text as `term`. */
function matchTest(spec: Json, options: FieldOptions): ValueTest {
  const { value } = valueOf(spec, 'query')
  const isAll = isObject(spec) && shown(spec['operator']).toLowerCase() === 'and'
  const asTerm = termTest(value, options, false)
  const wanted = words(shown(value))
  return (found) => {
    if (options.type !== undefined || typeof found !== 'string') return asTerm(found)
    const inText = new Set(words(found))
    return (
      asTerm(found) ||
      (wanted.length > 0 && (isAll ? wanted.every((w) => inText.has(w)) : wanted.some((w) => inText.has(w))))
    )
  }
}

function phraseTest(phrase: string): ValueTest {
  const wanted = ` ${words(phrase).join(' ')} `
  return (found) => typeof found !== 'object' && ` ${words(shown(found)).join(' ')} `.includes(wanted)
}

function textTest(test: TextTest): ValueTest {
  return (found) => typeof found === 'string' && test(found)
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}

function fold(text: string, insensitive: boolean): string {
  return insensitive ? text.toLowerCase() : text
}

function isDate(type: FieldType | undefined): boolean {
  return type === 'date' || type === 'date_nanos'
}

function instant(value: Json, now: number): Instant | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const span = parseDateMath(value, now)
  return span && new Instant(shown(value), span)
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function isNumberText(value: Json): boolean {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
  )
}

function numberOf(value: Json): Value {
  const text = shown(value).trim()
  return /^-?\d{16,}$/.test(text) ? BigInt(text) : Number(text)
}

function mistake(reason: string): ElasticMistake {
  return new ElasticMistake('parsing_exception', reason)
}
