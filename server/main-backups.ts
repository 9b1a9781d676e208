/** Backups, each made by a thread that lives for it. */
import { dirname } from 'node:path'
import type { Logger } from './log.ts'
import type { BackupData } from './main-backup.ts'
import { type Backups, type MadeBackup, startBackups } from './pipeline/backups.ts'
import { backupFolder } from './store/sqlite/backup-folder.ts'
import type { Store } from './store/store.ts'
import { loadThread, type Thread } from './threads/thread.ts'

export function backupsOf(file: string, store: Store, log: Logger): Backups {
  let thread: Thread | null = null

  async function make(at: number): Promise<MadeBackup> {
    const own = await loadThread(new URL('./main-backup.ts', import.meta.url)).open({
      data: { file } satisfies BackupData,
      // A copy that failed takes nothing with it; whoever waits for it is told.
      onDeath: () => {},
    })
    thread = own
    try {
      return await own.ask<MadeBackup>('make', at)
    } finally {
      thread = null
      await own.worker.terminate()
    }
  }

  const backups = startBackups({
    store,
    make,
    folder: backupFolder(dirname(file)),
    clock: Date.now,
    onError: (error) => log.error({ err: error }, 'the daily backup failed; it is tried again in an hour'),
  })
  return {
    ...backups,
    async stop() {
      // What it has copied so far is of no use: the next backup clears it away.
      await thread?.worker.terminate()
      await backups.stop()
    },
  }
}
