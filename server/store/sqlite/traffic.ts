/** Who sends how much, and how late: counts by the minute and by the hour, and the state of each source. */
import { type DelayCount, delayStep } from '../../domain/delay.ts'
import { DRILL_SOURCE, type LogEvent, type Rejection } from '../../domain/event.ts'
import type { ActiveHour } from '../../domain/rhythm.ts'
import { HOUR, MINUTE, type Millis } from '../../domain/time.ts'
import type { SourceState, StreamDelay, TrafficMinute } from '../store.ts'
import { type Connection, writing } from './connection.ts'

/** Stands for the dataset of a record that was rejected before anyone knew what it is. */
export const UNKNOWN_DATASET = 'unknown'

type Tally = TrafficMinute & {
  first: Millis
  last: Millis
  lastTime: Millis
  rejection: SourceState['rejection']
  /** Events by the step of their delay. */
  delays: Map<number, number>
}

export type TrafficWriter = {
  /** `isNew`: stored for the first time; others count as a sign of life only. */
  event(receivedAt: Millis, event: LogEvent, isNew: boolean): void
  rejected(receivedAt: Millis, source: string, rejection: Rejection): void
  /** Writes what was counted since the last call. */
  flush(): void
  forget(): void
}

export function trafficWriter(db: Connection): TrafficWriter {
  const add = statements(db)
  const tallies = new Map<string, Tally>()

  function tally(receivedAt: Millis, source: string, dataset: string, time: Millis): Tally {
    const minute = Math.floor(receivedAt / MINUTE) * MINUTE
    const name = `${minute}\0${source}\0${dataset}`
    let found = tallies.get(name)
    if (!found) {
      const times = { first: receivedAt, last: receivedAt, lastTime: 0 }
      const counts = { events: 0, rejected: 0, rejection: null, delays: new Map<number, number>() }
      found = { minute, source, dataset, ...times, ...counts }
      tallies.set(name, found)
    }
    if (receivedAt < found.first) found.first = receivedAt
    if (receivedAt > found.last) found.last = receivedAt
    if (time > found.lastTime) found.lastTime = time
    return found
  }

  return {
    event(receivedAt, { source, dataset, time, drill }, isNew) {
      // A drill is no sign of life of anything.
      const counted = tally(receivedAt, drill === null ? source : DRILL_SOURCE, dataset, time)
      if (!isNew) return
      counted.events++
      // Without a time of its own it got the time of its receipt, which says nothing about the way it took.
      if (time === receivedAt) return
      const step = delayStep(receivedAt - time)
      counted.delays.set(step, (counted.delays.get(step) ?? 0) + 1)
    },
    rejected(receivedAt, source, { dataset, code, detail }) {
      const counted = tally(receivedAt, source, dataset ?? UNKNOWN_DATASET, 0)
      counted.rejected++
      if ((counted.rejection?.at ?? 0) <= receivedAt) counted.rejection = { at: receivedAt, code, detail }
    },
    flush() {
      for (const { minute, source, dataset, events, rejected, ...rest } of tallies.values()) {
        const { first, last, lastTime, rejection, delays } = rest
        const hour = Math.floor(minute / HOUR) * HOUR
        add.minute.run(minute, source, dataset, events, rejected)
        add.hour.run(source, dataset, hour, events, rejected, minute, minute)
        add.source.run(source, dataset, first, last, lastTime, events, rejected)
        for (const [step, count] of delays) add.delay.run(hour, source, dataset, step, count)
        if (rejection) add.rejection.run({ source, dataset, ...rejection })
      }
      tallies.clear()
    },
    forget: () => tallies.clear(),
  }
}

function statements(db: Connection) {
  return {
    minute: db.prepare(
      `INSERT INTO traffic(minute, source, dataset, events, rejected) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(minute, source, dataset) DO UPDATE SET events = events + excluded.events,
         rejected = rejected + excluded.rejected`,
    ),
    hour: db.prepare(
      `INSERT INTO traffic_hour(source, dataset, hour, events, rejected, first, last, pause)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0)
       ON CONFLICT(source, dataset, hour) DO UPDATE SET events = events + excluded.events,
         rejected = rejected + excluded.rejected, first = min(first, excluded.first),
         last = max(last, excluded.last), pause = max(pause, excluded.first - last)`,
    ),
    delay: db.prepare(
      `INSERT INTO traffic_delay(hour, source, dataset, step, events) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(hour, source, dataset, step) DO UPDATE SET events = events + excluded.events`,
    ),
    source: db.prepare(
      `INSERT INTO source(source, dataset, first_received, last_received, last_time, events, rejected)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT(source, dataset) DO UPDATE SET first_received = min(first_received, excluded.first_received),
         last_received = max(last_received, excluded.last_received), last_time = max(last_time, excluded.last_time),
         events = events + excluded.events, rejected = rejected + excluded.rejected`,
    ),
    rejection: db.prepare(
      `UPDATE source SET rejected_at = @at, rejected_code = @code, rejected_detail = @detail
       WHERE source = @source AND dataset = @dataset AND (rejected_at IS NULL OR rejected_at <= @at)`,
    ),
  }
}

type SourceRow = Omit<SourceState, 'rejection'> & { at: Millis | null; code: string; detail: string }

export function trafficReads(db: Connection) {
  const inRange = db.prepare<[Millis, Millis], TrafficMinute>(
    `SELECT minute, source, dataset, events, rejected FROM traffic WHERE minute BETWEEN ? AND ?
     ORDER BY minute, source, dataset`,
  )
  const all = db.prepare<[], SourceRow>(
    `SELECT source, dataset, first_received AS firstReceivedAt, last_received AS lastReceivedAt,
       last_time AS lastEventTime, events, rejected, rejected_at AS at, rejected_code AS code,
       rejected_detail AS detail FROM source WHERE source <> '${DRILL_SOURCE}' ORDER BY source, dataset`,
  )
  const hours = db.prepare<[string, string, Millis, Millis], ActiveHour>(
    `SELECT hour, events, first, last, pause FROM traffic_hour
     WHERE source = ? AND dataset = ? AND hour BETWEEN ? AND ? ORDER BY hour`,
  )
  const delays = db.prepare<[Millis], DelayCount & StreamDelay>(
    `SELECT source, dataset, step, sum(events) AS events FROM traffic_delay WHERE hour >= ?
     GROUP BY source, dataset, step ORDER BY source, dataset, step`,
  )
  return {
    traffic: (from: Millis, to: Millis): TrafficMinute[] => inRange.all(from, to),
    sources: (): SourceState[] =>
      all.all().map(({ at, code, detail, ...state }) => ({
        ...state,
        rejection: at === null ? null : { at, code, detail },
      })),
    trafficHours: (
      { source, dataset }: { source: string; dataset: string },
      from: Millis,
      to: Millis,
    ): ActiveHour[] => hours.all(source, dataset, from, to),
    delays: (from: Millis): StreamDelay[] => delays.all(Math.floor(from / HOUR) * HOUR),
  }
}

export function trafficPruner(db: Connection) {
  const old = (table: string, key: string, age: string) =>
    db.prepare<[Millis, number]>(
      `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${age} < ? ORDER BY ${age} LIMIT ?)`,
    )
  const minutes = old('traffic', 'minute, source, dataset', 'minute')
  const hours = old('traffic_hour', 'source, dataset, hour', 'hour')
  const delays = old('traffic_delay', 'hour, source, dataset, step', 'hour')
  return {
    pruneTraffic: writing(
      db,
      (before: { minute: Millis; hour: Millis; delay: Millis }, limit: number): number => {
        let gone = minutes.run(before.minute, limit).changes
        if (gone < limit) gone += hours.run(before.hour, limit - gone).changes
        if (gone < limit) gone += delays.run(before.delay, limit - gone).changes
        return gone
      },
    ),
  }
}
