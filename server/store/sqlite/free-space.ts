/** What the disk under the store still takes. */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type FreeSpace = {
  /** Bytes that the file system says are free; Infinity where it does not say. */
  bytes(): number
  /** Whether a commit would find room: by writing that much beside the store, since a quota is not in `bytes`. */
  takes(bytes: number): boolean
}

export function freeSpaceOf(file: string): FreeSpace {
  const folder = dirname(file)
  const probe = join(folder, 'room-probe.tmp')
  return {
    bytes() {
      try {
        const { bavail, bsize } = statfsSync(folder)
        return bavail * bsize
      } catch {
        return Infinity
      }
    },
    takes(bytes) {
      try {
        const handle = openSync(probe, 'w', 0o600)
        try {
          for (let left = bytes; left > 0; left -= CHUNK.length) writeSync(handle, CHUNK)
          fsyncSync(handle)
        } finally {
          closeSync(handle)
        }
        return true
      } catch {
        return false
      } finally {
        rmSync(probe, { force: true })
      }
    },
  }
}

// Not zeros: some file systems keep no room for those.
const CHUNK = Buffer.alloc(256 * 1024, 'room')
