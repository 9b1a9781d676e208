/** Before a file is migrated, it is kept as it was, so that the earlier version of the program can be started again. */
import {
  copyFileSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { openConnection } from './connection.ts'
import { moveFile, sync } from './durable.ts'
import { firstMissing } from './migrate.ts'

/** `vedette.db.before-0012`: as it was before that migration and all later ones. */
const SNAPSHOT = /\.before-(\d{4})$/
/** Left free beside the snapshot: the migrations write too. */
const RESERVE = 64 * 1024 * 1024

/** Keeps a file that lacks migrations; one snapshot, the newest, is kept. Nobody else may have the file open. */
export function keepBeforeMigrating(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return
  const first = lackingMigration(file)
  if (!first) return
  const kept = `${file}.before-${first.name.slice(0, 4)}`
  requireRoom(file)
  // After the last connection was closed: the log of changes is part of the file then. And never while one is open, as
  // closing a copy's handle would take that connection's locks away (https://sqlite.org/howtocorrupt.html, 2.2).
  copyFileSync(file, `${kept}.partial`, constants.COPYFILE_FICLONE)
  chmodSync(`${kept}.partial`, 0o600)
  sync(`${kept}.partial`)
  moveFile(`${kept}.partial`, kept)
  for (const one of snapshots(file)) if (one !== kept) rmSync(one)
}

/** Snapshots of a file, the newest first. */
export function snapshots(file: string): string[] {
  const name = basename(file)
  return readdirSync(dirname(file))
    .filter((one) => one.startsWith(name) && SNAPSHOT.test(one) && one.length === name.length + 12)
    .sort()
    .reverse()
    .map((one) => join(dirname(file), one))
}

function lackingMigration(file: string) {
  const db = openConnection(file, false)
  try {
    const first = firstMissing(db)
    if (first) db.pragma('wal_checkpoint(TRUNCATE)')
    return first
  } finally {
    db.close()
  }
}

function requireRoom(file: string): void {
  const { size } = statSync(file)
  const { bavail, bsize } = statfsSync(dirname(file))
  const needed = size + RESERVE
  if (bavail * bsize >= needed) return
  const [need, have] = [needed, bavail * bsize].map((bytes) => Math.ceil(bytes / 1e6))
  throw new Error(
    `Before the database is upgraded, it is kept as it is, and there is no room for that: it needs ${need} MB and there are ${have} MB. Free some, for example old backups, or start the earlier version with a lower VEDETTE_MAX_DISK.`,
  )
}
