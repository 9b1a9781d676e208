/** The data folder: made where it can be, and refused with one line where it cannot. */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from './config.ts'

/** Makes the folder and its parents, readable for its owner only. Throws `ConfigError`. */
export function makeDataFolder(folder: string): void {
  try {
    make(folder)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(
      `VEDETTE_DATA is ${JSON.stringify(folder)}: ${reason(code)} It must be a folder that this user may write, or may make.`,
    )
  }
}

// Level by level: the runtime's own recursive form never comes back where the file system refuses new folders.
function make(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (found) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  if (dirname(folder) !== folder) make(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

function reason(code: string | undefined): string {
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'there is a file in its place.'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not write there.'
  if (code === 'EROFS') return 'the file system is read-only.'
  return `it cannot be made (${code ?? 'unknown error'}).`
}
