/** One server a data folder: a second one would not hear of rules that the first saves, and alerts would be lost. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** The folder is in use by another process. */
export class FolderInUse extends Error {}

/**
 * Claims the folder until `release` or the end of the process, however it ends: the lock is the kernel's.
 * Throws `FolderInUse`.
 */
export function claimFolder(folder: string): { release(): void } {
  const db = new Database(join(folder, 'vedette.lock'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    throw new FolderInUse(`${folder} is in use by another server.`)
  }
  return { release: () => void db.close() }
}

/** Whether a server claims the folder just now. Never keeps one from starting: it only tries to read. */
export function isClaimed(folder: string): boolean {
  const file = join(folder, 'vedette.lock')
  if (!existsSync(file)) return false
  const db = new Database(file, { readonly: true, timeout: 0 })
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    return true
  } finally {
    db.close()
  }
}
