/** The embedded engine: one SQLite file. One connection writes; any number read beside it. */
import type { AuditEntry, MatchMerged, MergeVersions, Store } from '../store.ts'
import { alertReads } from './alerts.ts'
import { appender } from './append.ts'
import { deliveryReads, deliveryWrites } from './deliveries.ts'
import { auditReads, auditWriter, chainAudit } from './audit.ts'
import { blockReader } from './blocks.ts'
import { changeReads } from './changes.ts'
import { compactor } from './compact.ts'
import { type Connection, openConnection } from './connection.ts'
import { deadLetterReads, deadLetterWrites } from './dead-letters.ts'
import { eventReads } from './events.ts'
import { evidenceReads } from './evidence.ts'
import { fieldReads, fieldWrites } from './field-seen.ts'
import { gramWriter } from './gram-index.ts'
import { asContractError } from './full.ts'
import { goneTimes } from './gone-times.ts'
import { hitPruner } from './hit-age.ts'
import { hitAdder, hitReads } from './hits.ts'
import { incidentReads } from './incidents.ts'
import { knownPresence } from './known-presence.ts'
import { keepBeforeMigrating } from './backup-snapshot.ts'
import { migrate, requireMigrated } from './migrate.ts'
import { receiptReads } from './receipts.ts'
import { recordReads, recordWrites } from './records.ts'
import { removals, retentionReads } from './retention.ts'
import { scanReads } from './scan.ts'
import { settler } from './settle.ts'
import { stateReads } from './state.ts'
import { tallyReads } from './tally.ts'
import { openTerms } from './terms.ts'
import { trafficPruner, trafficReads } from './traffic.ts'

/** The contract, and what only this engine needs: rewriting small blocks between commits. */
export type SqliteStore = Store & {
  /** Writes up to `limit` full blocks out of small ones; answers how many small ones are gone. 0: nothing to do. */
  compact(limit: number): Promise<number>
  /** Notes of up to `limit` blocks which texts they can hold, for searches; answers of how many. 0: nothing to do. */
  survey(limit: number): Promise<number>
  /** Forgets which accounts and addresses there were, of up to `limit` after `after`, where no event has them any more. */
  sweepTerms(after: number, limit: number): Promise<{ next: number | null; gone: number }>
}

export type SqliteOptions = {
  file: string
  merge: MergeVersions
  /** Hits of an event as it is after a merge; none where it is left out. */
  match?: MatchMerged
  readonly?: boolean
  /** False: a file that is a copy anyway is migrated without keeping another one. */
  snapshot?: boolean
}

/**
 * Opens the file. The writer creates and migrates it; a reader needs a file that a writer has opened before.
 * Throws when the file is newer than the program.
 */
export function openSqlite({
  file,
  merge,
  match = () => [],
  readonly = false,
  snapshot = true,
}: SqliteOptions): SqliteStore {
  if (!readonly && snapshot) keepBeforeMigrating(file)
  const db = connect(file, readonly)
  try {
    if (readonly) requireMigrated(db)
    else {
      migrate(db)
      chainAudit(db)
    }
    return asynchronous({ ...verbs(db, merge, match), close: () => void db.close() })
  } catch (error) {
    db.close()
    throw asContractError(error)
  }
}

function connect(file: string, readonly: boolean): Connection {
  try {
    return openConnection(file, readonly)
  } catch (error) {
    throw asContractError(error)
  }
}

function verbs(db: Connection, merge: MergeVersions, match: MatchMerged) {
  const blocks = blockReader(db)
  const gone = goneTimes(db)
  const present = knownPresence()
  const note = auditWriter(db)
  const terms = openTerms(db)
  return {
    append: appender(db, blocks, terms, { merge, match }, gone, present),
    compact: compactor(db, blocks),
    survey: gramWriter(db, blocks),
    note: (entry: AuditEntry): void => note(entry),
    ...hitAdder(db, gone, present),
    ...hitPruner(db, gone, present),
    ...receiptReads(db),
    ...hitReads(db),
    ...alertReads(db),
    ...incidentReads(db),
    ...evidenceReads(db),
    ...settler(db),
    ...changeReads(db),
    ...eventReads(db, blocks),
    ...scanReads(db, blocks),
    ...tallyReads(db),
    ...deadLetterReads(db),
    ...deadLetterWrites(db),
    ...recordReads(db),
    ...recordWrites(db),
    ...auditReads(db),
    ...deliveryReads(db),
    ...deliveryWrites(db),
    ...trafficReads(db),
    ...trafficPruner(db),
    ...fieldReads(db),
    ...fieldWrites(db),
    ...stateReads(db),
    ...removals(db, blocks, terms),
    ...retentionReads(db),
  }
}

type Synchronous<T> = {
  [Verb in keyof T]: T[Verb] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer
    : never
}

/** SQLite answers at once; the contract promises to answer, and to fail, later. */
function asynchronous(store: Synchronous<SqliteStore>): SqliteStore {
  const promised = Object.entries(store).map(([name, verb]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return (verb as (...args: unknown[]) => unknown)(...args)
      } catch (error) {
        throw asContractError(error)
      }
    },
  ])
  return Object.fromEntries(promised) as SqliteStore
}
