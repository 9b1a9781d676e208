/** Shippers that build JSON by template write `{"host.hostname": "web1"}` for `{"host": {"hostname": "web1"}}`. */
import { type Fields, isObject, type Json } from '../domain/json.ts'

/**
 * The record with its dotted keys as nested objects, joined with those that are there; the same object if it has none.
 * A key that would take the place of another value stays as it is: readers of a path look for both forms.
 */
export function nestDotted(record: Fields): Fields {
  let hasDots = false
  for (const key in record) {
    if (!key.includes('.')) continue
    hasDots = true
    break
  }
  if (!hasDots) return record
  const nested: Fields = {}
  const entries = Object.entries(record)
  // Plain keys first, so that the order in the record does not matter.
  for (const [key, value] of entries) if (!key.includes('.')) nested[key] = value
  const own = new Set<Fields>([nested])
  for (const [key, value] of entries) {
    if (key.includes('.') && !place(nested, key.split('.'), value, own)) nested[key] = value
  }
  return nested
}

// Elasticsearch refuses documents past 20 object levels.
const MOST_PARTS = 20

/** False: there is no place for it. Objects of the record are copied before they change; `own` are copies. */
function place(target: Fields, parts: readonly string[], value: Json, own: Set<Fields>): boolean {
  if (parts.length > MOST_PARTS || parts.some((part) => part === '' || part === '__proto__')) return false
  if (!hasRoom(target, parts, value)) return false
  let at = target
  for (const part of parts.slice(0, -1)) at = ownChild(at, part, own)
  const last = parts.at(-1)!
  const before = childOf(at, last)
  if (!isObject(before) || !isObject(value)) at[last] = value
  else for (const [key, inner] of Object.entries(value)) place(ownChild(at, last, own), [key], inner, own)
  return true
}

/** Whether only objects are on the way, and nothing but an object to join stands at the end of it. */
function hasRoom(target: Fields, parts: readonly string[], value: Json): boolean {
  let at: Json | undefined = target
  for (const part of parts) {
    if (!isObject(at)) return at === undefined
    at = childOf(at, part)
  }
  if (at === undefined) return true
  if (!isObject(at) || !isObject(value)) return false
  const inside = at
  return Object.entries(value).every(([key, inner]) => hasRoom(inside, [key], inner))
}

function ownChild(parent: Fields, name: string, own: Set<Fields>): Fields {
  const child = childOf(parent, name)
  if (isObject(child) && own.has(child)) return child
  const copy: Fields = isObject(child) ? { ...child } : {}
  own.add(copy)
  parent[name] = copy
  return copy
}

function childOf(parent: Fields, name: string): Json | undefined {
  return Object.hasOwn(parent, name) ? parent[name] : undefined
}
