/**
 * The backup thread: copies the store while it is written to, and restores each copy once before it counts. Started for
 * one backup and gone with it, so that it has no part in the memory.
 */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { Millis } from './domain/time.ts'
import type { MadeBackup } from './pipeline/backups.ts'
import { checkRestore, copyStore, removeStore, requireRoom } from './store/sqlite/backup.ts'
import { backupFolder, backupName } from './store/sqlite/backup-folder.ts'
import { moveFile } from './store/sqlite/durable.ts'
import { answerOver, verbs } from './threads/call.ts'

export type BackupData = { file: string }

const { file } = workerData as BackupData
const folder = backupFolder(dirname(file))

async function make(at: Millis): Promise<MadeBackup> {
  folder.prepare()
  requireRoom(file)
  // Two in one second are two.
  let name = backupName(at)
  for (let next = at; existsSync(folder.path(name));) name = backupName((next += 1000))
  const path = folder.path(name)
  const unfinished = `${path}.partial`
  try {
    await copyStore(file, unfinished)
    const checked = await checkRestore(unfinished, `${path}.checked`)
    moveFile(unfinished, path)
    return { file: name, ...checked }
  } finally {
    removeStore(unfinished)
  }
}

answerOver(parentPort!, verbs({ make, stop: () => undefined }))
parentPort!.postMessage({ event: 'ready' })
