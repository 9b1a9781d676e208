/** The bitmaps of blocks: made by the writer when it has nothing else to do, asked by whoever looks for a text. */
import { type BlockReader, SMALL_BLOCK } from './blocks.ts'
import { type Connection, writing } from './connection.ts'
import { type GramNeedles, gramNeedles, gramsOf, mayHold } from './grams.ts'

/** Makes bitmaps for up to `limit` blocks; answers how many it made. Small blocks are left until they are rewritten. */
export function gramWriter(db: Connection, blocks: BlockReader): (limit: number) => number {
  const nextFull = db.prepare<[number, number], { id: number }>(
    `SELECT id FROM block WHERE id > ? AND n >= ${SMALL_BLOCK} AND id NOT IN (SELECT block FROM block_grams)
     ORDER BY id LIMIT ?`,
  )
  const add = db.prepare<[number, Buffer]>('INSERT INTO block_grams(block, bits) VALUES (?, ?)')
  // Numbers of blocks only grow, so what was looked at once need not be again.
  let done = 0
  return writing(db, (limit) => {
    const found = nextFull.all(done, limit)
    for (const { id } of found) {
      add.run(id, gramsOf(blocks.documents(id).data))
      done = id
    }
    return found.length
  })
}

/** The blocks that may hold one text of each group. Null where the texts are too short for bitmaps to say anything. */
export type FindCandidates = (needles: string[][]) => number[] | null

// A search asks again for each of its pages.
const KEPT = 8
const KEPT_MS = 10_000

type Known = { at: number; upTo: number; may: number[] }

export function gramReader(db: Connection): FindCandidates {
  const bitmaps = db.prepare<[], { block: number; bits: Buffer }>('SELECT block, bits FROM block_grams')
  const without = db
    .prepare<[], number>('SELECT id FROM block WHERE id NOT IN (SELECT block FROM block_grams)')
    .pluck()
  const newest = db.prepare<[], number | null>('SELECT max(id) FROM block').pluck()
  const since = db.prepare<[number], number>('SELECT id FROM block WHERE id > ?').pluck()
  const kept = new Map<string, Known>()

  function look(needles: GramNeedles): Known {
    const may = without.all()
    for (const { block, bits } of bitmaps.iterate()) if (mayHold(bits, needles)) may.push(block)
    return { at: performance.now(), upTo: newest.get() ?? 0, may }
  }

  return (needles) => {
    const grams = gramNeedles(needles)
    if (grams.length === 0) return null
    const key = JSON.stringify(needles)
    let known = kept.get(key)
    if (!known || performance.now() - known.at > KEPT_MS) {
      known = look(grams)
      kept.delete(key)
      kept.set(key, known)
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
    }
    return [...known.may, ...since.all(known.upTo)]
  }
}
