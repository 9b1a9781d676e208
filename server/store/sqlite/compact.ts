/**
 * Small commits make small blocks, and a merged document leaves a dead line behind. This writes the lines that are
 * still shown of several such blocks into one, unchanged.
 */
import { headOf, lineAt } from './block-codec.ts'
import { BLOCK_EVENTS, type BlockEntry, type BlockReader, blockWriter, SMALL_BLOCK } from './blocks.ts'
import { type Connection, writing } from './connection.ts'
import { eventHash } from './event-hash.ts'

type Small = { id: number; live: number }
type Kept = BlockEntry & { seq: number }

/** Writes up to `limit` full blocks out of small ones, oldest first, each in a transaction; answers how many are gone. */
export function compactor(db: Connection, reader: BlockReader): (limit: number) => number {
  const smallest = db.prepare<[number], Small>(
    `SELECT id, live FROM block WHERE live < ${SMALL_BLOCK} ORDER BY id LIMIT ?`,
  )
  const find = db.prepare<[number, bigint, number, number], number>(
    'SELECT seq FROM event WHERE second = ? AND hash = ? AND block = ? AND at = ?',
  )
  const move = db.prepare('UPDATE event SET block = ?, at = ? WHERE seq = ?')
  const dropBlock = db.prepare('DELETE FROM block WHERE id = ?')
  const dropRaw = db.prepare('DELETE FROM raw WHERE block = ?')
  const blocks = blockWriter(db)
  find.pluck()

  /** The lines of a block that an event's row points at. */
  function shown(block: number): Kept[] {
    const documents = reader.documents(block)
    const raw = reader.raw(block)
    const kept: Kept[] = []
    for (let at = 0; at < documents.starts.length - 1; at++) {
      const line = lineAt(documents, at)
      const head = headOf(line)
      const seq = find.get(Math.floor(head.time / 1000), eventHash(head), block, at)
      if (seq === undefined) continue
      kept.push({ seq, line, raw: lineAt(raw, at), time: head.time, receivedAt: head.receivedAt })
    }
    return kept
  }

  function rewrite(smalls: Small[]): void {
    const entries = smalls.flatMap(({ id }) => shown(id))
    // By time, as a reader of one block wants neighbours in time.
    entries.sort((a, b) => a.time - b.time || a.seq - b.seq)
    if (entries.length > 0) {
      const id = blocks.nextId()
      blocks.write(id, entries)
      for (const [at, { seq }] of entries.entries()) move.run(id, at, seq)
    }
    for (const { id } of smalls) {
      dropBlock.run(id)
      dropRaw.run(id)
    }
  }
  const inTransaction = writing(db, rewrite)

  return (limit) => {
    let gone = 0
    for (let written = 0; written < limit; written++) {
      const smalls = fill(smallest.all(BLOCK_EVENTS))
      if (smalls.length === 0) break
      inTransaction(smalls)
      gone += smalls.length
    }
    return gone
  }
}

/** As many as fit into one block; none while all together would make another small one, to be rewritten again. */
function fill(smalls: Small[]): Small[] {
  const lines = smalls.reduce((sum, { live }) => sum + live, 0)
  if (lines < BLOCK_EVENTS) return smalls.filter(({ live }) => live === 0)
  let taken = 0
  return smalls.filter(({ live }) => {
    if (taken + live > BLOCK_EVENTS) return false
    taken += live
    return true
  })
}
