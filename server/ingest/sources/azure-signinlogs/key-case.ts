/** Microsoft's key names -> Elastic's. */
import type { Fields, Json } from '../../../domain/json.ts'

/** `riskEventTypes_v2` -> `risk_event_types_v2`, `IPAddress` -> `ipaddress`: only a small letter before capitals splits. */
export function snakeKey(key: string): string {
  const known = cache.get(key)
  if (known !== undefined) return known
  const snake = key.replace(/([a-z])([A-Z]+)/g, '$1_$2').toLowerCase()
  if (cache.size < CACHE_LIMIT) cache.set(key, snake)
  return snake
}

// The names of one product's log are few; the limit is for a sender that makes up new ones.
const CACHE_LIMIT = 5000
const cache = new Map<string, string>()

/**
 * The value with snake-case keys at every level, without null, "", {} and []. Undefined if nothing is left.
 * `authenticationProcessingDetails` is left as it is: its keys are data.
 */
export function snakeKeys(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined || value === '') return undefined
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) {
    const items: Json[] = []
    for (const item of value) {
      const converted = snakeKeys(item)
      if (converted !== undefined) items.push(converted)
    }
    return items.length > 0 ? items : undefined
  }
  const object = snakeObject(value)
  for (const _ in object) return object
  return undefined
}

/** The same for one object, which may come out empty. */
export function snakeObject(object: Fields): Fields {
  const copy: Fields = {}
  for (const key in object) {
    const name = snakeKey(key)
    const child = name === DATA_KEYS ? object[key]! : snakeKeys(object[key])
    if (child !== undefined && child !== null && child !== '') copy[name] = child
  }
  return copy
}

const DATA_KEYS = 'authentication_processing_details'
