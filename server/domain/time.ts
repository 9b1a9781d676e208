/** Instants and spans are plain numbers of milliseconds; the name says which. */
export type Millis = number

export const SECOND: Millis = 1000
export const MINUTE: Millis = 60 * SECOND
export const HOUR: Millis = 60 * MINUTE
export const DAY: Millis = 24 * HOUR

/** Microsoft promises no delivery of its audit log; 60 to 90 minutes is typical. */
export const ALLOWED_LATENESS: Millis = 90 * MINUTE

/** Where the time comes from. Tests move their own. */
export type Clock = () => Millis

const UNITS: Record<string, Millis> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** `"4h"` -> 14,400,000; undefined when the text is not a whole number and one of ms, s, m, h, d. */
export function parseSpan(text: string): Millis | undefined {
  const parts = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim())
  if (!parts) return undefined
  const span = Number(parts[1]) * UNITS[parts[2]!]!
  return Number.isSafeInteger(span) && span > 0 ? span : undefined
}

/** A span as a person says it: `12 min`, `3 h 5 min`, `2 d 4 h`; the two largest units only. */
export function formatSpan(span: Millis): string {
  const seconds = Math.round(Math.abs(span) / SECOND)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 && minutes < 5 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  const days = Math.floor(hours / 24)
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`
}

export function toIso(time: Millis): string {
  return new Date(time).toISOString()
}
