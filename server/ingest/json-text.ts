/** JSON text from outside -> plain data that the rest of the product can walk without care. */
import type { Json } from '../domain/json.ts'

/** Deeper than this no log is: Microsoft's records nest 6 levels, Elastic refuses documents past 20 object levels. */
export const MAX_DEPTH = 100

export type JsonProblem = { code: 'not-json' | 'too-deep' | 'unsafe-key'; detail: string }
export type ParsedJson = { value: Json } | JsonProblem

/**
 * Parses JSON text. What comes back is at most `MAX_DEPTH` levels deep, has no key `__proto__`, and only well-formed
 * strings (a lone surrogate becomes U+FFFD). A number that a double cannot hold (an integer past 2^53, 1e400) comes
 * back as a string of its exact digits; decimals are rounded to the nearest double, as everywhere.
 */
export function parseJson(text: string): ParsedJson {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    return { code: 'not-json', detail: syntaxDetail(error as Error, text) }
  }
  const seen: Seen = { problem: null, inexact: false, zero: false }
  inspect(value, 1, seen)
  if (seen.problem) return seen.problem
  // Only now is it safe to recurse: a reviver walks the whole depth.
  if (seen.inexact || (seen.zero && mayUnderflow(text))) value = JSON.parse(text, keepDigits) as Json
  if (text.includes('\\ud') || text.includes('\\uD')) value = wellFormed(value)
  return { value }
}

/** The value of a string field that holds JSON, or undefined if it does not hold an object or array we can take. */
export function parseNested(text: string): Json | undefined {
  const first = text.charCodeAt(0)
  if (first !== 0x7b && first !== 0x5b && first > 0x20) return undefined
  const parsed = parseJson(text)
  return 'value' in parsed && typeof parsed.value === 'object' && parsed.value !== null
    ? parsed.value
    : undefined
}

/** Whether a number in the text may have been rounded to 0. Two steps: the first is quick and also true for many a GUID. */
function mayUnderflow(text: string): boolean {
  return /[eE]-\d{3}/.test(text) && /[:,[\s]-?\d[\d.]*[eE]-\d{3}/.test(text)
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return isFaithful(value, context.source) ? value : context.source
}

function isFaithful(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  if (value === 0) return !/^[^eE]*[1-9]/.test(source)
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return true
  return /[eE]/.test(source) || String(value) === source
}

const TOO_DEEP: JsonProblem = {
  code: 'too-deep',
  detail: `The record nests deeper than ${MAX_DEPTH} levels. Send it flatter, or send the inner part as text.`,
}
const UNSAFE_KEY: JsonProblem = {
  code: 'unsafe-key',
  detail:
    'The record has a key named __proto__, which cannot be stored safely. Rename the key and send it again.',
}

/** `inexact`: a number past what a double holds exactly; `zero`: a 0, which may have been a number too small for one. */
type Seen = { problem: JsonProblem | null; inexact: boolean; zero: boolean }

function inspect(value: Json, depth: number, seen: Seen): void {
  if (typeof value === 'number') {
    if (value === 0) seen.zero = true
    // Also true for Infinity, which is how a number too large is parsed.
    else if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) seen.inexact = true
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) {
    seen.problem = TOO_DEEP
    return
  }
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== 'string') inspect(item, depth + 1, seen)
    return
  }
  for (const key in value) {
    if (key === '__proto__') seen.problem = UNSAFE_KEY
    const child = value[key]!
    if (typeof child !== 'string') inspect(child, depth + 1, seen)
  }
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(wellFormed)
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key.toWellFormed(), wellFormed(child)]),
  )
}

// V8 quotes the text in some messages and names the place in others; the text is kept beside the message anyway.
function syntaxDetail(error: Error, text: string): string {
  const column = /\(line \d+ column (\d+)\)/.exec(error.message)?.[1]
  const token = /^Unexpected token '(.+?)'/su.exec(error.message)?.[1]
  const what = /^Unexpected end|^Unterminated/.test(error.message)
    ? 'the text ends too early'
    : column
      ? `something unexpected at column ${column}`
      : token && text.trimStart().startsWith(token)
        ? `it starts with ${JSON.stringify(text.trimStart().slice(0, 20))}`
        : `an unexpected ${token ?? 'word'}`
  return `Not JSON: ${what}. Send one whole JSON object a line, a JSON array, {"records":[...]} or {"value":[...]}.`
}
