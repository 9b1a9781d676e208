/** What becomes of a stored event when it is sent again: pure, so that every engine says the same. */
import type { LogEvent } from '../domain/event.ts'
import type { MergeVersions } from './store.ts'

/** A document known only by its `_id`: what was sent last takes the place of what was there. */
export function isReplacement(sent: LogEvent): boolean {
  return sent.docId !== undefined && sent.identity === `${sent.index}/${sent.docId}`
}

/**
 * The event as it is to be stored now, or null if the newcomer changes nothing.
 *
 * A replacement is stored as it was sent, as Elasticsearch has it. An event with an id of its own
 * is told by several feeds in any order, so its versions are merged; the record shown is the one that came last.
 */
export function nextVersion(stored: LogEvent, sent: LogEvent, merge: MergeVersions): LogEvent | null {
  if (isReplacement(sent)) {
    if (sent.raw === stored.raw) return null
    // The receive time stands in for a time that the document lacks: then the first one stays.
    const time = sent.time === sent.receivedAt ? stored.time : sent.time
    return { ...sent, time, receivedAt: stored.receivedAt }
  }
  const merged = merge(stored.fields, sent.fields)
  const isOtherText = sent.asSent === true && sent.raw !== stored.raw
  if (merged === null && !isOtherText) return null
  const version: LogEvent = { ...stored, fields: merged ?? stored.fields, raw: sent.raw }
  if (sent.asSent) version.asSent = sent.asSent
  else delete version.asSent
  return version
}
