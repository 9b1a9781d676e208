/** The header of a syslog line: RFC 5424, RFC 3164, and RFC 3164 with an ISO time, as rsyslog and Debian write it. */
import type { Millis } from '../../../domain/time.ts'
import { DAY } from '../../../domain/time.ts'
import { parseTime } from '../../time-text.ts'

export type SyslogHeader = {
  priority: number | null
  time: Millis | null
  host: string | null
  program: string | null
  pid: string | null
  messageId: string | null
  /** The line without its header. */
  body: string
}

/** The header of a line, or null if it has none. `now`: when it was received, from which a missing year follows. */
export function parseHeader(line: string, now: Millis): SyslogHeader | null {
  // Almost all other lines are told apart by their first character.
  const first = line.charCodeAt(0)
  const isMark = first === 0x3c
  if (!isMark && !isDigit(first) && !(first >= 0x41 && first <= 0x5a)) return null
  const mark = isMark ? MARK.exec(line) : null
  if (isMark && !mark) return null
  const priority = mark ? Number(mark[1]) : null
  if (priority !== null && priority > 191) return null
  const rest = mark ? line.slice(mark[0].length) : line
  return (mark && parse5424(rest, priority)) || parse3164(rest, priority, now)
}

const MARK = /^<(\d{1,3})>/
const RFC_5424 =
  /^\d{1,2} (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?:-|(?:\[[^\]"]*(?:"(?:[^"\\]|\\.)*"[^\]"]*)*\])+)(?: \uFEFF?([^]*))?$/

function parse5424(text: string, priority: number | null): SyslogHeader | null {
  const found = RFC_5424.exec(text)
  if (!found) return null
  const [, stamp, host, program, pid, messageId, body] = found
  const time = stamp === '-' ? null : (parseTime(stamp!) ?? null)
  if (stamp !== '-' && time === null) return null
  return {
    priority,
    time,
    host: said(host),
    program: said(program),
    pid: said(pid),
    messageId: said(messageId),
    body: body ?? '',
  }
}

const RFC_3164 =
  /^(?:([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?|(\d{4}-\d\d-\d\d[T ][\d:.,]{8,18}(?:Z|[+-]\d\d:?\d\d)?)) ([^]*)$/
const TAG = /^([^\s[\]:]{1,64})(?:\[([^\]\s]{1,16})\])?:(?: |$)([^]*)$/
const HOST_AND_TAG = /^(\S{1,255}) ([^\s[\]:]{1,64})(?:\[([^\]\s]{1,16})\])?:(?: |$)([^]*)$/

function parse3164(text: string, priority: number | null, now: Millis): SyslogHeader | null {
  const found = RFC_3164.exec(text)
  if (!found) return null
  const [, month, day, year, hour, minute, second, iso, rest] = found
  const time =
    iso === undefined
      ? dayOfYear({ month: month!, day: +day!, year, clock: `${hour}:${minute}:${second}` }, now)
      : parseTime(iso)
  if (time === undefined) return null
  const base = { priority, time, messageId: null }
  const named = HOST_AND_TAG.exec(rest!)
  // `Oct 11 22:14:15 sshd[7]: ...`, as a local socket gets it, has no host.
  const local = named && !named[1]!.endsWith(':') ? null : TAG.exec(rest!)
  if (local) return { ...base, host: null, program: local[1]!, pid: local[2] ?? null, body: local[3]! }
  if (!named) return null
  return { ...base, host: named[1]!, program: named[2]!, pid: named[3] ?? null, body: named[4]! }
}

type CalendarDay = { month: string; day: number; year: string | undefined; clock: string }

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/**
 * A date without a year is the last one before tomorrow: clocks and zones differ, but no log is written long before
 * its time. 29 February goes back to a leap year. No zone means UTC.
 */
function dayOfYear({ month, day, year, clock }: CalendarDay, now: Millis): Millis | undefined {
  const number = MONTHS.indexOf(month) + 1
  if (number === 0) return undefined
  const date = `${String(number).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  if (year !== undefined) return parseTime(`${year}-${date}T${clock}Z`)
  const latest = new Date(now + DAY).getUTCFullYear()
  for (let guess = latest; guess > latest - 5; guess--) {
    const time = parseTime(`${guess}-${date}T${clock}Z`)
    if (time !== undefined && time <= now + DAY) return time
  }
  return undefined
}

function said(value: string | undefined): string | null {
  return value === undefined || value === '-' ? null : value
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
