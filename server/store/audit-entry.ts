/** An entry of the audit trail as the text that is stored and chained: what was said of it, and what it changed. */
import type { Json } from '../domain/json.ts'
import { differing } from './audit-diff.ts'
import { withinBounds } from './audit-bounds.ts'
import type { AuditEntry, StoredAudit } from './store.ts'

// Characters. The ids of all alerts that one request can change must find room in what is said.
const MOST_SAID = 32_000
const MOST_CHANGED = 8_000

/** Only what differs is kept of a change, and of anything that is large only as much as tells it apart. */
export function entryText({ detail, change }: Pick<AuditEntry, 'detail' | 'change'>): string {
  const said = withinBounds(detail ?? null, MOST_SAID)
  if (!change) return JSON.stringify(said)
  const { before, after } = differing(change.before, change.after)
  const [was, is] = [before, after].map((side) => withinBounds(side, MOST_CHANGED))
  return JSON.stringify({ detail: said, before: was!, after: is! })
}

/** Entries of before changes were kept are read as they were written: they tell of none. */
export function readEntryText(text: string): Pick<StoredAudit, 'detail' | 'before' | 'after'> {
  const read = JSON.parse(text) as Json
  if (isChange(read)) return read
  return { detail: read, before: null, after: null }
}

function isChange(read: Json): read is { detail: Json; before: Json; after: Json } {
  return typeof read === 'object' && read !== null && Object.keys(read).join() === 'detail,before,after'
}
