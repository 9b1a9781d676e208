/** Nanoseconds since 1970, both ends included. */
export type DateSpan = { from: bigint; to: bigint }

const ISO =
  /^([+-]?\d{4,6})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9})\d*)?)?)?)?)?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?$/
const MILLI = 1_000_000n

/**
 * An ISO 8601 date or epoch milliseconds. A text without its last parts stands for all instants that begin with
 * it, as Elasticsearch rounds: a day, a minute, a second; with a fraction it is one instant. Null if it is no date.
 */
export function parseDate(text: string | number): DateSpan | null {
  if (typeof text === 'number') return Number.isFinite(text) ? millis(Math.trunc(text)) : null
  if (/^-?\d{5,17}$/.test(text)) return millis(Number(text))
  const parts = ISO.exec(text)
  if (!parts) return null
  const [, year, month, day, hour, minute, second, fraction, zone] = parts
  const at = (y: number, mo: number, d: number, h: number, mi: number, s: number) => {
    const date = new Date(0)
    date.setUTCFullYear(y, mo, d)
    date.setUTCHours(h, mi, s)
    return BigInt(date.getTime()) * MILLI
  }
  const numbers = [month ?? '01', day ?? '01', hour ?? '00', minute ?? '00', second ?? '00'].map(Number)
  const [mo, d, h, mi, s] = numbers as [number, number, number, number, number]
  const y = Number(year)
  if (mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 24 || mi > 59 || s > 60) return null
  const offset = zoneNanos(zone)
  const from = at(y, mo - 1, d, h, mi, s) + BigInt((fraction ?? '').padEnd(9, '0')) - offset
  return { from, to: from + width() - 1n }

  /** How many nanoseconds the text leaves open. */
  function width(): bigint {
    if (fraction !== undefined) return 1n
    if (second !== undefined) return 1000n * MILLI
    if (minute !== undefined) return 60_000n * MILLI
    if (hour !== undefined) return 3_600_000n * MILLI
    if (day !== undefined) return 86_400_000n * MILLI
    const next = month !== undefined ? at(y, mo, 1, 0, 0, 0) : at(y + 1, 0, 1, 0, 0, 0)
    return next - at(y, mo - 1, 1, 0, 0, 0)
  }
}

/** The instant in nanoseconds, the first one of a span; null if it is no date. */
export function nanosOf(text: string | number): bigint | null {
  return parseDate(text)?.from ?? null
}

function millis(value: number): DateSpan {
  const from = BigInt(value) * MILLI
  return { from, to: from + MILLI - 1n }
}

function zoneNanos(zone: string | undefined): bigint {
  if (!zone || zone === 'Z' || zone === 'z') return 0n
  const sign = zone.startsWith('-') ? -1n : 1n
  const hours = BigInt(zone.slice(1, 3))
  const minutes = BigInt(zone.slice(3).replace(':', '') || '0')
  return sign * (hours * 60n + minutes) * 60_000n * MILLI
}

function daysIn(year: number, month: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 0)
  return date.getUTCDate()
}
