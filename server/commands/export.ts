/** `npm run export -- --from T --to T [--query KQL]`: the normalised documents of a range as NDJSON. */
import { parseArgs } from 'node:util'
import { type ApiClient, CommandError, searchEvents } from './api-client.ts'
import { isEntry } from './entry.ts'

export const USAGE = `Usage: npm run --silent export -- --from TIME --to TIME [--query KQL] [--url URL] [--key KEY]

  --from, --to  ISO 8601, epoch milliseconds or relative, e.g. now-30d; both ends are included
  --query       KQL; everything if left out
  --url         the server (default http://127.0.0.1:8514, or VEDETTE_URL)
  --key         an API key with the scope read (default: VEDETTE_API_KEY)

Writes one normalised document a line to standard output, oldest first.`

export type ExportOptions = ApiClient & { from: string; to: string; query: string | null }

const PAGE = 1000

/** Writes every document of the range; gives how many. */
export async function exportEvents(
  options: ExportOptions,
  write: (line: string) => Promise<void>,
): Promise<number> {
  const search =
    options.query === null
      ? { language: 'eql', query: 'any where true' }
      : { language: 'kql', query: options.query }
  const body = { ...search, from: options.from, to: options.to, size: PAGE, order: 'asc' }
  let count = 0
  let cursor: string | null = null
  do {
    const page = await searchEvents(options, cursor === null ? body : { ...body, cursor })
    for (const { fields } of page.events) await write(`${JSON.stringify(fields)}\n`)
    count += page.events.length
    cursor = page.nextCursor
  } while (cursor !== null)
  return count
}

/** Reads the command line. Throws a `CommandError` that says what is allowed. */
export function readExportOptions(args: string[], env: Record<string, string | undefined>): ExportOptions {
  const text = { type: 'string' } as const
  let values: { from?: string; to?: string; query?: string; url?: string; key?: string }
  try {
    values = parseArgs({ args, options: { from: text, to: text, query: text, url: text, key: text } }).values
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, {
      cause: error,
    })
  }
  const { from, to, query } = values
  if (from === undefined || to === undefined)
    throw new CommandError(`--from and --to are needed.\n\n${USAGE}`)
  const key = values.key ?? env['VEDETTE_API_KEY']
  if (!key)
    throw new CommandError(`A key with the scope read is needed: --key KEY, or VEDETTE_API_KEY.\n\n${USAGE}`)
  const url = values.url ?? env['VEDETTE_URL'] ?? 'http://127.0.0.1:8514'
  if (!URL.canParse(url))
    throw new CommandError(
      `--url is ${JSON.stringify(url)}: it must be an address such as http://127.0.0.1:8514.`,
    )
  return { from, to, query: query ?? null, url, key }
}

/** Waits while the reader of standard output is slower than the server. */
function toOutput(line: string): Promise<void> {
  if (process.stdout.write(line)) return Promise.resolve()
  return new Promise((resolve) => process.stdout.once('drain', resolve))
}

if (isEntry(import.meta.url)) {
  try {
    const options = readExportOptions(process.argv.slice(2), process.env)
    const count = await exportEvents(options, toOutput)
    console.error(`${count} documents.`)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
