/** Parts of a time, for `|hour` and its sisters. UTC, since a log seldom says where it was written. */
import type { SigmaTest } from '../tree.ts'

type Unit = Extract<SigmaTest, { op: 'time' }>['unit']

const DAY = 86_400_000

/** Milliseconds of a time as text, or of seconds or milliseconds since 1970; undefined for anything else. */
export function parseDate(text: string): number | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Number(text) * 1000
  if (/^\d{12,13}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined
  // Without a zone a time is read as UTC, and sub-milliseconds are cut off.
  const plain = text.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1')
  const time = Date.parse(
    /T.*(Z|[+-]\d{2}:?\d{2})$/i.test(plain) || !plain.includes('T') ? plain : `${plain}Z`,
  )
  return Number.isNaN(time) ? undefined : time
}

export function partOfTime(time: number, unit: Unit): number {
  const date = new Date(time)
  switch (unit) {
    case 'minute':
      return date.getUTCMinutes()
    case 'hour':
      return date.getUTCHours()
    case 'day':
      return date.getUTCDate()
    case 'week':
      return isoWeek(date)
    case 'month':
      return date.getUTCMonth() + 1
    case 'year':
      return date.getUTCFullYear()
  }
}

/** ISO 8601: week 1 holds the first Thursday of the year. */
function isoWeek(date: Date): number {
  const thursday = date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * DAY
  const january = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday - january) / (7 * DAY))
}
