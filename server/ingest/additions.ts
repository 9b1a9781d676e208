/** ECS fields put beside what a shipper sent: nothing that is there is changed. */
import { type Fields, type Json, isObject, valueAt } from '../domain/json.ts'

export type Additions = readonly (readonly [path: string, value: Json | undefined])[]

/**
 * Sets each dotted path that has no value yet, in nested objects, with new objects on the way. Where text stands in
 * the place of an object (`"host": "web1"`), the rest of the path becomes one key: readers take both forms. Empty
 * values are left out.
 */
export function addFields(fields: Fields, additions: Additions): void {
  for (const [path, value] of additions) {
    if (value === undefined || value === null || value === '') continue
    if (Array.isArray(value) && value.length === 0) continue
    if (valueAt(fields, path) !== undefined) continue
    if (isSafe(path)) place(fields, path, value)
    else if (path !== '__proto__') fields[path] = value
  }
}

// Elasticsearch refuses documents past 20 object levels.
const MOST_PARTS = 20

function isSafe(path: string): boolean {
  const parts = path.split('.')
  return parts.length <= MOST_PARTS && !parts.some((part) => part === '' || part === '__proto__')
}

function place(target: Fields, path: string, value: Json): void {
  const dot = path.indexOf('.')
  if (dot === -1) {
    target[path] = value
    return
  }
  const head = path.slice(0, dot)
  const own = Object.hasOwn(target, head) ? target[head] : undefined
  if (own !== undefined && own !== null && !isObject(own)) {
    target[path] = value
    return
  }
  const copy: Fields = { ...own }
  target[head] = copy
  place(copy, path.slice(dot + 1), value)
}
