/** The audit trail as a chain of hashes, so that a changed, removed or inserted entry is found. */
import { createHash } from 'node:crypto'
import type { AuditEntry } from './store.ts'

/** What an entry is, as far as the chain knows; `detail` as the text that is stored (`audit-entry.ts`). */
export type ChainedEntry = Omit<AuditEntry, 'detail' | 'change'> & { id: number; detail: string }

/** Before the first entry. */
export const CHAIN_START = ''

/** SHA-256 in hex over the hash before and the entry's parts, each told apart as JSON tells them apart. */
export function chainHash(before: string, { id, at, actor, verb, subject, detail }: ChainedEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([before, id, at, actor, verb, subject, detail]))
    .digest('hex')
}

export type ChainVerdict =
  | { unbroken: true; entries: number; head: string }
  /** `at`: the first entry that does not fit what came before it. */
  | { unbroken: false; entries: number; at: number; why: string }

/** Checks entries in order of their ids, from the first on. `newest`: the highest id that was ever given. */
export function verifyChain(
  entries: Iterable<ChainedEntry & { hash: string }>,
  newest: number,
): ChainVerdict {
  let before = CHAIN_START
  let count = 0
  for (const entry of entries) {
    if (entry.id !== count + 1) {
      return { unbroken: false, entries: count, at: count + 1, why: `entry ${count + 1} is missing` }
    }
    if (chainHash(before, entry) !== entry.hash) {
      const why = `entry ${entry.id} is not what was written, or the one before it is not`
      return { unbroken: false, entries: count, at: entry.id, why }
    }
    before = entry.hash
    count++
  }
  if (count < newest) {
    return {
      unbroken: false,
      entries: count,
      at: count + 1,
      why: `the entries from ${count + 1} on are missing`,
    }
  }
  return { unbroken: true, entries: count, head: before }
}
