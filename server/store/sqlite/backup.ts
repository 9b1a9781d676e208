/** A copy of the whole store while it is written to, and the proof that it can be restored. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { Millis } from '../../domain/time.ts'
import { StoreFull } from '../store.ts'
import { backupFolder, backupName } from './backup-folder.ts'
import { moveFile, sync } from './durable.ts'
import { openSqlite } from './open.ts'

export type CheckedFile = { bytes: number; events: number }

/** Makes a backup of the store in `backups/` beside it, restores it once, and only then gives it its name. */
export async function makeBackup(store: string, at: Millis): Promise<CheckedFile & { file: string }> {
  const folder = backupFolder(dirname(store))
  folder.prepare()
  requireRoom(store)
  // Two in one second are two.
  let file = backupName(at)
  for (let next = at; existsSync(folder.path(file));) file = backupName((next += 1000))
  const path = folder.path(file)
  const unfinished = `${path}.partial`
  try {
    await copyStore(store, unfinished)
    const checked = await checkRestore(unfinished, `${path}.checked`)
    moveFile(unfinished, path)
    return { file, ...checked }
  } finally {
    removeStore(unfinished)
  }
}

/** A step of the copy: 4 MB at the usual page size. */
const STEP_PAGES = 1000
/** Room that the copies leave free: the writer needs some too. */
const RESERVE = 64 * 1024 * 1024

/**
 * Writes one state of the store to `target`, durable, readable for its owner only. All that was committed before the
 * call is in it. `target` must not exist. Between two steps the disk is left to others for as long as the step took.
 */
async function copyStore(file: string, target: string): Promise<void> {
  // Taken by SQLite as long as it is empty: so nobody else could ever read what comes into it.
  closeSync(openSync(target, 'wx', 0o600))
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 })
  try {
    // An open read keeps the copy on one state of the file; without it every commit of the writer starts it anew.
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    await db.backup(target, { progress: politeSteps() })
    db.exec('COMMIT')
  } finally {
    db.close()
  }
  sync(target)
}

/** How many pages come next, after a pause in this thread, which has nothing else to do. */
function politeSteps(): () => number {
  let began = performance.now()
  const never = new Int32Array(new SharedArrayBuffer(4))
  return () => {
    Atomics.wait(never, 0, 0, Math.min(performance.now() - began, 1000))
    began = performance.now()
    return STEP_PAGES
  }
}

/**
 * Restores a copy of the file and looks at it: whole, with rows for all of its events, and open to the store. The file
 * itself stays as it is. `scratch`: a path beside it; without room there the file itself is looked at. Throws with what
 * is wrong.
 */
async function checkRestore(file: string, scratch: string): Promise<CheckedFile> {
  const { size: bytes } = statSync(file)
  if (freeBytes(file) < bytes + RESERVE) return { bytes, events: await checkStore(file, true) }
  removeStore(scratch)
  try {
    copyFileSync(file, scratch, constants.COPYFILE_FICLONE)
    chmodSync(scratch, 0o600)
    return { bytes, events: await checkStore(scratch) }
  } finally {
    removeStore(scratch)
  }
}

/** Throws `StoreFull` unless there is room for a copy of the store. */
function requireRoom(file: string): void {
  const needed = statSync(file).size + RESERVE
  const free = freeBytes(file)
  if (free >= needed) return
  const [need, have] = [needed, free].map((bytes) => Math.ceil(bytes / 1e6))
  throw new StoreFull(`A backup needs ${need} MB and there are ${have} MB free.`)
}

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file))
  return bavail * bsize
}

/**
 * Proves that a store that nobody uses is whole; how many events it has. One that may be written to is brought to the
 * newest schema first.
 */
export async function checkStore(file: string, readonly = false): Promise<number> {
  const store = openSqlite({ file, merge: () => null, readonly, snapshot: false })
  try {
    const { events } = await store.state()
    const first = await store.replay(-8.64e15, 8.64e15, 1)
    if (events > 0 && first.events.length === 0) throw new Error('its events cannot be read')
    checkPages(file, events)
    return events
  } finally {
    await store.close()
  }
}

function checkPages(file: string, events: number): void {
  const db = new Database(file, { readonly: true })
  try {
    const wrong = db.pragma('integrity_check(1)', { simple: true }) as string
    if (wrong !== 'ok') throw new Error(`it is damaged: ${wrong}`)
    const rows = db.prepare<[], number>('SELECT count(*) FROM event').pluck().get()!
    const lines = db.prepare<[], number>('SELECT ifnull(sum(live), 0) FROM block').pluck().get()!
    if (rows !== events || lines !== events)
      throw new Error(`it counts ${events} events, and has ${rows} rows and ${lines} lines of them`)
  } finally {
    db.close()
  }
}

/** Deletes a database file with what SQLite keeps beside it. */
export function removeStore(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true })
}
