/** Whether a channel wants to hear of something, and when. Pure. */
import { type Alert, type Severity } from '../domain/alert.ts'
import type { Channel, Quiet } from '../domain/channel.ts'
import { nameFits } from '../domain/name-pattern.ts'
import { HOUR, MINUTE, type Millis } from '../domain/time.ts'

export function wants(channel: Channel, severity: Severity, alerts: readonly Alert[]): boolean {
  const severities = [...channel.severities, ...(channel.digest?.severities ?? [])]
  if (!channel.enabled || !severities.includes(severity)) return false
  const ofRules = alerts.some(({ ruleId }) => channel.rules === undefined || channel.rules.includes(ruleId))
  const ofUsers = alerts.some(
    ({ user, users }) =>
      channel.users === undefined ||
      [user, ...users].some((one) => one !== null && fits(one, channel.users!)),
  )
  return ofRules && ofUsers
}

function fits(account: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => nameFits(pattern.toLowerCase(), account.toLowerCase()))
}

/** Now, or the end of the quiet hours. */
export function dueAt(quiet: Quiet | undefined, severity: Severity, now: Millis): Millis {
  if (!quiet || quiet.except.includes(severity)) return now
  const [from, to, at] = [minutesOf(quiet.from), minutesOf(quiet.to), localMinutes(now, quiet.timezone)]
  const isQuiet = from <= to ? at >= from && at < to : at >= from || at < to
  return isQuiet ? nextAt(quiet.to, quiet.timezone, now) : now
}

/** When a clock in the time zone shows `at` next, after now; on a day without that time, the nearest to it. */
export function nextAt(at: string, timezone: string, now: Millis): Millis {
  const wanted = minutesOf(at)
  const left = (wanted - localMinutes(now, timezone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
  const guess = Math.floor(now / MINUTE) * MINUTE + left * MINUTE
  // The clock may be put forward or back in between.
  const off = ((localMinutes(guess, timezone) - wanted + 1.5 * DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2
  const mended = guess - off * MINUTE
  return localMinutes(mended, timezone) === wanted ? mended : guess
}

const DAY_MINUTES = 24 * 60

function minutesOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number)
  return hours! * 60 + minutes!
}

function localMinutes(now: Millis, timezone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return minutesOf(clock.format(now))
}

/** After so many failures in a row. The last is repeated until the delivery is given up. */
const PAUSES: readonly Millis[] = [30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR]
/** Nobody is helped by older news; it is told on the dashboard that it was not told. */
export const GIVE_UP: Millis = 48 * HOUR

/** `chance`: 0 to 1, so that channels that failed together do not come back together. */
export function pauseAfter(attempts: number, chance: number): Millis {
  const pause = PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? PAUSES[0]!
  return Math.round(pause * (0.8 + 0.4 * chance))
}
