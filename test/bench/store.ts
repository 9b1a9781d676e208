/**
 * The store against the least that SQLite can do with the same text and the same durability: one INSERT an event into
 * a table of two columns, id and text. Both are measured in turns, so that a busy machine slows both.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { groupKey, type Hit } from '../../server/domain/hit.ts'
import { openConnection } from '../../server/store/sqlite/connection.ts'
import { openSqlite, type SqliteStore } from '../../server/store/sqlite/open.ts'
import type { MatchedEvent } from '../../server/store/store.ts'
import type { BenchResult } from './result.ts'
import { syntheticEvent } from './store-documents.ts'

const EVENTS = Number(process.env['VEDETTE_BENCH_STORED'] ?? 30_000)
const LOOKUPS = 500

export async function run(): Promise<BenchResult[]> {
  const events = Array.from({ length: EVENTS }, (_, n): MatchedEvent => {
    return { event: syntheticEvent(n), hits: [], line: 1 }
  })
  return [
    ...(await appending(events, 1000, { atLeast: 2.0 })),
    ...(await appending(events.slice(0, 4000), 100, { atLeast: 1.2 })),
    ...(await appending(events.slice(0, 600), 1, { atLeast: 0.85 })),
    ...(await hitCost(events)),
  ]
}

/** Appends everything in batches of `size`, one batch to each side in turn. */
async function appending(
  events: MatchedEvent[],
  size: number,
  bar: BenchResult['bar'],
): Promise<BenchResult[]> {
  return inFolder(async (folder) => {
    const floor = openFloor(join(folder, 'floor.db'))
    const store = openStore(join(folder, 'vedette.db'))
    const [ofFloor, ofStore]: number[][] = [[], []]
    for (const batch of batches(events, size)) {
      ofFloor!.push(await timed(() => floor.append(batch)))
      ofStore!.push(await timed(() => append(store, batch)))
    }
    const [slow, fast] = [sum(ofFloor!), sum(ofStore!)]
    const result: BenchResult = {
      name: `append in batches of ${size}, text and record as sent`,
      value: slow / fast,
      unit: 'of the floor',
      bar,
      detail: `${rate(events.length, fast)} against ${rate(events.length, slow)} events/s`,
    }
    const others = size === 1000 ? [await lookup(store, events)] : []
    floor.close()
    await store.close()
    return size === 1000 ? [result, diskUse(folder, events), ...others] : [result]
  })
}

/** Sizes of both files; the floor's is shared out between document and record as their texts are. */
function diskUse(folder: string, events: MatchedEvent[]): BenchResult {
  const db = openConnection(join(folder, 'vedette.db'), true)
  const raw = db.prepare<[], number>('SELECT sum(length(body)) FROM raw').pluck().get()!
  db.close()
  const [all, plain] = [statSync(join(folder, 'vedette.db')).size, statSync(join(folder, 'floor.db')).size]
  const text = sum(events.map(({ event }) => Buffer.byteLength(JSON.stringify(event.fields))))
  const sent = sum(events.map(({ event }) => Buffer.byteLength(event.raw)))
  const plainText = (plain * text) / (text + sent)
  const each = (bytes: number) => Math.round(bytes / events.length)
  return {
    name: 'bytes an event, without the record as sent',
    value: (all - raw) / plainText,
    unit: 'of the floor',
    bar: { atMost: 0.12 },
    detail: `${each(all - raw)} against ${each(plainText)}; with the record ${each(all)} against ${each(plain)}`,
  }
}

/** One event by its id, all over the file: with its block still packed. */
async function lookup(store: SqliteStore, events: MatchedEvent[]): Promise<BenchResult> {
  const times: number[] = []
  for (let i = 0; i < LOOKUPS; i++) {
    const { event } = events[Math.floor((i * 7919 * 31) % events.length)]!
    times.push(await timed(() => store.event(event.id)))
  }
  times.sort((a, b) => a - b)
  return {
    name: 'one event by its id',
    value: times[Math.floor(LOOKUPS / 2)]!,
    unit: 'ms (median)',
    bar: { atMost: 3 },
    detail: `p95 ${times[Math.floor(LOOKUPS * 0.95)]!.toFixed(2)} ms`,
  }
}

/** Five hits and five waiting groups a commit of 1,000, against the same commits without. */
async function hitCost(events: MatchedEvent[]): Promise<BenchResult[]> {
  return inFolder(async (folder) => {
    const [without, withHits] = [openStore(join(folder, 'a.db')), openStore(join(folder, 'b.db'))]
    const [plain, more]: number[][] = [[], []]
    let turn = 0
    for (const batch of batches(events, 1000)) {
      const hitting = batch.map((matched, i) =>
        i % 200 === 0 ? { ...matched, hits: [hitOf(matched, i)] } : matched,
      )
      const sides = [
        async () => plain!.push(await timed(() => append(without, batch))),
        async () => more!.push(await timed(() => append(withHits, hitting))),
      ]
      // Whoever goes second finds the text warm: take turns in that too.
      for (const side of turn++ % 2 ? sides : sides.toReversed()) await side()
    }
    await without.close()
    await withHits.close()
    return [
      {
        name: 'five hits and five waiting groups a commit of 1,000',
        value: median(more!) / median(plain!),
        unit: 'of the commit without',
        bar: { atMost: 1.1 },
        detail: `${median(more!).toFixed(1)} against ${median(plain!).toFixed(1)} ms`,
      },
    ]
  })
}

function hitOf({ event }: MatchedEvent, i: number): Hit {
  const account = `user${i}@contoso.example`
  const key = groupKey([account], null)
  return {
    rule: 'bulk-send',
    version: 1,
    key,
    time: event.time,
    event: event.id,
    step: 0,
    account,
    value: null,
  }
}

type Floor = { append(batch: MatchedEvent[]): void; close(): void }

function openFloor(file: string): Floor {
  const db = openConnection(file, false)
  db.exec('CREATE TABLE floor(id TEXT PRIMARY KEY, body TEXT NOT NULL)')
  const insert = db.prepare('INSERT INTO floor(id, body) VALUES (?, ?)')
  return {
    append(batch) {
      db.exec('BEGIN IMMEDIATE')
      for (const { event } of batch) insert.run(event.id, JSON.stringify(event.fields) + event.raw)
      db.exec('COMMIT')
    },
    close: () => void db.close(),
  }
}

function openStore(file: string): SqliteStore {
  return openSqlite({ file, merge: () => null })
}

function append(store: SqliteStore, events: MatchedEvent[]): Promise<unknown> {
  return store.append([{ events, rejections: [], source: 'vector', receivedAt: events[0]!.event.receivedAt }])
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function* batches<T>(items: T[], size: number): Generator<T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size)
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
const rate = (n: number, ms: number) => Math.round((n / ms) * 1000).toLocaleString('en')
