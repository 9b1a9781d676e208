import type { Millis } from '../../domain/time.ts'
import type { StoreState } from '../store.ts'
import { type Connection, reading } from './connection.ts'
import { counterValue } from './counter.ts'

export function stateReads(db: Connection) {
  // Each source counts its own, so that no event is counted by reading events.
  const received = db.prepare<[], number>('SELECT ifnull(sum(events), 0) FROM source').pluck()
  const pruned = counterValue(db, 'pruned')
  const revision = counterValue(db, 'revision')
  const late = counterValue(db, 'late')
  const ahead = counterValue(db, 'ahead')
  const tooLate = counterValue(db, 'too_late')
  const pending = db.prepare<[], number>('SELECT count(*) FROM pending').pluck()
  const oldest = db.prepare<[], Millis | null>('SELECT min(due) FROM pending').pluck()
  const bytes = db
    .prepare<[], number>('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size')
    .pluck()
  const state = reading(db, (): StoreState => ({
    events: received.get()! - pruned(),
    bytes: bytes.get()!,
    pending: pending.get()!,
    oldestPending: oldest.get() ?? null,
    revision: revision(),
    late: late(),
    ahead: ahead(),
    tooLate: tooLate(),
  }))
  return { state }
}
