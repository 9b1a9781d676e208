/** The ways in which logs write a time. Fractions are cut to milliseconds, not rounded; no zone means UTC. */
import type { Millis } from '../domain/time.ts'

/**
 * ISO 8601 (`2026-01-31`, `2026-01-31T09:41:00.1234567Z`, `... +02:00`, a blank for the T, no zone), or the US form
 * of the Azure portal (`1/31/2026 9:41:00 AM`, `1/31/2026 21:41:00 +01:00`), month first, always, or
 * PowerShell's `/Date(...)/`. Undefined when it is none of them, or no day of the calendar.
 */
export function parseTime(text: string): Millis | undefined {
  if (text.length > LONGEST) return undefined
  const iso = ISO.exec(text)
  if (iso) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso
    return instant(+year!, +month!, +day!, +(hour ?? 0), +(minute ?? 0), +(second ?? 0), fraction, zone)
  }
  const us = US.exec(text)
  if (!us) return powerShell(text)
  const [, month, day, year, hour, minute, second, half, zone] = us
  if (half && (+hour! > 12 || +hour! < 1)) return undefined
  const hours = half ? (+hour! % 12) + (/p/i.test(half) ? 12 : 0) : +hour!
  return instant(+year!, +month!, +day!, hours, +minute!, +second!, undefined, zone)
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size; the size of today's times. */
export function parseEpoch(value: number): Millis | undefined {
  // 1e19 nanoseconds are the year 2286.
  if (!(value > 0 && value < 1e19)) return undefined
  if (value < 1e11) return Math.floor(value * 1000)
  if (value < 1e14) return Math.floor(value)
  if (value < 1e17) return Math.floor(value / 1e3)
  return Math.floor(value / 1e6)
}

// The patterns look at blanks in several ways, which a page of them would make take minutes.
const LONGEST = 100

const ISO =
  /^\s*(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?\s*(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?)?\s*$/
const US =
  /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d\d):(\d\d)(?: ([AaPp][Mm]))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?\s*$/

/** `/Date(1700000000000)/`, as Windows PowerShell's ConvertTo-Json has it. */
function powerShell(text: string): Millis | undefined {
  const millis = /^\/Date\((-?\d{1,14})\)\/$/.exec(text)?.[1]
  return millis === undefined ? undefined : Number(millis)
}

function instant(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction: string | undefined,
  zone: string | undefined,
): Millis | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const millis = fraction ? +fraction.slice(0, 3).padEnd(3, '0') : 0
  const local = Date.UTC(year, month - 1, day, hour, minute, second, millis)
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const time = year < 100 ? new Date(local).setUTCFullYear(year) : local
  return zone ? time - offset(zone) : time
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function offset(zone: string): Millis {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)
  if (!parts) return 0
  const minutes = +parts[2]! * 60 + +(parts[3] ?? 0)
  return (parts[1] === '-' ? -minutes : minutes) * 60_000
}
