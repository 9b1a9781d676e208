import { DAY, HOUR, type Millis, MINUTE, SECOND } from './time.ts'

const FORM = /^now(?:[+-]\d+(?:ms|[smhdwMy])|\/[smhdwMy])*$/
const STEP = /([+-])(\d+)(ms|[smhdwMy])|\/([smhdwMy])/g
const WEEK = 7 * DAY
const LENGTHS: Record<string, Millis> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK }
// 1970 began on a Thursday, weeks begin on Mondays.
const FIRST_MONDAY = 4 * DAY

/**
 * The instant that `now`, `now-30d`, `now-1M/d` mean: steps of ms, s, m, h, d, w, M (months) and y, from left to right;
 * `/` rounds down to the beginning of a unit, in UTC, weeks to Monday. Undefined when the text is no such time, when a
 * step is of nothing, or when a date cannot be that far.
 */
export function parseRelativeTime(text: string, now: Millis): Millis | undefined {
  if (!FORM.test(text)) return undefined
  let time = now
  for (const [, sign, digits, unit, rounding] of text.matchAll(STEP)) {
    const amount = Number(digits)
    if (rounding === undefined && amount === 0) return undefined
    time = rounding === undefined ? step(time, sign === '-' ? -amount : amount, unit!) : round(time, rounding)
    // The platform writes no date beyond this.
    if (!(Math.abs(time) <= 8.64e15)) return undefined
  }
  return time
}

/** A month later is the same day of it, or its last one. */
function step(time: Millis, amount: number, unit: string): Millis {
  const length = LENGTHS[unit]
  if (length !== undefined) return time + amount * length
  const date = new Date(time)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + (unit === 'y' ? 12 * amount : amount))
  const last = new Date(date)
  last.setUTCMonth(last.getUTCMonth() + 1, 0)
  return date.setUTCDate(Math.min(day, last.getUTCDate()))
}

function round(time: Millis, unit: string): Millis {
  if (unit === 'w') return Math.floor((time - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY
  const length = LENGTHS[unit]
  if (length !== undefined) return Math.floor(time / length) * length
  const date = new Date(time)
  date.setUTCHours(0, 0, 0, 0)
  return unit === 'y' ? date.setUTCMonth(0, 1) : date.setUTCDate(1)
}
