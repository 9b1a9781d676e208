/** Blocks as rows: reading their lines, with the last few kept unpacked, and writing whole blocks. */
import type { LogEvent } from '../../domain/event.ts'
import {
  eventOf,
  lineAt,
  type Lines,
  packDocuments,
  packRaw,
  unpackDocuments,
  unpackRaw,
} from './block-codec.ts'
import type { Connection } from './connection.ts'

/** Where an event lies. */
export type Place = { block: number; at: number }

export const BLOCK_EVENTS = 256
/** A block with fewer shown events than this is worth rewriting. The index `block_small` says the same. */
export const SMALL_BLOCK = 128

// 256 events of 2.5 KB are 0.6 MB unpacked.
const KEPT_UNPACKED = 24

type PackedRow = { body: Buffer; size: number }

export type BlockReader = {
  documents(block: number): Lines
  raw(block: number): Lines
  event(place: Place): LogEvent
  /** Drops what is unpacked: a rolled-back block's number is given out again. */
  forget(): void
}

export function blockReader(db: Connection): BlockReader {
  const documents = unpackedRows(
    db.prepare<[number], PackedRow>('SELECT fields AS body, size FROM block WHERE id = ?'),
    unpackDocuments,
  )
  const raw = unpackedRows(
    db.prepare<[number], PackedRow>('SELECT body, size FROM raw WHERE block = ?'),
    unpackRaw,
  )
  return {
    documents: (block) => documents.read(block),
    raw: (block) => raw.read(block),
    event: ({ block, at }) =>
      eventOf(lineAt(documents.read(block), at), lineAt(raw.read(block), at).toString()),
    forget() {
      documents.forget()
      raw.forget()
    },
  }
}

/** What goes into a block: a line a document, its record as sent, and the times for the block's row. */
export type BlockEntry = { line: string[] | Buffer; raw: string | Buffer; time: number; receivedAt: number }

export type BlockWriter = {
  /** The number of the next block. Numbers never come back. */
  nextId(): number
  write(id: number, entries: readonly BlockEntry[]): void
}

export function blockWriter(db: Connection): BlockWriter {
  const next = db
    .prepare<[], number>(
      `SELECT max(ifnull((SELECT max(id) FROM block), 0), (SELECT value FROM counter WHERE name = 'block')) + 1`,
    )
    .pluck()
  const addDocuments = db.prepare<[number, number, number, number, number, number, number, Buffer]>(
    'INSERT INTO block(id, t0, t1, received, n, live, size, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const addRaw = db.prepare<[number, number, Buffer]>('INSERT INTO raw(block, size, body) VALUES (?, ?, ?)')
  return {
    nextId: () => next.get()!,
    write(id, entries) {
      const documents = packDocuments(entries.flatMap<string | Buffer>(({ line }) => line))
      let [t0, t1, received] = [Infinity, -Infinity, -Infinity]
      for (const { time, receivedAt } of entries) {
        if (time < t0) t0 = time
        if (time > t1) t1 = time
        if (receivedAt > received) received = receivedAt
      }
      const n = entries.length
      addDocuments.run(id, t0, t1, received, n, n, documents.size, documents.body)
      const raw = packRaw(entries.map((entry) => entry.raw))
      addRaw.run(id, raw.size, raw.body)
    },
  }
}

function unpackedRows(
  find: { get(block: number): PackedRow | undefined },
  unpack: (body: Buffer, size: number) => Lines,
): { read(block: number): Lines; forget(): void } {
  const kept = new Map<number, Lines>()
  return {
    read(block) {
      let lines = kept.get(block)
      kept.delete(block)
      if (!lines) {
        const row = find.get(block)
        if (!row) throw new Error(`Block ${block} is missing from the database.`)
        lines = unpack(row.body, row.size)
      }
      // Last used, last out.
      kept.set(block, lines)
      if (kept.size > KEPT_UNPACKED) kept.delete(kept.keys().next().value!)
      return lines
    },
    forget: () => kept.clear(),
  }
}
