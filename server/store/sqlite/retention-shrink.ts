/**
 * Gives the disk back what was removed. Freed pages are written over, so a file that has reached its size stays as large
 * and that is all it needs; only a limit that was lowered below the file's size asks for more.
 */
import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { removeStore } from './backup.ts'
import { moveFile, sync } from './durable.ts'

/** Below this share of free pages the file would soon be as large again. */
const WORTH = 0.2
const RESERVE = 64 * 1024 * 1024

/**
 * Writes the file anew without its free pages, if it is larger than `limit` for their sake; the bytes it had and has, or
 * null. Takes 10 to 20 seconds a gigabyte that stays, so it is done when nobody has the file open yet. It is whole at
 * every moment: the new one takes the place of the old by its name.
 */
export function shrinkTo(limit: number, file: string): { before: number; after: number } | null {
  if (!existsSync(file) || statSync(file).size <= limit) return null
  const before = statSync(file).size
  const smaller = `${file}.shrinking`
  removeStore(smaller)
  const db = new Database(file)
  try {
    const pages = db.pragma('page_count', { simple: true }) as number
    const free = db.pragma('freelist_count', { simple: true }) as number
    if (free < pages * WORTH || !hasRoom(file, before * (1 - free / pages))) return null
    db.prepare('VACUUM INTO ?').run(smaller)
    // Nothing may be left in the log: it would be played into the new file.
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('journal_mode = DELETE')
  } finally {
    db.close()
  }
  sync(smaller)
  moveFile(smaller, file)
  return { before, after: statSync(file).size }
}

function hasRoom(file: string, needed: number): boolean {
  const { bavail, bsize } = statfsSync(dirname(file))
  return bavail * bsize >= needed + RESERVE
}
