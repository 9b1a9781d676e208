/** Who sends how much: a row a minute, and the state of each source since its first event. */
import type { LogEvent } from '../../domain/event.ts'
import { MINUTE, type Millis } from '../../domain/time.ts'
import type { SourceState, TrafficMinute } from '../store.ts'
import type { Connection } from './connection.ts'

/** Stands for the dataset of a record that was rejected before anyone knew what it is. */
export const UNKNOWN_DATASET = 'unknown'

type Tally = TrafficMinute & { first: Millis; last: Millis; lastTime: Millis }

export type TrafficWriter = {
  /** `isNew`: stored for the first time; others count as a sign of life only. */
  event(receivedAt: Millis, event: LogEvent, isNew: boolean): void
  rejected(receivedAt: Millis, source: string, dataset: string | null): void
  /** Writes what was counted since the last call. */
  flush(): void
  forget(): void
}

export function trafficWriter(db: Connection): TrafficWriter {
  const addMinute = db.prepare(
    `INSERT INTO traffic(minute, source, dataset, events, rejected) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT(minute, source, dataset) DO UPDATE SET events = events + excluded.events,
       rejected = rejected + excluded.rejected`,
  )
  const addSource = db.prepare(
    `INSERT INTO source(source, dataset, first_received, last_received, last_time, events, rejected)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(source, dataset) DO UPDATE SET first_received = min(first_received, excluded.first_received),
       last_received = max(last_received, excluded.last_received), last_time = max(last_time, excluded.last_time),
       events = events + excluded.events, rejected = rejected + excluded.rejected`,
  )
  const tallies = new Map<string, Tally>()

  function tally(receivedAt: Millis, source: string, dataset: string, time: Millis): Tally {
    const minute = Math.floor(receivedAt / MINUTE) * MINUTE
    const name = `${minute}\0${source}\0${dataset}`
    let found = tallies.get(name)
    if (!found) {
      const [first, last] = [receivedAt, receivedAt]
      found = { minute, source, dataset, events: 0, rejected: 0, first, last, lastTime: 0 }
      tallies.set(name, found)
    }
    if (receivedAt < found.first) found.first = receivedAt
    if (receivedAt > found.last) found.last = receivedAt
    if (time > found.lastTime) found.lastTime = time
    return found
  }

  return {
    event(receivedAt, { source, dataset, time }, isNew) {
      const counted = tally(receivedAt, source, dataset, time)
      if (isNew) counted.events++
    },
    rejected(receivedAt, source, dataset) {
      tally(receivedAt, source, dataset ?? UNKNOWN_DATASET, 0).rejected++
    },
    flush() {
      for (const { minute, source, dataset, events, rejected, first, last, lastTime } of tallies.values()) {
        addMinute.run(minute, source, dataset, events, rejected)
        addSource.run(source, dataset, first, last, lastTime, events, rejected)
      }
      tallies.clear()
    },
    forget: () => tallies.clear(),
  }
}

export function trafficReads(db: Connection) {
  const inRange = db.prepare<[Millis, Millis], TrafficMinute>(
    `SELECT minute, source, dataset, events, rejected FROM traffic WHERE minute BETWEEN ? AND ?
     ORDER BY minute, source, dataset`,
  )
  const all = db.prepare<[], SourceState>(
    `SELECT source, dataset, first_received AS firstReceivedAt, last_received AS lastReceivedAt,
       last_time AS lastEventTime, events, rejected FROM source ORDER BY source, dataset`,
  )
  return {
    traffic: (from: Millis, to: Millis): TrafficMinute[] => inRange.all(from, to),
    sources: (): SourceState[] => all.all(),
  }
}
