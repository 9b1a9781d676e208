/** Counts what arrived, straight from the file, while the server writes it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Fields } from '../../../server/domain/json.ts'
import { openSqlite } from '../../../server/store/sqlite/open.ts'
import type { ScanPlace, ScanRequest } from '../../../server/store/store.ts'

export type Arrivals = {
  /** By marker, how often it was stored. */
  counts: Map<string, number>
  /** The first document of each client, by the number in its marker. */
  samples: Map<string, Fields>
  /** When the newest line of each client was received. */
  latest: Map<string, number>
  look(): Promise<void>
}

/** The text that every line carries: the number of the client and of the line. */
export const marker = (client: number, line: number) =>
  `line-${String(client).padStart(2, '0')}-${String(line).padStart(6, '0')}`
const MARKER = /line-(\d{2})-\d{6}/

export function arrivalsIn(data: string): Arrivals {
  const counts = new Map<string, number>()
  const samples = new Map<string, Fields>()
  const latest = new Map<string, number>()
  let after: ScanPlace | undefined
  return {
    counts,
    samples,
    latest,
    async look() {
      const file = join(data, 'vedette.db')
      if (!existsSync(file)) return
      const store = openSqlite({ file, merge: () => null, readonly: true })
      try {
        for (let isMore = true; isMore;) {
          const { events, next } = await store.scan({ ...EVERYTHING, ...(after ? { after } : {}) })
          for (const { json, event } of events) count(json, event.receivedAt)
          after = events.at(-1) ?? after
          isMore = next !== null
        }
      } finally {
        await store.close()
      }
    },
  }

  function count(json: string, receivedAt: number): void {
    const found = MARKER.exec(json)
    if (!found) return
    counts.set(found[0], (counts.get(found[0]) ?? 0) + 1)
    latest.set(found[1]!, Math.max(receivedAt, latest.get(found[1]!) ?? 0))
    if (!samples.has(found[1]!)) samples.set(found[1]!, JSON.parse(json) as Fields)
  }
}

const EVERYTHING: ScanRequest = {
  only: {},
  order: 'arrival',
  needles: [],
  form: 'normalised',
  limit: 2000,
  budget: 10_000,
}
