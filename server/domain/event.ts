import { type Fields, isObject } from './json.ts'
import { ALLOWED_LATENESS, type Millis } from './time.ts'

/**
 * One log, normalised. `LogEvent`, because `Event` is a global of the platform.
 *
 * `id` is opaque and unique, and contains the source's own id where there is one. It is made by
 * `eventId` below from the identity parts, so that the store can find an event by it.
 */
export type LogEvent = {
  id: string
  /** The event's own time; the receive time when it has none, or when it lies in the future. */
  time: Millis
  receivedAt: Millis
  dataset: string
  /** `logs-<dataset>-default`, or the index a bulk shipper named. */
  index: string
  /** The shipper, by name. */
  source: string
  /** `event.category`, always a list. */
  category: string[]
  fields: Fields
  /** The record as it was sent: JSON text. */
  raw: string
  /** The drill it belongs to; drill events meet only each other. */
  drill: string | null
  /**
   * False: its identity cannot rest on the time, since the record has none of its own (or one ahead of the clock), or is
   * a document whose `_id` is unique in its index whatever its time.
   */
  ownTime: boolean
  /**
   * What identifies it within its dataset: the source's own id, `<index>/<_id>` of a bulk document, or a hash
   * of content and position (`#...`).
   */
  identity: string
  /** The `_id` under which a shipper stored it; unique within its index. */
  docId?: string
  /** The document is the record itself, at most with something added: a search by `_id`s reads `raw`. */
  asSent?: true
}

/** What rules see of an event: all but the record as it was sent. */
export type RuleEvent = Omit<LogEvent, 'raw'>

/**
 * The public id. Seconds, not milliseconds: the diagnostic and the Graph copy of one sign-in
 * agree on the second only.
 */
export function eventId(dataset: string, identity: string, time: Millis, ownTime: boolean): string {
  return `${ownTime ? Math.floor(time / 1000).toString(36) : '-'}~${dataset}~${identity}`
}

export type EventIdParts = { second: number | null; dataset: string; identity: string }

/** The parts of an id, or null if the text is no id of ours. */
export function parseEventId(id: string): EventIdParts | null {
  const parts = /^(-|-?[0-9a-z]+)~([^~]+)~(.+)$/s.exec(id)
  if (!parts) return null
  const second = parts[1] === '-' ? null : Number.parseInt(parts[1]!, 36)
  return { second, dataset: parts[2]!, identity: parts[3]! }
}

/** A record that could not be kept as an event: why, and what to do. */
export type Rejection = { line: number; code: string; detail: string; dataset: string | null; raw: string }

/** Whether an event came later than usual after its time, or says a time that has yet to come. */
export function punctuality({ time, receivedAt, fields }: LogEvent): 'late' | 'ahead' | null {
  const own = fields['vedette']
  if (isObject(own) && own['clock_ahead'] === true) return 'ahead'
  return receivedAt - time > ALLOWED_LATENESS ? 'late' : null
}

/** The account of an event: lower-cased `user.email`, else `user.name`, else `user.id`, else null. */
export type Account = string | null

/** In the place of a source, for the traffic of drills: nobody's shipper is called so, and it is listed nowhere. */
export const DRILL_SOURCE = ' drill'
