/** Searching: events that may be meant, out of their blocks, page by page. */
import { eventId } from '../../domain/event.ts'
import type { Fields } from '../../domain/json.ts'
import { nameFits } from '../../domain/name-pattern.ts'
import type { ScannedEvent, ScanPage, ScanRequest, StoredEvent } from '../store.ts'
import { type LineHead, headOf, jsonOf, lineAt, type Lines } from './block-codec.ts'
import { blockWalk } from './block-walk.ts'
import type { BlockReader, Place } from './blocks.ts'
import { type Connection, reading } from './connection.ts'
import { gramReader } from './gram-index.ts'
import { createSieve, type Sieve } from './sieve.ts'
import { rowWalk, type WalkedRow } from './walk.ts'

// Rows between two looks at the clock.
const STRIDE = 64
// Who searches soon wants some of what the scan found: more than a page of them, at 2.5 KB each.
const KEPT_EVENTS = 1024
// Pages of a few searches at once; what a sieve has found in a block serves the next page too.
const KEPT_SIEVES = 8
const FEW = 0.5
const COMMON = 0.5
// A common text has filled its page by then; of any other the bitmaps know more.
const FIRST_LOOK_MS = 8

export function scanReads(db: Connection, blocks: BlockReader) {
  const { walk } = rowWalk(db)
  const sieves = keptSieves()
  const handedOut = keptEvents()
  const walkBlocks = blockWalk(db, blocks)
  const findCandidates = gramReader(db)
  const countBlocks = db.prepare<[], number>('SELECT count(*) FROM block').pluck()
  const placeOf = db.prepare<[number], Place>('SELECT block, at FROM event WHERE seq = ?')

  /**
   * The few blocks that may hold what is looked for; null: go through time. Only the bitmaps of all blocks know those, so
   * it is not asked while most rows hold it; and records as they were sent may hold other texts than they tell of.
   */
  function blocksFor({ after, form, needles, order }: ScanRequest): number[] | null {
    const { normalised, isCommon } = sieves(needles)
    if (!after || !normalised || isCommon || form !== 'normalised' || order === 'arrival') return null
    const found = findCandidates(needles)
    // Of many blocks it is cheaper to walk along all rows than to find the row of each line.
    return found && found.length <= countBlocks.get()! * FEW ? found : null
  }

  return {
    scan: reading(db, (request: ScanRequest): ScanPage => {
      const isFirstLook = !request.after && request.needles.length > 0
      const deadline =
        performance.now() + (isFirstLook ? Math.min(FIRST_LOOK_MS, request.budget) : request.budget)
      const events: ScannedEvent[] = []
      let looked = 0
      const found = blocksFor(request)
      const sieve = sieves(request.needles)
      const read = documentReader(blocks, request, sieve)
      const rows = found ? walkBlocks(found, request, sieve.normalised!) : walk(request)
      for (const row of rows) {
        if ('pause' in row) {
          if (performance.now() > deadline) return { events, next: row.pause }
          continue
        }
        const document = read(row)
        if (document) {
          events.push({ seq: row.seq, time: row.time, ...document })
          if (request.form === 'normalised') handedOut.keep(row, document)
        }
        const isOver = ++looked % STRIDE === 0 && performance.now() > deadline
        if (isOver || events.length >= request.limit) {
          sieve.isCommon = !found && events.length >= looked * COMMON
          return { events, next: { time: row.time, seq: row.seq } }
        }
      }
      return { events, next: null }
    }),

    scanned: reading(db, (seqs: number[]): { seq: number; event: StoredEvent }[] => {
      const places = seqs.flatMap((seq) => {
        const place = placeOf.get(seq)
        return place ? [{ seq, ...place }] : []
      })
      const found = new Map<number, StoredEvent>()
      // Block by block, so that each is unpacked once whatever order was asked for.
      for (const place of places.toSorted((a, b) => a.block - b.block))
        found.set(place.seq, handedOut.find(place, blocks) ?? blocks.event(place))
      return places.map(({ seq }) => ({ seq, event: found.get(seq)! }))
    }),
  }
}

/** `isCommon`: most rows of the last page held what is looked for. */
type Sieves = { normalised: Sieve | null; sent: Sieve | null; isCommon: boolean }
type Document = Pick<ScannedEvent, 'index' | 'id' | 'json' | 'event'>

/** Reads the document of a row in the form asked for; null where it cannot be meant. */
function documentReader(blocks: BlockReader, { form, indices }: ScanRequest, sieves: Sieves) {
  const isIn = indices ? indexTest(indices) : () => true
  const passes = (sieve: Sieve | null, lines: Lines, at: number) => !sieve || sieve.marks(lines)[at] === 1
  return ({ block, at }: WalkedRow): Document | null => {
    const documents = blocks.documents(block)
    if (form === 'normalised' && !passes(sieves.normalised, documents, at)) return null
    const line = lineAt(documents, at)
    const head = headOf(line)
    if (!isIn(head.index)) return null
    const { index, docId, dataset, identity, time, ownTime } = head
    const own = eventId(dataset, identity, time, ownTime)
    const named = { index, id: docId ?? own, event: { id: own, ...head } }
    if (form === 'normalised') return { ...named, json: jsonOf(line) }
    if (!isDocument(head)) {
      return passes(sieves.normalised, documents, at) ? { ...named, json: jsonOf(line) } : null
    }
    const raw = blocks.raw(block)
    return passes(sieves.sent, raw, at) ? { ...named, json: lineAt(raw, at).toString() } : null
  }
}

/**
 * The last events that scans gave, so that their blocks need not be unpacked once more. Lines never change: an event
 * that got a new version since is at another place.
 */
function keptEvents() {
  const kept = new Map<number, Place & Document>()
  return {
    keep({ seq, block, at }: WalkedRow, document: Document): void {
      kept.delete(seq)
      kept.set(seq, { block, at, ...document })
      if (kept.size > KEPT_EVENTS) kept.delete(kept.keys().next().value!)
    },
    find({ seq, block, at }: Place & { seq: number }, blocks: BlockReader): StoredEvent | null {
      const found = kept.get(seq)
      if (!found || found.block !== block || found.at !== at) return null
      const fields = JSON.parse(found.json) as Fields
      return { ...found.event, fields, raw: lineAt(blocks.raw(block), at).toString() }
    },
  }
}

function isDocument({ docId, asSent }: LineHead): boolean {
  return docId !== undefined && asSent === true
}

/** Names and patterns as one test; what it has said of a name is kept. */
function indexTest(indices: string[]): (index: string) => boolean {
  const known = new Map<string, boolean>()
  return (index) => {
    let isIn = known.get(index)
    if (isIn === undefined) known.set(index, (isIn = indices.some((name) => nameFits(name, index))))
    return isIn
  }
}

function keptSieves(): (needles: string[][]) => Sieves {
  const kept = new Map<string, Sieves>()
  return (needles) => {
    const key = JSON.stringify(needles)
    let sieves = kept.get(key)
    if (!sieves) {
      sieves = { normalised: createSieve(needles, false), sent: createSieve(needles, true), isCommon: false }
      kept.set(key, sieves)
      if (kept.size > KEPT_SIEVES) kept.delete(kept.keys().next().value!)
    }
    return sieves
  }
}
