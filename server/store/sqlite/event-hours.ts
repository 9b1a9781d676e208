/** How many events each hour holds, so that counting all of them over time reads no event. */
import { HOUR, type Millis } from '../../domain/time.ts'
import type { Connection } from './connection.ts'

export type HourWriter = {
  /** Notes an event that was added, or with -1 one that left its hour. */
  add(time: Millis, count?: number): void
  /** Writes what was noted, inside the transaction that added the events. */
  flush(): void
  forget(): void
}

export function hourWriter(db: Connection): HourWriter {
  const upsert = db.prepare<[number, number]>(
    'INSERT INTO event_hour(hour, events) VALUES (?, ?) ON CONFLICT(hour) DO UPDATE SET events = events + excluded.events',
  )
  const noted = new Map<number, number>()
  return {
    add(time, count = 1) {
      const hour = Math.floor(time / HOUR)
      noted.set(hour, (noted.get(hour) ?? 0) + count)
    },
    flush() {
      for (const [hour, events] of noted) upsert.run(hour, events)
      noted.clear()
    },
    forget: () => noted.clear(),
  }
}

export type HourCount = { hour: number; events: number }

/** Hours that hold events, from `first` on and before `end`. */
export function hourReader(db: Connection): (first: number, end: number) => HourCount[] {
  const read = db.prepare<[number, number], HourCount>(
    'SELECT hour, events FROM event_hour WHERE hour >= ? AND hour < ? AND events > 0',
  )
  return (first, end) => read.all(first, end)
}
