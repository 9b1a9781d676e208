/** The rows of the lines that may be meant, out of the blocks that may hold them. */
import type { ScanPlace, ScanRequest } from '../store.ts'
import { headOf, lineAt } from './block-codec.ts'
import type { BlockReader } from './blocks.ts'
import type { Connection } from './connection.ts'
import { eventHash } from './event-hash.ts'
import type { Sieve } from './sieve.ts'
import { timesOf, type WalkedRow } from './walk.ts'

/** Between two blocks: all rows before this place have been given. */
export type Pause = { pause: ScanPlace }
export type BlockWalk = (blocks: number[], request: ScanRequest, sieve: Sieve) => Generator<WalkedRow | Pause>

type Span = { id: number; t0: number; t1: number }

/** In order of time, though blocks overlap: a row is given as soon as no block that is left can hold one before it. */
export function blockWalk(db: Connection, reader: BlockReader): BlockWalk {
  const spanOf = db.prepare<[number], Span>('SELECT id, t0, t1 FROM block WHERE id = ?')
  const seqOf = db
    .prepare<[number, bigint, number, number], number>(
      'SELECT seq FROM event WHERE second = ? AND hash = ? AND block = ? AND at = ?',
    )
    .pluck()

  function rowsOf(block: number, sieve: Sieve): WalkedRow[] {
    const lines = reader.documents(block)
    const rows: WalkedRow[] = []
    for (const [at, mark] of sieve.marks(lines).entries()) {
      if (mark === 0) continue
      const head = headOf(lineAt(lines, at))
      const seq = seqOf.get(Math.floor(head.time / 1000), eventHash(head), block, at)
      // A line that no row points at is an old version.
      if (seq !== undefined) rows.push({ seq, time: head.time, block, at })
    }
    return rows
  }

  return function* (blocks, request, sieve) {
    const { after } = request
    const isUp = request.order === 'oldest'
    const sign = isUp ? 1 : -1
    const [first, last] = timesOf(request, after)
    const compare = (a: ScanPlace, b: ScanPlace) => sign * (a.time - b.time || a.seq - b.seq)
    const isMeant = (row: WalkedRow) =>
      row.time >= first && row.time <= last && (!after || compare(row, after) > 0)
    const edge = ({ t0, t1 }: Span) => (isUp ? t0 : t1)
    const spans = blocks
      .flatMap((id) => spanOf.get(id) ?? [])
      .filter(({ t0, t1 }) => t0 <= last && t1 >= first)
      .sort((a, b) => sign * (edge(a) - edge(b)))
    let waiting: WalkedRow[] = []
    for (const [i, { id }] of spans.entries()) {
      waiting = [...waiting, ...rowsOf(id, sieve).filter(isMeant)].sort(compare)
      const next = spans[i + 1]
      if (!next) break
      const place = { time: edge(next), seq: isUp ? -1 : Number.MAX_SAFE_INTEGER }
      const sure = waiting.filter((row) => compare(row, place) < 0)
      waiting = waiting.slice(sure.length)
      yield* sure
      yield { pause: place }
    }
    yield* waiting
  }
}
