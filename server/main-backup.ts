/**
 * The backup thread: copies the store while it is written to, and restores each copy once before it counts. Started for
 * one backup and gone with it, so that it has no part in the memory.
 */
import { parentPort } from 'node:worker_threads'
import type { Millis } from './domain/time.ts'
import { makeBackup } from './store/sqlite/backup.ts'
import { answerOver, verbs } from './threads/call.ts'
import { opened } from './threads/thread.ts'

export type BackupData = { file: string }

const { file } = await opened<BackupData>()
answerOver(parentPort!, verbs({ make: (at: Millis) => makeBackup(file, at) }))
parentPort!.postMessage({ event: 'ready' })
