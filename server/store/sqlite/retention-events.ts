/**
 * Old events go with their blocks. Their rows are found by what the lines say, as no index leads from a block to its
 * rows; the block itself goes when no row points at it any more.
 */
import type { Millis } from '../../domain/time.ts'
import { headOf, lineAt } from './block-codec.ts'
import type { BlockReader } from './blocks.ts'
import type { Connection } from './connection.ts'
import { eventHash } from './event-hash.ts'
import type { Remover } from './retention.ts'

/** Lines between two looks at the clock. */
const STRIDE = 16

type Old = { id: number; live: number; t0: Millis; t1: Millis }

export function eventRemover(db: Connection, reader: BlockReader): Remover {
  const oldest = db.prepare<[Millis], Old>(
    `SELECT id, live, t0, t1 FROM block INDEXED BY block_received WHERE received < ? ORDER BY received LIMIT 1`,
  )
  const dropEvent = db.prepare<[number, bigint, number, number]>(
    'DELETE FROM event WHERE second = ? AND hash = ? AND block = ? AND at = ?',
  )
  const dropSeen = db.prepare<[bigint]>('DELETE FROM seen WHERE hash = ?')
  const dropBlock = db.prepare<[number]>('DELETE FROM block WHERE id = ?')
  const dropRaw = db.prepare<[number]>('DELETE FROM raw WHERE block = ?')
  const lessLive = db.prepare<[number, number]>('UPDATE block SET live = live - ? WHERE id = ?')
  const countGone = db.prepare<[number]>(`UPDATE counter SET value = value + ? WHERE name = 'pruned'`)
  const keepNumbers = [
    `UPDATE counter SET value = max(value, (SELECT ifnull(max(id), 0) FROM block)) WHERE name = 'block'`,
    `UPDATE counter SET value = max(value, (SELECT ifnull(max(seq), 0) FROM event)) WHERE name = 'event'`,
  ].map((sql) => db.prepare(sql))

  /** Removes the rows of the lines from `at` on; where it stopped, or null at the end. */
  function dropLines(
    block: number,
    at: number,
    isOver: () => boolean,
  ): { items: number; next: number | null } {
    const lines = reader.documents(block)
    const end = lines.starts.length - 1
    let items = 0
    for (let line = at; line < end; line++) {
      if (line % STRIDE === 0 && line > at && isOver()) return { items, next: line }
      const head = headOf(lineAt(lines, line))
      const hash = eventHash(head)
      if (dropEvent.run(Math.floor(head.time / 1000), hash, block, line).changes === 0) continue
      if (!head.ownTime) dropSeen.run(hash)
      items++
    }
    return { items, next: null }
  }

  // Where the last call stopped; after a restart the lines that are gone already are passed over.
  let stopped = { block: 0, at: 0 }

  return (before, isOver) => {
    const gone = { items: 0, from: Infinity, to: -Infinity }
    let more = true
    do {
      const block = oldest.get(before)
      if (!block) {
        more = false
        break
      }
      if (gone.items === 0) for (const keep of keepNumbers) keep.run()
      const { items, next } = dropLines(block.id, stopped.block === block.id ? stopped.at : 0, isOver)
      gone.items += items
      if (items > 0) {
        gone.from = Math.min(gone.from, block.t0)
        gone.to = Math.max(gone.to, block.t1)
      }
      if (next === null) {
        dropBlock.run(block.id)
        dropRaw.run(block.id)
      } else {
        lessLive.run(items, block.id)
        stopped = { block: block.id, at: next }
      }
    } while (!isOver())
    if (gone.items === 0) return { items: 0, more }
    countGone.run(gone.items)
    return { ...gone, more }
  }
}
