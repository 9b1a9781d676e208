/** Repeated strings by number, for the writer: one map a kind in front of the table. */
import type { Connection } from './connection.ts'

export const TERM = { dataset: 1, account: 2, action: 3, ip: 4, outcome: 5 } as const
export type TermKind = (typeof TERM)[keyof typeof TERM]

/** Stands for "several values" in an event's row: whoever filters by a term has to look at these too. */
export const SEVERAL = 0

// Addresses and accounts of an attack can be many; past this a kind's map starts anew.
const MOST_IN_MEMORY = 200_000

export type Terms = {
  /** The number of a value, given out now if it is new. Inside a transaction only. */
  idOf(kind: TermKind, value: string): number
  /** Forgets what a rolled-back transaction may have numbered. */
  forget(): void
}

export function openTerms(db: Connection): Terms {
  const find = db
    .prepare<[number, string], number>('SELECT id FROM term WHERE kind = ? AND value = ?')
    .pluck()
  const add = db.prepare<[number, string]>('INSERT INTO term(kind, value) VALUES (?, ?)')
  const known = new Map<TermKind, Map<string, number>>()

  function mapOf(kind: TermKind): Map<string, number> {
    let map = known.get(kind)
    if (!map || map.size > MOST_IN_MEMORY) known.set(kind, (map = new Map()))
    return map
  }

  return {
    idOf(kind, value) {
      const map = mapOf(kind)
      const remembered = map.get(value)
      if (remembered !== undefined) return remembered
      const id = find.get(kind, value) ?? Number(add.run(kind, value).lastInsertRowid)
      // A copy: a slice of a request's body would keep the whole body alive for as long as the map.
      map.set(Buffer.from(value).toString(), id)
      return id
    },
    forget: () => known.clear(),
  }
}
