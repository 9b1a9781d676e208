/** What differs between two states of something, each told on its own side. */
import { isDeepStrictEqual } from 'node:util'
import { isObject, type Fields, type Json } from '../domain/json.ts'

/** `null`: it was not there before, or is not there after. */
export type AuditChange = { before: Json; after: Json }

/**
 * Of objects only the fields that differ, at any depth; of lists only the items that the other has not, unless they
 * differ in nothing but order; of long texts the stretch that differs. Two empty objects: nothing differs.
 */
export function differing(before: Json, after: Json): AuditChange {
  if (isObject(before) && isObject(after)) return differingFields(before, after)
  if (Array.isArray(before) && Array.isArray(after)) return differingItems(before, after)
  if (typeof before === 'string' && typeof after === 'string') return differingText(before, after)
  return { before, after }
}

function differingFields(before: Fields, after: Fields): AuditChange {
  const told: [name: string, change: Partial<AuditChange>][] = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = ownValue(before, name)
    const is = ownValue(after, name)
    if (isDeepStrictEqual(was, is)) continue
    if (was === undefined) told.push([name, { after: is! }])
    else told.push([name, is === undefined ? { before: was } : differing(was, is)])
  }
  return { before: side(told, 'before'), after: side(told, 'after') }
}

// By way of entries: a field may have any name, also `__proto__`.
function side(told: [string, Partial<AuditChange>][], of: keyof AuditChange): Json {
  return Object.fromEntries(
    told.flatMap(([name, { [of]: value }]) => (value === undefined ? [] : [[name, value]])),
  )
}

function ownValue(fields: Fields, name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function differingItems(before: Json[], after: Json[]): AuditChange {
  const [texts, others] = [before, after].map((list) => list.map((item) => JSON.stringify(item)))
  const gone = without(before, texts!, others!)
  const come = without(after, others!, texts!)
  return gone.length + come.length > 0 ? { before: gone, after: come } : { before, after }
}

function without(list: Json[], texts: string[], others: string[]): Json[] {
  const known = new Set(others)
  return list.filter((_, i) => !known.has(texts[i]!))
}

/** Of a rule's text that is longer than a screen shows, what differs with a line or two around it. */
function differingText(before: string, after: string): AuditChange {
  const shorter = Math.min(before.length, after.length)
  if (Math.max(before.length, after.length) < LONG_TEXT) return { before, after }
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  return { before: stretch(before, start, end), after: stretch(after, start, end) }
}

const LONG_TEXT = 400
const AROUND = 100

function stretch(text: string, start: number, end: number): string {
  const from = Math.max(0, start - AROUND)
  const to = Math.min(text.length, text.length - end + AROUND)
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}
