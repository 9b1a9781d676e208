/** What the data folder takes on its disk, and how much of the disk it may take. */
import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Of what the disk has for us: what is free and what we take. What others fill is no reason to delete logs. */
const SHARE = 0.8

/** `maxDisk`: bytes, or null: 80 % of the volume less what others take. `backups`: bytes of the backups. */
export function diskOf(file: string, maxDisk: number | null, backups: () => number) {
  const beside = () => sizeOf(`${file}-wal`) + backups()
  return {
    beside,
    limit(): number {
      if (maxDisk !== null) return maxDisk
      try {
        const { bavail, bsize } = statfsSync(dirname(file))
        return Math.round((bavail * bsize + sizeOf(file) + beside()) * SHARE)
      } catch {
        return Infinity
      }
    },
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
