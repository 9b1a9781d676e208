/** Tells "there is no room" from every other failure of SQLite. */
import Database from 'better-sqlite3'
import { StoreFull } from '../store.ts'

/**
 * The error as the contract names it. SQLite says SQLITE_FULL for a disk without room; a quota, a limit on the size of
 * files and a log or its index that cannot grow come as one of the IOERR codes (https://sqlite.org/rescode.html).
 */
export function asContractError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError) || !NO_ROOM.has(error.code)) return error
  return new StoreFull(`There is no room to write: ${error.message}.`, { cause: error })
}

const NO_ROOM = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_DIR_FSYNC',
  'SQLITE_IOERR_TRUNCATE',
  'SQLITE_IOERR_SHMOPEN',
  'SQLITE_IOERR_SHMSIZE',
  'SQLITE_IOERR_SHMMAP',
])
