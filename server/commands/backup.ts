/** `npm run backup`: a checked copy of the store, made by the server that runs, or here where none does. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { makeBackup } from '../store/sqlite/backup.ts'
import { claimFolder, FolderInUse } from '../store/sqlite/claim.ts'
import { type ApiClient, CommandError, postBackup } from './api-client.ts'
import { isEntry } from './entry.ts'

export const USAGE = `Usage: npm run --silent backup -- [--url URL] [--key KEY]

  --url   the server (default: VEDETTE_URL, else this machine's at VEDETTE_PORT)
  --key   an API key with the scope admin (default: VEDETTE_API_KEY)

A server that runs on VEDETTE_DATA makes the backup itself, while it takes logs. Where none runs, and no --url is
given, it is made here. It is restored once before it counts, and lies in backups/ of the data folder.`

export type BackupOptions = {
  /** The data folder of this machine. */
  data: string
  /** Asked for by name; null: only if a server has the folder. */
  url: string | null
  ownUrl: string
  key: string | null
}
export type BackupDone = { file: string; bytes: number; events: number }

/** Throws a `CommandError` that says what to do. */
export async function backUp(options: BackupOptions): Promise<BackupDone> {
  if (options.url !== null) return postBackup(clientOf(options.url, options))
  const file = join(options.data, 'vedette.db')
  if (!existsSync(file))
    throw new CommandError(
      `There is no store in ${options.data}: set VEDETTE_DATA, or name a server with --url.`,
    )
  const claim = claimed(options.data)
  if (!claim) return postBackup(clientOf(options.ownUrl, options))
  try {
    const made = await makeBackup(file, Date.now())
    return { ...made, file: join(options.data, 'backups', made.file) }
  } catch (error) {
    throw new CommandError(`No backup was made: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  } finally {
    claim.release()
  }
}

/** Null: a server has it. */
function claimed(data: string): { release(): void } | null {
  try {
    return claimFolder(data)
  } catch (error) {
    if (error instanceof FolderInUse) return null
    throw error
  }
}

function clientOf(url: string, { key }: BackupOptions): ApiClient {
  if (key === null)
    throw new CommandError(
      `A server runs at ${url}: give a key of it with the scope admin, with --key or VEDETTE_API_KEY.`,
    )
  return { url, key }
}

/** Reads the command line and the settings. Throws a `CommandError` that says what is allowed. */
export function readBackupOptions(args: string[], env: Record<string, string | undefined>): BackupOptions {
  let values: { url?: string; key?: string }
  try {
    const text = { type: 'string' } as const
    values = parseArgs({ args, options: { url: text, key: text } }).values
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, {
      cause: error,
    })
  }
  const { data, port, tls, host, apiKey } = readConfig(env)
  const url = values.url ?? env['VEDETTE_URL'] ?? null
  if (url !== null && !URL.canParse(url))
    throw new CommandError(
      `--url is ${JSON.stringify(url)}: it must be an address such as http://127.0.0.1:8514.`,
    )
  const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const ownUrl = `${tls ? 'https' : 'http'}://${own.includes(':') ? `[${own}]` : own}:${port}`
  return { data, url, ownUrl, key: values.key ?? apiKey }
}

if (isEntry(import.meta.url)) {
  try {
    const { file, bytes, events } = await backUp(readBackupOptions(process.argv.slice(2), process.env))
    console.log(`${file}: ${events} events, ${(bytes / 1e6).toFixed(1)} MB, restored once to check it.`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
