import { type Block, inBlock, orderAddresses, parseBlock } from './address.ts'
import { type DateSpan, parseDate } from './date.ts'
import type { Doc, Json } from './document.ts'
import { Double } from './double.ts'
import { orderVersions, parseVersion, type Version } from './version.ts'

/** What a field holds where JSON cannot say it. */
export type FieldType = 'date' | 'date_nanos' | 'version' | 'ip' | 'long' | 'double'
export type FieldTypes = ReadonlyMap<string, FieldType>

/**
 * What an expression evaluates to. A number that is whole is an integer (bigint beyond 2^53); a whole double is boxed, as JavaScript
 * cannot tell them apart. Dates, addresses and versions keep their text beside what they compare as.
 */
export type Value = null | boolean | number | bigint | string | Double | Instant | Ip | SoftwareVersion | Doc

export { Double }

export class Instant {
  readonly text: string
  /** Nanoseconds since 1970; a literal without its last digits covers a span. */
  readonly span: DateSpan
  constructor(text: string, span: DateSpan) {
    this.text = text
    this.span = span
  }
}

export class Ip {
  readonly text: string
  readonly block: Block
  constructor(text: string, block: Block) {
    this.text = text
    this.block = block
  }
}

export class SoftwareVersion {
  readonly text: string
  readonly version: Version
  constructor(text: string, version: Version) {
    this.text = text
    this.version = version
  }
}

/** A whole number stays an integer, a whole double is boxed; what is no number is null. */
export function double(value: number): number | Double | null {
  if (!Number.isFinite(value)) return null
  return Number.isInteger(value) ? new Double(value) : value
}

/** An integer: bigint where a number would not be exact. */
export function whole(value: bigint): number | bigint {
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value
}

/** A JSON value as the type of its field; null if it cannot be one. A literal date may cover a span. */
export function typed(raw: Json, type: FieldType | undefined, isLiteral = false): Value {
  if (raw === null || Array.isArray(raw)) return null
  if (type === undefined) return raw
  const exact: Value = raw
  if (isNumeric(exact) && typeof exact !== 'number') return typedExact(exact, type, isLiteral)
  if (typeof raw === 'object') return raw
  if (type === 'date' || type === 'date_nanos') return isLiteral ? instant(raw) : point(raw)
  if (type === 'version') return typeof raw === 'string' ? new SoftwareVersion(raw, parseVersion(raw)) : null
  if (type === 'ip') return address(raw)
  return typedNumber(raw, type)
}

/** A number that JSON.parse alone cannot give: a long integer, or a whole double. */
function typedExact(exact: bigint | Double, type: FieldType, isLiteral: boolean): Value {
  if (type === 'long' && typeof exact === 'bigint') return exact
  return typed(Number(plain(exact)), type, isLiteral)
}

/** What a document holds is one instant, however coarsely it is written. */
function point(raw: boolean | number | string): Instant | null {
  const found = instant(raw)
  return found && new Instant(found.text, { from: found.span.from, to: found.span.from })
}

function instant(raw: Value): Instant | null {
  if (typeof raw !== 'string' && typeof raw !== 'number') return null
  const span = parseDate(raw)
  return span && new Instant(String(raw), span)
}

function address(raw: Value): Ip | null {
  if (typeof raw !== 'string') return null
  const block = parseBlock(raw)
  return block && new Ip(raw, block)
}

function typedNumber(raw: boolean | number | string, type: 'long' | 'double'): Value {
  if (typeof raw === 'boolean' || raw === '') return null
  if (type === 'double') return double(Number(raw))
  if (typeof raw === 'string' && /^[+-]?\d{1,19}$/.test(raw)) return whole(BigInt(raw.replace('+', '')))
  const value = Math.trunc(Number(raw))
  return Number.isFinite(value) ? value : null
}

/** The text of a string-like value, null of anything else. */
export function textOf(value: Value): string | null {
  if (typeof value === 'string') return value
  if (value instanceof Instant || value instanceof Ip || value instanceof SoftwareVersion) return value.text
  return null
}

/** Any scalar as `string()` and `concat()` show it; doubles as Java prints them. */
export function shown(value: Value): string | null {
  if (value === null) return null
  if (value instanceof Double) return showDouble(Double.number(value))
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : showDouble(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return textOf(value)
}

function showDouble(value: number): string {
  const size = Math.abs(value)
  if (value !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits, power] = value.toExponential().split('e')
    return `${digits!.includes('.') ? digits : `${digits}.0`}E${Number(power)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

export function isNumeric(value: Value): value is number | bigint | Double {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Double
}

/** The number of a numeric value. */
export function plain(value: number | bigint | Double): number | bigint {
  return value instanceof Double ? Double.number(value) : value
}

/** Negative, 0 or positive; undefined where two values cannot be compared: no string is a number. */
export function order(a: Value, b: Value): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (isNumeric(a) && isNumeric(b)) return orderNumbers(plain(a), plain(b))
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Instant) return orderInstants(a, b instanceof Instant ? b : instant(b))
  if (b instanceof Instant) return orderInstants(instant(a), b)
  if (a instanceof SoftwareVersion || b instanceof SoftwareVersion) {
    const left = textOf(a)
    const right = textOf(b)
    return left === null || right === null
      ? undefined
      : orderVersions(parseVersion(left), parseVersion(right))
  }
  if (a instanceof Ip) return orderIps(a, b instanceof Ip ? b : address(b))
  if (b instanceof Ip) return orderIps(address(a), b)
  return undefined
}

// A number of a document lost what a double cannot hold, so a literal is judged as the double it would have become.
function orderNumbers(a: number | bigint, b: number | bigint): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0
  return Number(a) - Number(b)
}

function orderInstants(a: Instant | null, b: Instant | null): number | undefined {
  if (!a || !b) return undefined
  if (a.span.to < b.span.from) return -1
  return a.span.from > b.span.to ? 1 : 0
}

function orderIps(a: Ip | null, b: Ip | null): number | undefined {
  if (!a || !b) return undefined
  if (inBlock(a.block.address, b.block) || inBlock(b.block.address, a.block)) return 0
  return orderAddresses(a.block.address, b.block.address)
}
