import { double, type Value, whole } from './values.ts'

/** Lower case with every character where it was, so that positions still fit the original. */
export function foldInPlace(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  let folded = ''
  for (const char of text) {
    const small = char.toLowerCase()
    folded += small.length === char.length ? small : char
  }
  return folded
}

/** What stands between the first `left` and the first (greedy: last) `right` behind it; null if one is missing. */
export function between(source: string, left: string, right: string, greedy: boolean, fold: boolean): Value {
  const text = fold ? foldInPlace(source) : source
  const start = text.indexOf(fold ? foldInPlace(left) : left)
  if (start === -1) return null
  const from = start + left.length
  const close = fold ? foldInPlace(right) : right
  const end = greedy ? text.lastIndexOf(close) : text.indexOf(close, from)
  return end < from ? null : source.slice(from, end)
}

/** 0-based, null when it is not there. */
export function indexOf(source: string, part: string, start: number, fold: boolean): Value {
  const from = Math.max(0, start)
  if (from > source.length) return null
  const at = fold ? foldInPlace(source).indexOf(foldInPlace(part), from) : source.indexOf(part, from)
  return at === -1 ? null : at
}

/** Python's slice: negative counts from the end, everything is clamped. */
export function slice(text: string, start: number, end: number | null): string {
  return text.slice(start, end ?? text.length)
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number a text shows; null if it shows none. `0x` means base 16 where no other base is asked for. */
export function parseNumber(text: string, base: number | null): Value {
  const trimmed = text.trim()
  const sign = trimmed.startsWith('-') ? -1n : 1n
  const digits = trimmed.replace(/^[+-]/, '')
  const isHex = (base === null || base === 16) && /^0x/i.test(digits)
  const radix = isHex ? 16 : (base ?? 10)
  if (radix === 10 && !/^\d+$/.test(digits)) return DECIMAL.test(trimmed) ? double(Number(trimmed)) : null
  const value = parseDigits(isHex ? digits.slice(2) : digits, radix)
  if (value === null) return null
  return whole(sign * value)
}

function parseDigits(digits: string, radix: number): bigint | null {
  // 64 bits in base 2 are the longest number there is.
  if (digits === '' || digits.length > 64 || radix < 2 || radix > 36) return null
  let value = 0n
  for (const char of digits) {
    const digit = Number.parseInt(char, 36)
    if (!(digit < radix)) return null
    value = value * BigInt(radix) + BigInt(digit)
  }
  return value
}
