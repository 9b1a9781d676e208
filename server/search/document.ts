/** JSON text of a stored document -> what conditions are evaluated on. */
import type { Doc } from '../lang/document.ts'

/**
 * Integers that a double cannot hold keep their digits, as a bigint: conditions compare those exactly. The type
 * says nothing of it, as nothing but conditions looks at them.
 */
export function parseDocument(json: string): Doc {
  return (LONG_INTEGER.test(json) ? JSON.parse(json, exactIntegers) : JSON.parse(json)) as Doc
}

const LONG_INTEGER = /\d{16}/

function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value
}
