/** Appending: events, hits, pending groups, rejects and traffic of all batches in one transaction. */
import { type LogEvent, punctuality } from '../../domain/event.ts'
import type { Hit } from '../../domain/hit.ts'
import type { Appended, AppendOutcome, Batch, MatchedEvent, MatchMerged, MergeVersions } from '../store.ts'
import { lineOf } from './block-codec.ts'
import { BLOCK_EVENTS, type BlockReader, blockWriter, type Place } from './blocks.ts'
import { type Connection, writing } from './connection.ts'
import { counter } from './counter.ts'
import { addDeadLetters } from './dead-letters.ts'
import { hourWriter } from './event-hours.ts'
import { eventRows, type KnownRow } from './event-rows.ts'
import type { GoneTimes } from './gone-times.ts'
import { hitWriter } from './hits.ts'
import type { KnownPresence } from './known-presence.ts'
import { receiptWriter } from './receipts.ts'
import type { Terms } from './terms.ts'
import { trafficWriter } from './traffic.ts'
import { isReplacement, nextVersion } from '../versions.ts'

export function appender(
  db: Connection,
  reader: BlockReader,
  terms: Terms,
  { merge, match }: { merge: MergeVersions; match: MatchMerged },
  gone: GoneTimes,
  present: KnownPresence,
): (batches: Batch[]) => Appended[] {
  const rows = eventRows(db, terms)
  const blocks = blockWriter(db)
  const hits = hitWriter(db, gone, present)
  const counts = [counter(db, 'late'), counter(db, 'ahead'), counter(db, 'too_late')] as const
  const hours = hourWriter(db)
  const traffic = trafficWriter(db)
  const reject = addDeadLetters(db)
  const keepReceipt = receiptWriter(db)
  const lostLine = db.prepare<[number]>('UPDATE block SET live = live - 1 WHERE id = ?')

  // The block that is being filled; its events stay objects until it is full, so that a later version in the same
  // call simply replaces an earlier one.
  let open: { id: number; events: LogEvent[] } = { id: 0, events: [] }

  let [late, ahead, tooLate] = [0, 0, 0]

  function write(batches: Batch[]): Appended[] {
    ;[late, ahead, tooLate] = [0, 0, 0]
    open = { id: blocks.nextId(), events: [] }
    rows.begin()
    const appended = batches.map(writeBatch)
    flush()
    hits.markPending()
    hours.flush()
    traffic.flush()
    for (const [i, n] of [late, ahead, tooLate].entries()) if (n > 0) counts[i]!(n)
    return appended
  }

  function writeBatch(batch: Batch): Appended {
    let nudge = false
    const outcomes = batch.events.map((matched) => {
      const { outcome, completed } = keep(matched)
      const added = hits.add([...matched.hits, ...completed], batch.receivedAt)
      if (added.isNew) nudge = true
      if (added.isTooLate) tooLate++
      if (outcome === 'accepted') countTime(matched.event)
      traffic.event(batch.receivedAt, matched.event, outcome === 'accepted')
      return outcome
    })
    if (batch.rejections.length > 0) reject(batch)
    for (const rejection of batch.rejections) traffic.rejected(batch.receivedAt, batch.source, rejection)
    if (batch.receipt) keepReceipt(batch.receipt, batch.receivedAt)
    return { outcomes, nudge }
  }

  function countTime(event: LogEvent): void {
    const told = punctuality(event)
    if (told === 'late') late++
    else if (told === 'ahead') ahead++
  }

  function keep({ event, createOnly }: MatchedEvent): { outcome: AppendOutcome; completed: Hit[] } {
    const place = { block: open.id, at: open.events.length }
    const known = rows.add(event, place)
    if (!known) {
      push(event)
      hours.add(event.time)
      return { outcome: 'accepted', completed: [] }
    }
    if (createOnly) return { outcome: 'duplicate', completed: [] }
    const stored = storedAt(known)
    const version = nextVersion(stored, event, merge)
    if (version === null) return { outcome: 'duplicate', completed: [] }
    replace(known, version, place)
    if (version.time !== stored.time) {
      hours.add(stored.time, -1)
      hours.add(version.time)
    }
    if (isReplacement(event)) return { outcome: 'updated', completed: [] }
    // The earlier time of the two, so that it does not matter which copy came first.
    return { outcome: 'updated', completed: match({ ...version, time: Math.min(stored.time, event.time) }) }
  }

  function storedAt(place: Place): LogEvent {
    return place.block === open.id ? open.events[place.at]! : reader.event(place)
  }

  function replace(known: KnownRow, event: LogEvent, place: Place): void {
    if (known.block === open.id) {
      open.events[known.at] = event
      rows.move(known.seq, event, known)
      return
    }
    lostLine.run(known.block)
    rows.move(known.seq, event, place)
    push(event)
  }

  function push(event: LogEvent): void {
    open.events.push(event)
    if (open.events.length < BLOCK_EVENTS) return
    flush()
    open = { id: open.id + 1, events: [] }
  }

  function flush(): void {
    if (open.events.length === 0) return
    blocks.write(
      open.id,
      open.events.map((event) => ({
        line: lineOf(event),
        raw: event.raw,
        time: event.time,
        receivedAt: event.receivedAt,
      })),
    )
  }

  const inTransaction = writing(db, write)
  return (batches) => {
    try {
      return inTransaction(batches)
    } catch (error) {
      terms.forget()
      hits.forget()
      hours.forget()
      traffic.forget()
      reader.forget()
      throw error
    }
  }
}
