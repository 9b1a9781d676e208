/** Which keys of a document hold the parts of a log line: every shipper has its own names for them. */
import { type Fields, type Json, isObject, valueAt } from '../../../domain/json.ts'

/** A line and what the shipper says of it; null where it says nothing. */
export type Line = {
  key: string
  text: string
  program: string | null
  pid: string | null
  host: string | null
}

/** The line that a document carries, or null. The keys are read at the first level, where shippers write them. */
export function lineOf(fields: Fields): Line | null {
  const key = TEXT_KEYS.find((name) => typeof fields[name] === 'string')
  const text = key === undefined ? nested(fields, 'event.original') : fields[key]
  if (typeof text !== 'string' || text === '' || text.length > LONGEST) return null
  const tag = splitTag(firstOf(fields, PROGRAM_KEYS))
  return {
    key: key ?? 'event.original',
    text: text.trim(),
    program: tag.program,
    pid: tag.pid ?? firstOf(fields, PID_KEYS),
    host: firstOf(fields, HOST_KEYS),
  }
}

// A log line that is longer than what syslog daemons pass on is none.
const LONGEST = 16_384

/** ECS, syslog-ng, rsyslog's jsonmesg, Fluent Bit and Docker, and the journal. */
const TEXT_KEYS = ['message', 'MESSAGE', 'msg', 'log', 'MSG']

/** ECS nested or flat (rsyslog, Filebeat), syslog-ng, rsyslog, Vector, Fluent Bit, OpenTelemetry, the journal. */
const PROGRAM_KEYS =
  'process.name PROGRAM programname appname app-name APP-NAME app_name ident SYSLOG_IDENTIFIER syslog_identifier syslog.identifier log.syslog.appname syslogtag _COMM'.split(
    ' ',
  )
const PID_KEYS = 'process.pid PID procid proc_id PROCID pid SYSLOG_PID _PID log.syslog.procid'.split(' ')
const HOST_KEYS =
  'host.hostname HOST hostname host HOSTNAME _HOSTNAME host.name log.syslog.hostname fromhost'.split(' ')

function firstOf(fields: Fields, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = nested(fields, key)
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return null
}

function nested(fields: Fields, path: string): Json | undefined {
  const own = fields[path]
  if (own !== undefined) return own
  const dot = path.indexOf('.')
  if (dot === -1) return undefined
  const part = fields[path.slice(0, dot)]
  return isObject(part) ? valueAt(part, path.slice(dot + 1)) : undefined
}

/** `sshd[1234]:`, `/usr/sbin/sshd` -> its parts. */
function splitTag(tag: string | null): { program: string | null; pid: string | null } {
  const parts = tag === null ? null : /^(?:\S*\/)?([^\s/[\]:]+)(?:\[(\d+)\])?:?$/.exec(tag)
  return { program: parts?.[1] ?? null, pid: parts?.[2] ?? null }
}
