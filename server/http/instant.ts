/** Times in requests: ISO 8601, epoch milliseconds, or relative to now (`now-30d`). */
import { parseRelativeTime } from '../domain/relative-time.ts'
import type { Millis } from '../domain/time.ts'

const EPOCH = /^-?\d{1,15}$/
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Undefined when the text is none of the three forms. An ISO time without a zone is UTC. */
export function parseInstant(text: string, now: Millis): Millis | undefined {
  if (EPOCH.test(text)) return inRange(Number(text))
  if (text.startsWith('now')) return parseRelativeTime(text, now)
  const iso = ISO.exec(text)
  if (!iso || Number(iso[3]) > daysIn(Number(iso[1]), Number(iso[2]))) return undefined
  const hasZone = iso[4] !== undefined || !text.includes('T')
  return inRange(Date.parse(hasZone ? text.replace(',', '.') : `${text.replace(',', '.')}Z`))
}

export function isInstant(text: string): boolean {
  return parseInstant(text, 0) !== undefined
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

// The platform writes no date beyond this.
function inRange(time: number): Millis | undefined {
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? time : undefined
}
