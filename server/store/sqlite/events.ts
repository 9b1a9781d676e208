/** Stored events by id, and all of them in the order in which they came. */
import { type LogEvent, parseEventId } from '../../domain/event.ts'
import type { Millis } from '../../domain/time.ts'
import type { ReplayPage, StoredEvent } from '../store.ts'
import type { BlockReader, Place } from './blocks.ts'
import { type Connection, reading } from './connection.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { eventHash } from './event-hash.ts'
import { TERM } from './terms.ts'

// Up to so many, it is cheaper to sort a range of times by arrival than to read past all other events.
const SORTED_AT_MOST = 50_000

export function eventReads(db: Connection, blocks: BlockReader) {
  const bySecond = db.prepare<[number, bigint], Place>(
    'SELECT block, at FROM event WHERE second = ? AND hash = ?',
  )
  const seenAt = db.prepare<[bigint], Millis>('SELECT time FROM seen WHERE hash = ?').pluck()
  // Reads the whole index: only for events without their own time that `seen` has forgotten.
  const anywhere = db.prepare<[bigint], Place>(
    'SELECT block, at FROM event INDEXED BY event_id WHERE second IS NOT NULL AND hash = ? ORDER BY second LIMIT 1',
  )
  const datasets = db.prepare<[number], string>('SELECT value FROM term WHERE kind = ?').pluck()
  const replayed = replayReads(db)

  function placeOf(id: string): Place | undefined {
    const parts = parseEventId(id)
    if (!parts) return undefined
    const { dataset, identity, second } = parts
    const hash = eventHash({ dataset, identity, ownTime: second !== null })
    if (second !== null) return bySecond.get(second, hash)
    const time = seenAt.get(hash)
    return time === undefined ? anywhere.get(hash) : bySecond.get(Math.floor(time / 1000), hash)
  }

  function event(id: string): LogEvent | null {
    const place = placeOf(id)
    return place ? blocks.event(place) : null
  }

  /** A document is known by its dataset as well, and that is nothing its `_id` tells: there are few, so each is tried. */
  function document(index: string, docId: string): LogEvent | null {
    const identity = `${index}/${docId}`
    for (const dataset of datasets.all(TERM.dataset)) {
      const hash = eventHash({ dataset, identity, ownTime: false })
      const time = seenAt.get(hash)
      const place = time === undefined ? undefined : bySecond.get(Math.floor(time / 1000), hash)
      if (place) return blocks.event(place)
    }
    return null
  }

  return {
    event: reading(db, event),
    document: reading(db, document),
    events: reading(db, (ids: string[]): StoredEvent[] => {
      const places = new Map(ids.map((id) => [id, placeOf(id)]))
      const found = new Map<string, LogEvent>()
      // Block by block, so that each is unpacked once whatever order was asked for.
      const inOrder = [...places].sort(([, a], [, b]) => (a?.block ?? 0) - (b?.block ?? 0))
      for (const [id, place] of inOrder) if (place) found.set(id, blocks.event(place))
      return ids.flatMap((id) => found.get(id) ?? [])
    }),
    replay: reading(db, (from: Millis, to: Millis, size: number, cursor?: string): ReplayPage => {
      const [after] = cursor === undefined ? [0] : decodeCursor(cursor, ['number'])
      const read = replayed(from, to, Number(after), size + 1)
      const page = read.slice(0, size)
      const last = page.at(-1)
      return {
        events: page.map((place) => blocks.event(place)),
        cursor: read.length > size && last ? encodeCursor([last.seq]) : null,
      }
    }),
  }
}

type ReplayRow = Place & { seq: number }

/** Rows in a range of times after `seq`, by arrival. */
function replayReads(db: Connection) {
  const count = db
    .prepare<[number, number, number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM event WHERE second BETWEEN ? AND ? LIMIT ?)',
    )
    .pluck()
  const few = db.prepare<[number, number, Millis, Millis, number, number], ReplayRow>(
    `SELECT seq, block, at FROM event INDEXED BY event_id
     WHERE second BETWEEN ? AND ? AND time BETWEEN ? AND ? AND seq > ? ORDER BY seq LIMIT ?`,
  )
  const many = db.prepare<[Millis, Millis, number, number], ReplayRow>(
    'SELECT seq, block, at FROM event NOT INDEXED WHERE time BETWEEN ? AND ? AND seq > ? ORDER BY seq LIMIT ?',
  )
  return (from: Millis, to: Millis, after: number, limit: number): ReplayRow[] => {
    const [first, last] = [Math.floor(from / 1000), Math.floor(to / 1000)]
    const isFew = count.get(first, last, SORTED_AT_MOST + 1)! <= SORTED_AT_MOST
    return isFew ? few.all(first, last, from, to, after, limit) : many.all(from, to, after, limit)
  }
}
