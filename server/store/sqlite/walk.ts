/** Rows of events in the order a search wants them, in portions, by the index that leads there fastest. */
import type { Millis } from '../../domain/time.ts'
import type { ScanColumn, ScanPlace, ScanRequest } from '../store.ts'
import type { Place } from './blocks.ts'
import type { Connection } from './connection.ts'
import { SEVERAL, TERM } from './terms.ts'

export type WalkedRow = Place & { seq: number; time: Millis }
export type Walk = (request: ScanRequest) => Generator<WalkedRow>

/** What the columns of a row must hold, as SQL. Null: no row can. */
export type Narrowed = { sql: string; values: number[]; ids: Partial<Record<ScanColumn, number[]>> } | null

const COLUMNS = 'seq, time, block, at'
const FIRST_PORTION = 64
const LARGEST_PORTION = 4096
// Counting further than this costs more than knowing which of two indexes leads to fewer rows.
const COUNTED = 5_000
// Walking along more values than this at once costs more than it saves.
const MOST_LANES = 16
const INDEXED = ['account', 'ip', 'action'] as const

export function rowWalk(db: Connection): { walk: Walk; narrow: Narrow } {
  const narrow = narrower(db)
  const statement = statements(db)
  const lane = laneReads(statement)

  function* arrivals(request: ScanRequest, narrowed: NonNullable<Narrowed>) {
    const { sql, values } = narrowed
    const [from, to] = timesOf(request)
    let seq = request.after?.seq ?? 0
    for (let size = FIRST_PORTION; ; size = next(size)) {
      const rows = statement<WalkedRow>(
        `SELECT ${COLUMNS} FROM event NOT INDEXED WHERE seq > ? AND time BETWEEN ? AND ? ${sql} ORDER BY seq LIMIT ?`,
      ).all(seq, from, to, ...values, size)
      yield* rows
      if (rows.length < size) return
      seq = rows.at(-1)!.seq
    }
  }

  /** By the index of seconds, where equal seconds lie in no order: each second is read whole and sorted. */
  function* timeline(request: ScanRequest, narrowed: NonNullable<Narrowed>) {
    const { sql, values } = narrowed
    const isUp = request.order === 'oldest'
    const [from, to] = timesOf(request, request.after)
    let [low, high] = [Math.floor(from / 1000), Math.floor(to / 1000)]
    type Row = WalkedRow & { second: number }
    const read = (limit: number) =>
      statement<Row>(
        `SELECT ${COLUMNS}, second FROM event INDEXED BY event_id
         WHERE second BETWEEN ? AND ? AND time BETWEEN ? AND ? ${sql} ORDER BY second ${isUp ? 'ASC' : 'DESC'} LIMIT ?`,
      ).all(low, high, from, to, ...values, limit)
    for (let size = FIRST_PORTION; low <= high; size = next(size)) {
      let rows = read(size)
      const isMore = rows.length === size
      if (isMore) {
        const last = rows.at(-1)!.second
        const whole = rows.filter(({ second }) => second !== last)
        if (whole.length > 0) rows = whole
        else {
          const kept = [low, high] as const
          low = high = last
          rows = read(-1)
          ;[low, high] = kept
        }
      }
      if (rows.length === 0) return
      const reached = rows.at(-1)!.second
      rows.sort(isUp ? upwards : downwards)
      for (const row of rows) if (!request.after || isBehind(row, request.after, isUp)) yield row
      if (!isMore) return
      if (isUp) low = reached + 1
      else high = reached - 1
    }
  }

  /** Along the index of a column, one lane a value, merged. */
  function* lanes(request: ScanRequest, narrowed: NonNullable<Narrowed>, column: (typeof INDEXED)[number]) {
    const isUp = request.order === 'oldest'
    const open = narrowed.ids[column]!.map((id) => lane(column, id, request, narrowed))
    const heads = open.map((one) => one.next())
    for (;;) {
      let best = -1
      for (const [i, head] of heads.entries()) {
        if (head.done) continue
        const leader = heads[best]?.value
        if (!leader || isBehind(leader, head.value, isUp)) best = i
      }
      if (best === -1) return
      yield heads[best]!.value as WalkedRow
      heads[best] = open[best]!.next()
    }
  }

  /** The column whose index leads to the fewest rows, if there is one. */
  function quickest(request: ScanRequest, { ids }: NonNullable<Narrowed>): (typeof INDEXED)[number] | null {
    const [from, to] = timesOf(request)
    let best: (typeof INDEXED)[number] | null = null
    let fewest = Infinity
    for (const column of INDEXED) {
      const values = ids[column]
      if (!values || values.length > MOST_LANES) continue
      let count = 0
      for (const id of values) {
        count += statement<{ n: number }>(
          `SELECT count(*) AS n FROM (SELECT 1 FROM event INDEXED BY event_${column}
           WHERE ${column} = ? AND time BETWEEN ? AND ? LIMIT ?)`,
        ).get(id, from, to, COUNTED)!.n
      }
      if (count < fewest) [best, fewest] = [column, count]
    }
    return best
  }

  return {
    narrow,
    *walk(request) {
      const narrowed = narrow(request.only)
      if (!narrowed) return
      if (request.order === 'arrival') {
        yield* arrivals(request, narrowed)
        return
      }
      const column = quickest(request, narrowed)
      if (column) yield* lanes(request, narrowed, column)
      else yield* timeline(request, narrowed)
    },
  }
}

type Statement = ReturnType<typeof statements>

/** Prepared once for each text. */
export function statements(db: Connection) {
  const known = new Map<string, ReturnType<Connection['prepare']>>()
  return <Row>(sql: string) => {
    let statement = known.get(sql)
    if (!statement) known.set(sql, (statement = db.prepare(sql)))
    return statement as unknown as {
      all(...values: (number | string)[]): Row[]
      get(...values: (number | string)[]): Row | undefined
    }
  }
}

function laneReads(statement: Statement) {
  return function* lane(
    column: string,
    id: number,
    request: ScanRequest,
    { sql, values }: NonNullable<Narrowed>,
  ): Generator<WalkedRow> {
    const isUp = request.order === 'oldest'
    const [first, last] = timesOf(request)
    let behind = request.after ?? { time: isUp ? first : last, seq: isUp ? -1 : Number.MAX_SAFE_INTEGER }
    for (let size = FIRST_PORTION; ; size = next(size)) {
      const rows = statement<WalkedRow>(
        `SELECT ${COLUMNS} FROM event INDEXED BY event_${column} WHERE ${column} = ? AND time BETWEEN ? AND ?
         AND (time ${isUp ? '>' : '<'} ? OR seq ${isUp ? '>' : '<'} ?) ${sql}
         ORDER BY time ${isUp ? 'ASC, seq ASC' : 'DESC, seq DESC'} LIMIT ?`,
      ).all(id, ...timesOf(request, behind), behind.time, behind.seq, ...values, size)
      yield* rows
      if (rows.length < size) return
      behind = rows.at(-1)!
    }
  }
}

/** The conditions on columns; each also lets through the rows that hold several values there. */
export type Narrow = (only: ScanRequest['only']) => Narrowed

function narrower(db: Connection): Narrow {
  const find = db
    .prepare<[number, string], number>('SELECT id FROM term WHERE kind = ? AND value = ?')
    .pluck()
  return (only) => {
    const sql: string[] = []
    const values: number[] = []
    const ids: Partial<Record<ScanColumn, number[]>> = {}
    for (const [column, wanted] of Object.entries(only) as [ScanColumn, string[]][]) {
      const found = [...new Set(wanted)].flatMap((value) => find.get(TERM[column], value) ?? [])
      if (column !== 'dataset') found.push(SEVERAL)
      if (found.length === 0) return null
      ids[column] = found
      sql.push(`AND ${column} IN (${found.map(() => '?').join(', ')})`)
      values.push(...found)
    }
    return { sql: sql.join(' '), values, ids }
  }
}

/** First and last time, both included; what lies before the place to go on from is left out. */
export function timesOf({ from, to, order }: ScanRequest, after?: ScanPlace): [number, number] {
  const first = order === 'oldest' && after ? after.time : (from ?? -8.64e15)
  const last = order === 'newest' && after ? after.time : (to ?? 8.64e15)
  return [first, last]
}

function next(size: number): number {
  return Math.min(size * 4, LARGEST_PORTION)
}

function isBehind(row: ScanPlace, other: ScanPlace, isUp: boolean): boolean {
  const order = row.time - other.time || row.seq - other.seq
  return isUp ? order > 0 : order < 0
}

function upwards(a: ScanPlace, b: ScanPlace): number {
  return a.time - b.time || a.seq - b.seq
}

function downwards(a: ScanPlace, b: ScanPlace): number {
  return upwards(b, a)
}
