/** Puts a backup, or the snapshot before an upgrade, in the place of the store. The store that was there is kept. */
import { chmodSync, constants, copyFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { checkStore, removeStore } from './backup.ts'
import { snapshots } from './backup-snapshot.ts'
import { claimFolder, FolderInUse } from './claim.ts'
import { moveFile, sync } from './durable.ts'

/** Nothing was changed; the message is for the person at the terminal. */
export class RestoreRefused extends Error {}

/** `kept`: where the store that was there lies now; null: there was none. */
export type Restored = { from: string; events: number; kept: string | null }

/**
 * Restores `file` into the data folder. The file is copied and checked first, and brought to this program's schema;
 * it stays as it is. `replace`: even where there is a store. Throws `RestoreRefused`.
 */
export async function restoreStore(data: string, file: string, replace: boolean): Promise<Restored> {
  return inFolder(data, async (target) => {
    const from = findFile(data, file)
    if (resolve(from) === resolve(target)) throw new RestoreRefused(`${from} is the store itself.`)
    if (existsSync(target) && !replace) {
      throw new RestoreRefused(
        `${data} has a store. Give --replace to put the backup in its place (the store is kept beside it), or set VEDETTE_DATA to another folder.`,
      )
    }
    const events = await copied(from, target, (copy) => checkStore(copy))
    return { from, events, kept: putInPlace(target) }
  })
}

/** Puts back what was kept before the last upgrade, without upgrading it. Throws `RestoreRefused`. */
export async function rollBack(data: string): Promise<Omit<Restored, 'events'>> {
  return inFolder(data, async (target) => {
    const [from] = snapshots(target)
    if (!from) {
      throw new RestoreRefused(
        `There is nothing to go back to: no upgrade has left a ${target}.before-NNNN. A backup can be restored: npm run restore -- FILE --replace.`,
      )
    }
    await copied(from, target, checkWhole)
    return { from, kept: putInPlace(target) }
  })
}

async function inFolder<T>(data: string, work: (target: string) => Promise<T>): Promise<T> {
  let claim: { release(): void }
  try {
    claim = claimFolder(data)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    throw new RestoreRefused(`${error.message} Stop it first.`)
  }
  try {
    return await work(join(data, 'vedette.db'))
  } finally {
    claim.release()
  }
}

/** A bare name is also looked for among the backups. */
function findFile(data: string, file: string): string {
  const places = /[\\/]/.test(file) ? [file] : [file, join(data, 'backups', file)]
  const found = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile())
  if (found === undefined) throw new RestoreRefused(`There is no file ${places.join(' and no ')}.`)
  return found
}

/** Copies the file beside the store and checks the copy, which is gone if that fails. */
async function copied<T>(from: string, target: string, check: (copy: string) => T | Promise<T>): Promise<T> {
  const copy = restoring(target)
  removeStore(copy)
  try {
    for (const end of ['', '-wal']) {
      // A log of changes beside it is a part of it: it was copied from under a server.
      if (!existsSync(from + end)) continue
      copyFileSync(from + end, copy + end, constants.COPYFILE_FICLONE)
      chmodSync(copy + end, 0o600)
    }
    const told = await check(copy)
    // Nobody has it open now, so the log of changes is part of the file.
    sync(copy)
    return told
  } catch (error) {
    removeStore(copy)
    const why = error instanceof Error ? error.message : String(error)
    throw new RestoreRefused(`${from} cannot be restored: ${why}. Nothing was changed.`, { cause: error })
  }
}

function checkWhole(file: string): void {
  const db = new Database(file)
  try {
    const wrong = db.pragma('integrity_check(1)', { simple: true }) as string
    if (wrong !== 'ok') throw new Error(`it is damaged: ${wrong}`)
  } finally {
    db.close()
  }
}

/** The store that is there makes room, with its log of changes, before the checked copy takes its name. */
function putInPlace(target: string): string | null {
  const kept = existsSync(target) ? freeName(target) : null
  if (kept !== null) {
    foldLog(target)
    // The log first: a store without it is older, a log without its store would be played into another one.
    for (const end of ['-wal', '']) if (existsSync(target + end)) renameSync(target + end, kept + end)
  }
  removeStore(target)
  moveFile(restoring(target), target)
  return kept
}

/** Writes what is in the log into the file; a damaged store keeps both. */
function foldLog(file: string): void {
  try {
    const db = new Database(file, { timeout: 0 })
    try {
      db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      db.close()
    }
  } catch {
    // It is kept as it is: that is why it is replaced.
  }
}

function freeName(target: string): string {
  for (let n = 1; ; n++) {
    const name = `${target}${n === 1 ? '' : `.${n}`}.before-restore`
    if (!existsSync(name)) return name
  }
}

function restoring(target: string): string {
  return `${target}.restoring`
}
