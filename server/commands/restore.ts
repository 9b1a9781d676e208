/** `npm run restore -- FILE`: puts a backup in the place of the store, or goes back to before an upgrade. */
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { makeDataFolder } from '../data-folder.ts'
import { restoreStore, rollBack } from '../store/sqlite/backup-restore.ts'
import { CommandError } from './api-client.ts'
import { isEntry } from './entry.ts'

export const USAGE = `Usage: npm run --silent restore -- FILE [--replace]
       npm run --silent restore -- --rollback

  FILE         a backup, or its name in backups/ of the data folder
  --replace    even where VEDETTE_DATA has a store: it is kept beside the new one, as *.before-restore
  --rollback   goes back to the store as it was before the last upgrade; then start the version of before

The server must not run on the folder. FILE is checked before anything is changed.`

export type RestoreOptions = { data: string; file: string | null; replace: boolean }

/** Does it and says what was done. Throws with what to do. */
export async function restore({ data, file, replace }: RestoreOptions): Promise<string> {
  makeDataFolder(data)
  const done = file === null ? await rollBack(data) : await restoreStore(data, file, replace)
  const kept =
    done.kept === null ? '' : `\nThe store that was there is ${done.kept}; delete it when all is well.`
  if (file !== null && 'events' in done)
    return `Restored ${String(done.events)} events from ${done.from}.${kept}`
  return `The store is as it was in ${done.from}. Start the version of Vedette of before: this one would upgrade it again.${kept}`
}

/** Reads the command line and the settings. Throws a `CommandError` that says what is allowed. */
export function readRestoreOptions(args: string[], env: Record<string, string | undefined>): RestoreOptions {
  const usage = (why: string, cause?: unknown) => new CommandError(`${why}\n\n${USAGE}`, { cause })
  const flag = { type: 'boolean', default: false } as const
  let parsed: { values: { replace: boolean; rollback: boolean }; positionals: string[] }
  try {
    parsed = parseArgs({ args, options: { replace: flag, rollback: flag }, allowPositionals: true })
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), error)
  }
  const { values, positionals } = parsed
  const wanted = values.rollback ? 0 : 1
  if (positionals.length !== wanted)
    throw usage(values.rollback ? '--rollback takes no FILE.' : 'Name one FILE.')
  return { data: readConfig(env).data, file: positionals[0] ?? null, replace: values.replace }
}

if (isEntry(import.meta.url)) {
  try {
    console.log(await restore(readRestoreOptions(process.argv.slice(2), process.env)))
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
