/** Which keys of a document hold the parts of a log line: every shipper has its own names for them. */
import { type Fields, type Json, isObject, valueAt } from '../../../domain/json.ts'

/** A line, and who wrote it in the shipper's own words; null where it says nothing. */
export type Line = { text: string; program: string | null; pid: string | null }

/** The line that a document carries, or null. The keys are read at the first level, where shippers write them. */
export function lineOf(fields: Fields): Line | null {
  const key = TEXT_KEYS.find((name) => typeof fields[name] === 'string')
  const text = key === undefined ? read(fields, ORIGINAL) : fields[key]
  if (typeof text !== 'string' || text === '' || text.length > LONGEST) return null
  const said = firstOf(fields, PROGRAM_KEYS)
  const tag = said === null || said === RETRIED ? NO_TAG : splitTag(said)
  return { text: text.trim(), program: tag.program, pid: tag.pid }
}

/** The process that wrote the line, or null. */
export function pidOf(fields: Fields): string | null {
  return firstOf(fields, PID_KEYS)
}

/** The host that it was written on, or null. */
export function hostOf(fields: Fields): string | null {
  return firstOf(fields, HOST_KEYS)
}

// What rsyslog's omelasticsearch sends again after a refusal has lost its program and host, and says this instead.
const RETRIED = 'omes'

// A log line that is longer than what syslog daemons pass on is none.
const LONGEST = 16_384

/** ECS, syslog-ng, rsyslog's jsonmesg, Fluent Bit and Docker, and the journal. */
const TEXT_KEYS = ['message', 'MESSAGE', 'msg', 'log', 'MSG']

/** A key, and for a dotted one its first part and the rest: asked of every document, so cut only once. */
type Key = { whole: string; head: string; rest: string }

const ORIGINAL = keyOf('event.original')

/** ECS nested or flat (rsyslog, Filebeat), syslog-ng, rsyslog, Vector, Fluent Bit, OpenTelemetry, the journal. */
const PROGRAM_KEYS =
  'process.name PROGRAM programname appname app-name APP-NAME app_name ident SYSLOG_IDENTIFIER syslog_identifier syslog.identifier log.syslog.appname syslogtag _COMM'
    .split(' ')
    .map(keyOf)
const PID_KEYS = 'process.pid PID procid proc_id PROCID pid SYSLOG_PID _PID log.syslog.procid'
  .split(' ')
  .map(keyOf)
const HOST_KEYS = 'host.hostname HOST hostname host HOSTNAME _HOSTNAME host.name log.syslog.hostname fromhost'
  .split(' ')
  .map(keyOf)

function keyOf(whole: string): Key {
  const dot = whole.indexOf('.')
  return dot === -1
    ? { whole, head: '', rest: '' }
    : { whole, head: whole.slice(0, dot), rest: whole.slice(dot + 1) }
}

function firstOf(fields: Fields, keys: readonly Key[]): string | null {
  for (const key of keys) {
    const value = read(fields, key)
    if (value === undefined) continue
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return null
}

function read(fields: Fields, { whole, head, rest }: Key): Json | undefined {
  const own = fields[whole]
  if (own !== undefined || head === '') return own
  const part = fields[head]
  return isObject(part) ? valueAt(part, rest) : undefined
}

type Tag = { program: string | null; pid: string | null }

const NO_TAG: Tag = { program: null, pid: null }

/** `sshd[1234]:`, `/usr/sbin/sshd` -> its parts. */
function splitTag(tag: string): Tag {
  const parts = /^(?:\S*\/)?([^\s/[\]:]+)(?:\[(\d+)\])?:?$/.exec(tag)
  return { program: parts?.[1] ?? null, pid: parts?.[2] ?? null }
}
