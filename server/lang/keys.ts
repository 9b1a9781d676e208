import { compilePath, type Doc, isDoc, type Json, valuesOf } from './document.ts'
import { withTimestamp } from './predicate.ts'
import type { FieldRef } from './tree.ts'
import { Double, type FieldTypes, Instant, typed } from './values.ts'

/** A join key: its values as they are shown, and a text by which equal keys are found. */
export type JoinKey = { values: Json[]; id: string }
export type KeyReader = (doc: Doc) => JoinKey[]

// A few arrays of hundreds of values in one event make more keys than anything could be joined by.
const MOST_KEYS = 10_000

/**
 * The join keys of an event: none where a field is missing and not optional, several where one holds several
 * values. Without fields there is the one empty key. Equality heeds type and case; dates are equal as instants.
 */
export function compileKeys(by: readonly FieldRef[], types?: FieldTypes): KeyReader {
  const known = withTimestamp(types)
  const fields = by.map(({ path, optional }) => ({
    read: compilePath(path),
    optional,
    type: known.get(path),
  }))
  return (doc) => {
    let keys: JoinKey[] = [{ values: [], id: '' }]
    for (const { read, optional, type } of fields) {
      const parts = new Map<string, Json>()
      for (const raw of valuesOf(read, doc)) {
        const part = isDoc(raw) ? null : keyPart(raw, type)
        if (part) parts.set(part.id, part.value)
      }
      if (parts.size === 0) {
        if (!optional) return []
        parts.set('null', null)
      }
      keys = keys.flatMap((key) =>
        [...parts].map(([id, value]) => ({ values: [...key.values, value], id: `${key.id}\u0000${id}` })),
      )
      if (keys.length > MOST_KEYS) keys.length = MOST_KEYS
    }
    return keys
  }
}

function keyPart(raw: Json, type: ReturnType<FieldTypes['get']>): { id: string; value: Json } | null {
  const value = typed(raw, type)
  if (value === null) return null
  if (value instanceof Instant) return { id: `date ${value.span.from}`, value: isoOf(value.span.from) }
  if (value instanceof Double) return keyPart(Double.number(value), undefined)
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(raw)
  return { id: `${typeof raw} ${text}`, value: raw }
}

/** ISO 8601, milliseconds unless the rest is not zero. */
function isoOf(nanos: bigint): string {
  const millis = nanos / 1_000_000n
  const rest = nanos % 1_000_000n
  const iso = new Date(Number(millis)).toISOString()
  return rest > 0n ? iso.replace('Z', `${String(rest).padStart(6, '0')}Z`) : iso
}
