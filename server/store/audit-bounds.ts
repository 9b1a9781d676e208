/** Keeps entries of the audit trail small: it is kept for ever, and what it tells of may be as large as a request. */
import { isObject, type Json } from '../domain/json.ts'

/**
 * About so many characters of JSON at most, from the front on: a long text is cut, and of many fields or items the last
 * are counted.
 */
export function withinBounds(value: Json, most: number): Json {
  if (sizeOf(value) <= most) return value
  if (typeof value === 'string') return `${value.slice(0, most)}… (${value.length} characters)`
  if (Array.isArray(value)) {
    const { kept, more } = firstOf(
      value.map((item, i) => [String(i), item]),
      most,
    )
    const items = kept.map(([, item]) => item)
    return more > 0 ? [...items, `… (${more} more)`] : items
  }
  if (!isObject(value)) return value
  const { kept, more } = firstOf(Object.entries(value), most)
  return Object.fromEntries(more > 0 ? [...kept, ['…', `(${more} more)`]] : kept)
}

/** Each gets at most half of the room that is left, so that one large field does not hide the others. */
function firstOf(entries: [string, Json][], most: number): { kept: [string, Json][]; more: number } {
  const kept: [string, Json][] = []
  let left = most
  for (const [name, value] of entries) {
    if (left < LEAST) break
    const cut = withinBounds(value, left / 2)
    kept.push([name.slice(0, LONGEST_NAME), cut])
    left -= sizeOf(cut) + Math.min(name.length, LONGEST_NAME)
  }
  return { kept, more: entries.length - kept.length }
}

const LEAST = 50
const LONGEST_NAME = 200

function sizeOf(value: Json): number {
  return JSON.stringify(value).length
}
