/**
 * Cuts a stream of systemd's Journal Export Format between its entries, however its chunks fall, and holds no more
 * than a piece of it. The format: https://systemd.io/JOURNAL_EXPORT_FORMATS.
 */
import { MAX_RECORD_BYTES } from '../record.ts'

/** Whole entries; or, with `cutFrom`, the beginning of one that has this many bytes, too many to take. */
export type JournalPiece = { body: Buffer; cutFrom?: number }
export type JournalCutter = {
  /** The pieces that are full with this chunk. */
  push(chunk: Buffer): JournalPiece[]
  /** All whole entries that wait; null if there are none. */
  flush(): JournalPiece | null
  /** What is left when the stream has ended well: an entry may lack its blank line. */
  end(): JournalPiece | null
}

/** Commits of about this size: a stream that never ends is stored as it comes. */
const PIECE_BYTES = 1024 * 1024
/** How much of an entry that is too large is looked at. */
const KEPT_BYTES = 4096

export function createJournalCutter(pieceBytes: number = PIECE_BYTES): JournalCutter {
  const line = createLines()
  /** Whole entries, then what has come of the entry that is not whole yet. */
  let whole: Buffer[] = []
  let wholeBytes = 0
  let part: Buffer[] = []
  let partBytes = 0
  let tooLarge: { head: Buffer; bytes: number } | null = null

  function grow(bytes: Buffer): void {
    if (tooLarge) {
      tooLarge.bytes += bytes.length
      return
    }
    part.push(bytes)
    partBytes += bytes.length
    if (partBytes <= MAX_RECORD_BYTES + KEPT_BYTES) return
    tooLarge = { head: Buffer.concat(part).subarray(0, KEPT_BYTES), bytes: partBytes }
    part = []
    partBytes = 0
  }

  function close(): JournalPiece | null {
    if (tooLarge) {
      const piece = { body: Buffer.concat([tooLarge.head]), cutFrom: tooLarge.bytes }
      tooLarge = null
      return piece
    }
    whole.push(...part)
    wholeBytes += partBytes
    part = []
    partBytes = 0
    return wholeBytes >= pieceBytes ? flush() : null
  }

  function flush(): JournalPiece | null {
    if (wholeBytes === 0) return null
    // Memory of its own, not of the pool: it is handed to another thread.
    const body = Buffer.alloc(wholeBytes)
    let at = 0
    for (const bytes of whole) at += bytes.copy(body, at)
    whole = []
    wholeBytes = 0
    return { body }
  }

  return {
    push(chunk) {
      const pieces: JournalPiece[] = []
      let from = 0
      for (let at = line.next(chunk, 0); at !== -1; at = line.next(chunk, at)) {
        grow(chunk.subarray(from, at))
        from = at
        const piece = close()
        if (piece) pieces.push(piece)
      }
      grow(chunk.subarray(from))
      return pieces
    },
    flush,
    end: () => (partBytes > 0 || tooLarge ? (close() ?? flush()) : flush()),
  }
}

/** Follows the lines of the format: where does the next blank one end, which closes an entry? */
function createLines(): { next(chunk: Buffer, from: number): number } {
  /** `text`: after a `=`; `name`: before one, so that a line end means that binary data follows. */
  let state: 'start' | 'name' | 'text' | 'length' | 'data' = 'start'
  let lengthBytes = 0
  let left = 0n

  return {
    next(chunk, from) {
      let at = from
      while (at < chunk.length) {
        if (state === 'length') {
          left |= BigInt(chunk[at]!) << BigInt(8 * lengthBytes)
          at++
          // The line end after the data belongs to it.
          if (++lengthBytes === 8) {
            left++
            state = 'data'
          }
          continue
        }
        if (state === 'data') {
          const here = left < BigInt(chunk.length - at) ? Number(left) : chunk.length - at
          at += here
          left -= BigInt(here)
          if (left === 0n) state = 'start'
          continue
        }
        const newline = chunk.indexOf(0x0a, at)
        const stop = newline === -1 ? chunk.length : newline
        const isEmpty = state === 'start' && stop === at && newline !== -1
        if (stop > at && state !== 'text') state = chunk.subarray(at, stop).includes(0x3d) ? 'text' : 'name'
        if (newline === -1) return -1
        at = newline + 1
        if (state === 'name') {
          state = 'length'
          lengthBytes = 0
          left = 0n
        } else {
          state = 'start'
          if (isEmpty) return at
        }
      }
      return -1
    },
  }
}
