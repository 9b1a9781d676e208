/** Files that are there after a power cut. */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes what was written to a file, and its name, durable. */
export function sync(file: string): void {
  for (const path of [file, dirname(file)]) {
    const handle = openSync(path, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  }
}

/** Renames durably. */
export function moveFile(from: string, to: string): void {
  renameSync(from, to)
  sync(to)
}
