import { type Fields, isObject, type Json } from '../domain/json.ts'

/** A document with more fields than this is noted no further: its keys are data. */
const MOST = 1000
const DEEPEST = 12

/**
 * Dotted paths of a document that hold a value, groups of fields included, as `valuesAt` reads them. Empty texts, lists
 * and groups hold none, nor does `hidden`, which Microsoft Graph writes into the risk fields of a tenant without the
 * licence for them (riskLevel of the resource `signIn`).
 */
export function filledPaths(fields: Fields): Set<string> {
  const found = new Set<string>()
  for (const [name, value] of Object.entries(fields)) collect(value, name, found, 1)
  return found
}

/** Whether something stands there. */
function collect(value: Json, path: string, found: Set<string>, depth: number): boolean {
  if (found.size >= MOST) return false
  let isFilled = false
  if (Array.isArray(value)) {
    for (const item of value) isFilled = collect(item, path, found, depth) || isFilled
  } else if (isObject(value)) {
    if (depth >= DEEPEST) isFilled = Object.keys(value).length > 0
    else
      for (const [name, item] of Object.entries(value))
        isFilled = collect(item, `${path}.${name}`, found, depth + 1) || isFilled
  } else isFilled = value !== null && value !== '' && value !== 'hidden'
  if (isFilled) found.add(path)
  return isFilled
}
