import Database from 'better-sqlite3'

export type Connection = Database.Database

/** Opens the file with what durability and readers beside the writer need. The driver's own default is NORMAL for WAL. */
export function openConnection(file: string, readonly: boolean): Connection {
  const db = new Database(file, { readonly, fileMustExist: readonly, timeout: 10_000 })
  if (!readonly) db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('cache_size = -65536')
  db.pragma('temp_store = MEMORY')
  // A long reader can let the log grow; afterwards it is cut back to this.
  db.pragma('journal_size_limit = 67108864')
  return db
}

/** The work as one transaction that takes the write lock at once, so that it cannot fail half-way for want of it. */
export function writing<Args extends unknown[], Answer>(
  db: Connection,
  work: (...args: Args) => Answer,
): (...args: Args) => Answer {
  const transaction = db.transaction(work)
  return (...args) => transaction.immediate(...args)
}

/** The work on one state of the file: what another connection commits meanwhile is not seen. */
export function reading<Args extends unknown[], Answer>(
  db: Connection,
  work: (...args: Args) => Answer,
): (...args: Args) => Answer {
  const transaction = db.transaction(work)
  return (...args) => transaction.deferred(...args)
}
