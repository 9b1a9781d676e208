/** `npm run audit:verify`: whether the audit trail in a data folder is as it was written. Also while a server runs. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyAudit } from '../store/sqlite/audit.ts'
import { openConnection } from '../store/sqlite/connection.ts'
import { CommandError } from './api-client.ts'
import { isEntry } from './entry.ts'

export const USAGE = `Usage: npm run --silent audit:verify -- [--data FOLDER]

  --data   the data folder (default: VEDETTE_DATA, else ./data)

Says how many entries there are and the hash of the last one; keep it elsewhere, and compare. Exit 1 when the trail is
broken.`

/** Reads only. Throws a `CommandError` when there is no store. */
export function auditVerdict(folder: string): { unbroken: boolean; said: string } {
  const file = join(folder, 'vedette.db')
  if (!existsSync(file)) throw new CommandError(`${file} is not there: name the data folder with --data.`)
  const db = openConnection(file, true)
  try {
    const verdict = verifyAudit(db)
    return verdict.unbroken
      ? { unbroken: true, said: `${verdict.entries} entries, unbroken, head ${verdict.head || '(none)'}` }
      : { unbroken: false, said: `Broken after ${verdict.entries} entries: ${verdict.why}.` }
  } finally {
    db.close()
  }
}

if (isEntry(import.meta.url)) {
  try {
    const options = { data: { type: 'string' } } as const
    const { values } = parseArgs({ args: process.argv.slice(2), options })
    const { unbroken, said } = auditVerdict(resolve(values.data ?? process.env['VEDETTE_DATA'] ?? 'data'))
    console.log(said)
    process.exitCode = unbroken ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    if (!(error instanceof CommandError)) console.error(`\n${USAGE}`)
    process.exitCode = 1
  }
}
