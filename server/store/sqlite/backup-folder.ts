/** The folder of backups: only files named by us are listed, read or deleted. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Millis } from '../../domain/time.ts'

export type BackupFile = { file: string; bytes: number; at: Millis }

/** `vedette-2026-11-25T03-00-00Z.db`: the time is UTC. */
const NAME = /^vedette-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.db$/
const UNFINISHED = /^vedette-[\dTZ-]+\.db\.(partial|checked)(-wal|-shm|-journal)?$/

export function backupName(at: Millis): string {
  return `vedette-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z.db`
}

/** When a backup of this name was begun; null: it is none of ours. */
export function backupTime(file: string): Millis | null {
  const [, day, hour, minute, second] = NAME.exec(file) ?? []
  return day === undefined ? null : Date.parse(`${day}T${hour}:${minute}:${second}Z`)
}

export type BackupFolder = {
  path(file: string): string
  /** Makes the folder, for its owner only, and clears away what a crash left half made. */
  prepare(): void
  /** Newest first. */
  list(): BackupFile[]
  bytes(): number
  remove(file: string): void
}

export function backupFolder(data: string): BackupFolder {
  const folder = join(data, 'backups')
  const list = () => {
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .flatMap((file): BackupFile[] => {
        const at = backupTime(file)
        const found = at === null ? undefined : statSync(join(folder, file), { throwIfNoEntry: false })
        return found?.isFile() ? [{ file, bytes: found.size, at: at! }] : []
      })
      .sort((a, b) => b.at - a.at)
  }
  return {
    path: (file) => join(folder, file),
    prepare() {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const file of readdirSync(folder)) if (UNFINISHED.test(file)) rmSync(join(folder, file))
    },
    list,
    bytes: () => list().reduce((sum, { bytes }) => sum + bytes, 0),
    remove(file) {
      if (backupTime(file) !== null) rmSync(join(folder, file), { force: true })
    },
  }
}
