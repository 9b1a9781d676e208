/**
 * One sign-in is told more than once: by the diagnostic log, by Graph, and again when its risk is found later.
 * Merging is a join: in any order and any grouping the same document, and merging what is known changes nothing.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Fields, type Json, isObject } from '../domain/json.ts'

/**
 * What both versions say together, or null when the incoming one adds nothing. Filled wins over null and "hidden", the
 * highest risk level, the most decided risk state, true over false, a success over a failure; of two other texts the
 * longer, then the greater; lists are united; a place is taken whole from one of them.
 */
export function mergeVersions(stored: Fields, incoming: Fields): Fields | null {
  const merged = joinObjects(stored, incoming)
  return isDeepStrictEqual(merged, stored) ? null : merged
}

/** Values of different kinds are ordered by kind, so that the rule inside a kind never meets another kind. */
function kindOf(value: Json): number {
  if (value === null) return 0
  if (typeof value === 'string') return value === '' ? 1 : value.toLowerCase() === 'hidden' ? 4 : 7
  if (typeof value === 'boolean') return 5
  if (typeof value === 'number') return 6
  if (Array.isArray(value)) return value.length > 0 ? 8 : 2
  for (const _ in value) return 9
  return 3
}

function join(key: string, a: Json, b: Json): Json {
  const kindA = kindOf(a)
  const kindB = kindOf(b)
  if (kindA !== kindB) return kindA > kindB ? a : b
  if (isObject(a) && isObject(b)) return WHOLE.has(key) ? fuller(a, b) : joinObjects(a, b)
  if (Array.isArray(a) && Array.isArray(b)) return joinLists(key, a, b)
  if (LEAST.has(key) && codeOf(a) !== codeOf(b)) return codeOf(a) < codeOf(b) ? a : b
  return greater(a, b, ranksOf(key))
}

function joinObjects(a: Fields, b: Fields): Fields {
  const joined: Fields = { ...a }
  for (const key in b) {
    joined[key] = Object.hasOwn(joined, key) ? join(key, joined[key]!, b[key]!) : b[key]!
  }
  return joined
}

/** Places: latitude of one and longitude of the other would be a third place. */
const WHOLE = new Set(['geo', 'location'])

/** Codes where 0 means success: it is the last word on a sign-in that was interrupted before. */
const LEAST = new Set(['error_code', 'result_type'])

function codeOf(value: Json): number {
  const code = Number(value)
  return Number.isNaN(code) ? Infinity : code
}

const RISK_LEVELS = ['none', 'low', 'medium', 'high']
const RISK_STATES = ['none', 'atRisk', 'dismissed', 'remediated', 'confirmedSafe', 'confirmedCompromised']

function ranksOf(key: string): readonly string[] | undefined {
  if (key === 'risk_state') return RISK_STATES
  return key.startsWith('risk_level') ? RISK_LEVELS : undefined
}

/** A total order of the values of one kind. Values with no rank come below all that have one. */
function greater(a: Json, b: Json, ranks?: readonly string[]): Json {
  if (typeof a !== 'string' || typeof b !== 'string') return (a as number) >= (b as number) ? a : b
  const byRank = ranks ? ranks.indexOf(a) - ranks.indexOf(b) : 0
  if (byRank !== 0) return byRank > 0 ? a : b
  if (a.length !== b.length) return a.length > b.length ? a : b
  return a >= b ? a : b
}

function fuller(a: Fields, b: Fields): Fields {
  const textA = canonical(a)
  const textB = canonical(b)
  return greater(textA, textB) === textA ? a : b
}

/** Equal lists stay as they are; others become the union in a fixed order. Entries with the same `id` are one. */
function joinLists(key: string, a: Json[], b: Json[]): Json[] {
  if (isDeepStrictEqual(a, b)) return a
  const entries = new Map<string, Json>()
  for (const item of [...a, ...b]) {
    const name = entryName(item)
    const known = entries.get(name)
    entries.set(name, known === undefined ? item : join(key, known, item))
  }
  return [...entries].sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)).map(([, item]) => item)
}

function entryName(item: Json): string {
  const id = isObject(item) ? item['id'] : undefined
  return typeof id === 'string' ? `id:${id}` : `value:${canonical(item)}`
}

/** JSON text with sorted keys: the same for equal values. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_key, child: Json) =>
    isObject(child) ? Object.fromEntries(Object.entries(child).sort(([x], [y]) => (x < y ? -1 : 1))) : child,
  )
}
