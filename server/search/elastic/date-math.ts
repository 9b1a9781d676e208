import { parseDate, type DateSpan } from '../../lang/date.ts'
import type { Millis } from '../../domain/time.ts'

const MATH = /^(now|.+?\|\|)((?:[+-]\d+[yMwdhHms])*)(?:\/([yMwdhHms]))?$/

/**
 * A date of Elasticsearch's queries: ISO 8601, epoch milliseconds, or date math (`now-1d/d`, `2024-01-01||+1M`). One
 * that is rounded stands for the whole unit. Null if it is no date.
 */
export function parseDateMath(text: string | number, now: Millis): DateSpan | null {
  const parts = typeof text === 'string' ? MATH.exec(text) : null
  if (!parts) return parseDate(text)
  const [, anchor, steps, unit] = parts
  const start = anchor === 'now' ? now : millisOf(parseDate(anchor!.slice(0, -2)))
  if (start === null) return null
  const date = new Date(start)
  for (const [, sign, count, step] of steps!.matchAll(/([+-])(\d+)([yMwdhHms])/g)) {
    add(date, step!, Number(`${sign}${count}`))
  }
  if (Number.isNaN(date.getTime())) return null
  if (unit === undefined) return span(date.getTime(), date.getTime() + 1)
  round(date, unit)
  const from = date.getTime()
  add(date, unit, 1)
  return span(from, date.getTime())
}

function millisOf(found: DateSpan | null): Millis | null {
  return found && Number(found.from / 1_000_000n)
}

function span(from: Millis, to: Millis): DateSpan {
  return { from: BigInt(from) * 1_000_000n, to: BigInt(to) * 1_000_000n - 1n }
}

function add(date: Date, unit: string, count: number): void {
  if (unit === 'y') date.setUTCFullYear(date.getUTCFullYear() + count)
  else if (unit === 'M') date.setUTCMonth(date.getUTCMonth() + count)
  else if (unit === 'w') date.setUTCDate(date.getUTCDate() + 7 * count)
  else if (unit === 'd') date.setUTCDate(date.getUTCDate() + count)
  else if (unit === 'm') date.setUTCMinutes(date.getUTCMinutes() + count)
  else if (unit === 's') date.setUTCSeconds(date.getUTCSeconds() + count)
  else date.setUTCHours(date.getUTCHours() + count)
}

function round(date: Date, unit: string): void {
  date.setUTCMilliseconds(0)
  if (unit === 's') return
  date.setUTCSeconds(0)
  if (unit === 'm') return
  date.setUTCMinutes(0)
  if (unit === 'h' || unit === 'H') return
  date.setUTCHours(0)
  if (unit === 'd') return
  // Weeks begin on Monday.
  if (unit === 'w') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  else if (unit === 'M') date.setUTCDate(1)
  else date.setUTCMonth(0, 1)
}
