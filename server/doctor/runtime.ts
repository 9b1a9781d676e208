/** What the program itself stands on: the runtime and the clock. */
import { DAY, formatSpan, type Millis, SECOND, toIso } from '../domain/time.ts'
import { type Finding, findings } from './finding.ts'

export function examineRuntime(version: string): Finding {
  const { ok, fail } = findings('Node')
  if (Number(version.replace(/^v/, '').split('.')[0]) >= 24) return ok(version)
  return fail(
    `${version} is too old: Vedette needs 24`,
    'Run "npm ci" and start through npm, which brings its own.',
  )
}

// Earlier than this program was made: the clock has lost its battery, or was never set.
const EARLIEST = Date.UTC(2026, 0, 1)
// Certificates, cookies and the audit trail are in trouble long before.
const LATEST = Date.UTC(2100, 0, 1)
const TOLERATED: Millis = 5 * SECOND

/** `newest`: of the newest entry in the audit trail. `server`: the `Date` of a running server's answer. */
export function examineClock(now: Millis, seen: { newest: Millis | null; server: Millis | null }): Finding {
  const { ok, warn, fail } = findings('clock')
  const set = 'Set the clock, and keep it right (timedatectl set-ntp true).'
  if (now < EARLIEST || now > LATEST) return fail(`it says ${toIso(now)}`, set)
  if (seen.newest !== null && seen.newest - now > DAY) {
    return fail(
      `it says ${toIso(now)}, but the newest entry of the audit trail is of ${toIso(seen.newest)}`,
      `${set} If it is right now, it was wrong then: events received meanwhile go late.`,
    )
  }
  // The header has whole seconds.
  if (seen.server !== null && Math.abs(seen.server - now) > TOLERATED) {
    return warn(`the server's differs by ${formatSpan(seen.server - now)} from this machine's`, set)
  }
  return ok(toIso(now))
}
