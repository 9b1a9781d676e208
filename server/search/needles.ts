/** From a condition to what an engine can look for without reading documents: always more than is meant. */
import type { EventFilter, Expr, KqlValue } from '../lang/tree.ts'
import { isWordField, starParts } from '../lang/kql/value.ts'
import { categoryTest, type FieldTypes } from '../lang/predicate.ts'
import { parseCidr } from '../lang/address.ts'

/** Each group: one of its texts is somewhere in every document that meets the condition. */
export type Needles = string[][]

export type NeedleOptions = { types: FieldTypes; categoryField?: string | undefined }

/** What must be in a document that meets at least one of the filters. */
export function needlesOf(filters: readonly EventFilter[], options: NeedleOptions): Needles {
  const each = filters.map((filter) => {
    const inside = needlesIn(filter.where, options)
    return filter.category === null
      ? inside
      : [...needlesIn(categoryTest(filter, options), options), ...inside]
  })
  return tidy(each.length === 1 ? each[0]! : anyOf(each))
}

// Beyond these, looking for more costs more than it spares.
const MOST_GROUPS = 6
const MOST_TEXTS = 16
const SHORTEST = 2

function needlesIn(expr: Expr, options: NeedleOptions): Needles {
  switch (expr.kind) {
    case 'and':
      return expr.items.flatMap((item) => needlesIn(item, options))
    case 'or':
      return anyOf(expr.items.map((item) => needlesIn(item, options)))
    case 'compare':
      return compareNeedles(expr, options)
    case 'in':
      return expr.value.kind === 'field' ? oneOf(expr.value.path, expr.list, plainRun, options) : []
    case 'pattern': {
      if (expr.value.kind !== 'field') return []
      const runOf = expr.op === 'like' ? (text: string) => patternRun(text.split(/[*?]/)) : () => null
      return oneOf(expr.value.path, expr.patterns, runOf, options)
    }
    case 'call':
      return callNeedles(expr, options)
    case 'kql-match':
      return matchNeedles(expr.field, expr.value, options)
    case 'kql-range':
    case 'kql-exists':
    case 'kql-nested':
      return nameOf(expr.field)
    default:
      return []
  }
}

function compareNeedles(expr: Extract<Expr, { kind: 'compare' }>, options: NeedleOptions): Needles {
  const [field, other] = expr.left.kind === 'field' ? [expr.left, expr.right] : [expr.right, expr.left]
  if (field.kind !== 'field' || other.kind !== 'constant' || other.type === 'null' || expr.op === '!=')
    return []
  return expr.op === '==' ? oneOf(field.path, [other], plainRun, options) : nameOf(field.path)
}

const TEXT_TESTS: Record<string, (text: string) => string | null> = {
  startswith: (text) => patternRun([text]),
  endswith: (text) => patternRun([text]),
  stringcontains: (text) => patternRun([text]),
  wildcard: (text) => patternRun(text.split(/[*?]/)),
}

function callNeedles({ name, args }: Extract<Expr, { kind: 'call' }>, options: NeedleOptions): Needles {
  const [field, ...texts] = args
  const runOf = TEXT_TESTS[name.toLowerCase()]
  return runOf && field?.kind === 'field' ? oneOf(field.path, texts, runOf, options) : []
}

/** One of several values of a field: a text of each, or, where one has none, the name of the field. */
function oneOf(
  path: string,
  values: readonly Expr[],
  runOf: (text: string) => string | null,
  options: NeedleOptions,
): Needles {
  const runs = values.map((value) =>
    value.kind === 'constant' && value.type === 'string' && !isTyped(path, options)
      ? runOf(String(value.value))
      : null,
  )
  return runs.every((run) => run !== null) ? [runs] : nameOf(path)
}

// A date, a version, an address or a number may be written in more than one way.
function isTyped(path: string, { types }: NeedleOptions): boolean {
  return path === '@timestamp' || types.has(path)
}

function matchNeedles(field: string | null, value: KqlValue, options: NeedleOptions): Needles {
  if (field === null || isWordField(field)) return wordNeedles(value)
  if (field.includes('*')) return []
  const { text } = value
  const isPlain = text.trim() !== '' && Number.isNaN(Number(text)) && text !== 'true' && text !== 'false'
  if (!isPlain || isTyped(field, options) || parseCidr(text)) return nameOf(field)
  const run = patternRun(starParts(value))
  return run === null ? nameOf(field) : [[run]]
}

/** Words of a phrase must all be there, of other texts one is enough. */
function wordNeedles(value: KqlValue): Needles {
  if (value.phrase) {
    const words = value.text.split(/[^\p{L}\p{N}_]+/u).map((word) => patternRun([word]))
    return words.flatMap((run) => (run === null ? [] : [[run]]))
  }
  const each = value.text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => patternRun(word.split('*')))
  return each.length > 0 && each.every((run) => run !== null) ? [each] : []
}

/** The last name of a path is part of a key in every document that has the field. */
function nameOf(path: string): Needles {
  if (path.includes('*')) return []
  const name = plainRun(path.slice(path.lastIndexOf('.') + 1))
  return name === null ? [] : [[name]]
}

/** The longest stretch of a text that JSON writes as it is. */
function plainRun(text: string): string | null {
  return longest(text.split(UNPLAIN))
}

/**
 * The same of a pattern, or of a text that a function looks for. In an object these also meet the names of its
 * fields, with dots between them, and `name: value`: no stretch may reach over a dot or a colon there.
 */
function patternRun(parts: readonly string[]): string | null {
  const runs = parts.flatMap((part) => part.split(UNPLAIN)).flatMap((part) => part.split(/[.:]/))
  // A number may be written otherwise than it is shown.
  return longest(runs.map((run) => run.trimStart()).filter((run) => !/^[\d+eE-]*$/.test(run)))
}

const UNPLAIN = /[^\x20\x21\x23-\x5b\x5d-\x7e]+/

function longest(runs: readonly string[]): string | null {
  const best = runs.reduce((a, b) => (b.length > a.length ? b : a), '')
  return best.length >= SHORTEST ? best.toLowerCase() : null
}

/** What must be there when one of several must hold: the group that says most of each. */
function anyOf(branches: readonly Needles[]): Needles {
  const best = branches.map((needles) => tidy(needles)[0])
  if (best.length === 0 || best.some((group) => group === undefined)) return []
  const union = [...new Set(best.flatMap((group) => group!))]
  return union.length <= MOST_TEXTS ? [union] : []
}

/** The groups that say most, first. */
function tidy(needles: Needles): Needles {
  const unique = new Map(needles.map((group) => [[...new Set(group)].sort().join('\0'), [...new Set(group)]]))
  return [...unique.values()]
    .filter((group) => group.length > 0 && group.length <= MOST_TEXTS)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, MOST_GROUPS)
}

function weight(group: readonly string[]): number {
  return Math.min(...group.map((text) => text.length)) / Math.sqrt(group.length)
}
