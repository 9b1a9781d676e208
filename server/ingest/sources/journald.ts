/** Entries of the systemd journal, in ECS; fields that have no ECS name are under `journald.*` and `systemd.*`. */
import { type Fields, type Json, isObject } from '../../domain/json.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { addFields } from '../additions.ts'
import { EARLIEST } from '../event-time.ts'
import { put } from '../clean.ts'
import { priorityFields } from './syslog/fields.ts'

export type JournalDocument = { fields: Fields; time: Millis | null; id: string | null }

/** The journal's own entry in what our endpoint and OpenTelemetry's receiver give, or null. */
export function journalEntry(record: Fields): Fields | null {
  const wrapped = record['journald']
  // Filebeat's documents have an object of this name too, with names of its own.
  return isObject(wrapped) && record['@timestamp'] === undefined && isEntry(wrapped) ? wrapped : null
}

/** Whether an object has the journal's own field names, as `journalctl -o json` writes them. */
export function isEntry(record: Fields): boolean {
  return (
    record['@timestamp'] === undefined &&
    (record['__REALTIME_TIMESTAMP'] !== undefined || record['__CURSOR'] !== undefined)
  )
}

/** The document of an entry. The cursor names an entry once and for all, so it is the identity. */
export function fromJournal(entry: Fields): JournalDocument {
  const time = timeOf(entry)
  const cursor = text(entry['__CURSOR']) ?? null
  const fields: Fields = time === null ? {} : { '@timestamp': toIso(time) }
  put(fields, 'message', text(entry['MESSAGE']))
  const priority = numberOf(entry['PRIORITY'])
  const facility = numberOf(entry['SYSLOG_FACILITY'])
  const known = priority !== undefined && priority >= 0 && priority <= 7
  addFields(fields, [
    ...ECS.map(([name, path, read]) => [path, read(entry[name])] as const),
    ...(known ? priorityFields((facility ?? 1) * 8 + priority) : []),
    ['log.level', known ? LEVELS[priority] : undefined],
    ['journald', rest(entry)],
  ])
  return { fields, time, id: cursor }
}

const LEVELS = 'emergency alert critical error warning notice info debug'.split(' ')

type Move = readonly [name: string, path: string, read: (value: Json | undefined) => Json | undefined]

/** systemd.journal-fields(7) -> ECS. */
const ECS: readonly Move[] = [
  ['_HOSTNAME', 'host.hostname', text],
  ['_MACHINE_ID', 'host.id', text],
  ['_BOOT_ID', 'host.boot.id', text],
  ['SYSLOG_IDENTIFIER', 'process.name', text],
  ['_COMM', 'process.name', text],
  ['_PID', 'process.pid', numberOf],
  ['SYSLOG_PID', 'process.pid', numberOf],
  ['_EXE', 'process.executable', text],
  ['_CMDLINE', 'process.command_line', text],
  ['_UID', 'process.user.id', text],
  ['_GID', 'process.group.id', text],
  ['_SYSTEMD_UNIT', 'systemd.unit', text],
  ['_SYSTEMD_SLICE', 'systemd.slice', text],
  ['_TRANSPORT', 'systemd.transport', text],
  ['CONTAINER_ID_FULL', 'container.id', text],
  ['CONTAINER_NAME', 'container.name', text],
  ['CODE_FILE', 'log.origin.file.name', text],
  ['CODE_LINE', 'log.origin.file.line', numberOf],
  ['CODE_FUNC', 'log.origin.function', text],
]

const MOVED = new Set([...ECS.map(([name]) => name), 'MESSAGE', 'PRIORITY', 'SYSLOG_FACILITY'])

/** What has no ECS name, under its own in small letters: `UNIT`, `_AUDIT_SESSION` -> `unit`, `audit_session`. */
function rest(entry: Fields): Fields | undefined {
  const left: Fields = {}
  for (const key in entry) {
    const value = entry[key]!
    if (MOVED.has(key) && !Array.isArray(value)) continue
    const name = key.replace(/^_+/, '').toLowerCase()
    if (name !== '' && name !== 'proto__') put(left, name, isBytes(value) ? text(value) : value)
  }
  return Object.keys(left).length > 0 ? left : undefined
}

function timeOf(entry: Fields): Millis | null {
  for (const key of ['__REALTIME_TIMESTAMP', '_SOURCE_REALTIME_TIMESTAMP']) {
    // Microseconds since 1970.
    const digits = /^\d{13,17}$/.exec(text(entry[key]) ?? '')?.[0]
    const time = digits === undefined ? 0 : Number(digits.slice(0, -3))
    if (time >= EARLIEST) return time
  }
  return null
}

/** A field's text; of one that was sent several times, the first; journalctl writes bytes as a list of numbers. */
function text(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return undefined
  return isBytes(value) ? Buffer.from(value as number[]).toString('utf8') : text(value[0])
}

function isBytes(value: Json): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number')
}

function numberOf(value: Json | undefined): number | undefined {
  const digits = text(value)
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}
