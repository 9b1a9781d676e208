/** Counting events by their narrow rows alone. */
import { HOUR } from '../../domain/time.ts'
import type { ScanColumn, Tally, TallyRequest } from '../store.ts'
import { type Connection, reading } from './connection.ts'
import { hourReader } from './event-hours.ts'
import { SEVERAL } from './terms.ts'
import { rowWalk, statements } from './walk.ts'

const INDEXED: readonly ScanColumn[] = ['account', 'ip', 'action']
// Up to so many events, reading their rows one by one is cheaper than reading all rows in a line.
const FEW = 50_000
const [EARLIEST, LATEST] = [-8.64e15, 8.64e15]
// A stretch that holds all there is, however it is cut.
const ENDLESS = 1e15

type Source = { sql: string; bounds: number[] }

export function tallyReads(db: Connection) {
  const { narrow } = rowWalk(db)
  const statement = statements(db)
  const readHours = hourReader(db)
  const termOf = db.prepare<[number], string>('SELECT value FROM term WHERE id = ?').pluck()

  /** The rows of the range, by the way that touches the least. */
  function source({ from = EARLIEST, to = LATEST, only, by }: TallyRequest): Source {
    const seconds = [Math.floor(from / 1000), Math.floor(to / 1000)]
    const asked = Object.keys(only) as ScanColumn[]
    const column = asked.find((one) => INDEXED.includes(one)) ?? (asked.length === 0 ? by : null)
    if (INDEXED.includes(column as ScanColumn)) {
      const sql = `event INDEXED BY event_${column} WHERE ${column} IS NOT NULL AND time BETWEEN ? AND ?`
      return { sql, bounds: [from, to] }
    }
    const bySecond = 'event INDEXED BY event_id WHERE second BETWEEN ? AND ?'
    // That index knows no milliseconds, and says all there is to say where the bounds are whole seconds.
    const isWhole = isSecond(from) && (isSecond(to + 1) || to === LATEST)
    if (isWhole && asked.length === 0 && isSecond(by)) return { sql: bySecond, bounds: seconds }
    const count = statement<{ n: number }>(`SELECT count(*) AS n FROM (SELECT 1 FROM ${bySecond} LIMIT ?)`)
    if (count.get(...(seconds as [number, number]), FEW)!.n < FEW) {
      return { sql: `${bySecond} AND time BETWEEN ? AND ?`, bounds: [...seconds, from, to] }
    }
    return { sql: 'event NOT INDEXED WHERE time BETWEEN ? AND ?', bounds: [from, to] }
  }

  function tally(request: TallyRequest): Tally {
    const narrowed = narrow(request.only)
    if (!narrowed) return { counts: [], several: [] }
    const { by, origin = 0 } = request
    const isTime = typeof by === 'number'
    const asked = Object.keys(request.only) as ScanColumn[]
    const unsure = [...new Set(isTime ? asked : [...asked, by])].filter((column) => column !== 'dataset')
    const { sql, bounds } = source(request)
    const isBySecond = isTime && isSecond(by) && isSecond(origin)
    const stretch = isBySecond ? `(second - ${origin / 1000}) / ${by / 1000}` : `(time - ${origin}) / ${by}`
    const counts = statement<{ value: number; count: number }>(
      `SELECT ${isTime ? stretch : by} AS value, count(*) AS count FROM ${sql} ${narrowed.sql}
       ${unsure.map((column) => `AND ${column} <> ${SEVERAL}`).join(' ')}
       ${isTime ? '' : `AND ${by} IS NOT NULL`} GROUP BY 1`,
    ).all(...bounds, ...narrowed.values)
    return {
      counts: counts.map(({ value, count }) => ({ value: isTime ? value : termOf.get(value)!, count })),
      several: unsure.length === 0 ? [] : severalIn(unsure).map(({ seq }) => seq),
    }

    function severalIn(columns: ScanColumn[]) {
      const isSeveral = columns.map((column) => `${column} = ${SEVERAL}`).join(' OR ')
      return statement<{ seq: number }>(`SELECT seq FROM ${sql} ${narrowed!.sql} AND (${isSeveral})`).all(
        ...bounds,
        ...narrowed!.values,
      )
    }
  }

  /** All events in stretches of whole hours: by the hours' own counts, and by rows at the ends. */
  function tallyHours({ from = EARLIEST, to = LATEST, only, by, origin = 0 }: TallyRequest): Tally | null {
    if (Object.keys(only).length > 0 || typeof by !== 'number' || origin % HOUR !== 0) return null
    const isOne = by >= ENDLESS && origin === 0
    if (!isOne && by % HOUR !== 0) return null
    const [first, end] = [Math.ceil(from / HOUR), Math.floor((to + 1) / HOUR)]
    if (first >= end) return null
    const counts = new Map<number, number>()
    const add = (stretch: number, count: number) => counts.set(stretch, (counts.get(stretch) ?? 0) + count)
    for (const { hour, events } of readHours(first, end)) {
      add(isOne ? 0 : Math.trunc((hour * HOUR - origin) / by), events)
    }
    const ends = [
      { from, to: first * HOUR - 1 },
      { from: end * HOUR, to },
    ]
    for (const part of ends) {
      if (part.from > part.to) continue
      for (const { value, count } of tally({ ...part, only, by, origin }).counts) add(Number(value), count)
    }
    return { counts: [...counts].map(([value, count]) => ({ value, count })), several: [] }
  }

  return { tally: reading(db, (request: TallyRequest) => tallyHours(request) ?? tally(request)) }
}

function isSecond(time: ScanColumn | number): boolean {
  return typeof time === 'number' && time % 1000 === 0
}
