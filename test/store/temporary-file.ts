import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The path of a database in a new folder of its own. */
export function temporaryFile(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-store-'))
  return {
    path: join(folder, 'vedette.db'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
