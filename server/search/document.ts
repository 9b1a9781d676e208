/** JSON text of a stored document -> what conditions are evaluated on. */
import type { Doc, Json } from '../lang/document.ts'
import { Double } from '../lang/double.ts'

/**
 * Numbers stay what they were written as: an integer that a number cannot hold is a bigint, and a whole number written
 * as a decimal (`4.0`, `1e3`) a `Double`. The type says nothing of it, as nothing but conditions looks at them.
 */
export function parseDocument(json: string): Doc {
  return (UNUSUAL.test(json) ? JSON.parse(json, exactNumbers) : JSON.parse(json)) as Doc
}

/** The same of a normalised document, in which such integers are texts. */
export function parseNormalised(json: string): Doc {
  return JSON.parse(json) as Doc
}

/** A value as plain data: what is more exact than a number is the nearest number. */
export function plainValue(value: Json | bigint | undefined): Json | undefined {
  if (value instanceof Double) return Double.number(value)
  return typeof value === 'bigint' ? Number(value) : value
}

// Sixteen digits, a point or an exponent behind what may begin a number. What looks so inside a text costs time only.
const UNUSUAL = /[:,[\s]-?\d+(?:\d{15}|\.\d|[eE])/

function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined || !Number.isInteger(value)) return value
  if (/[.eE]/.test(context.source)) return new Double(value)
  return Number.isSafeInteger(value) ? value : BigInt(context.source)
}
