/** The TLS files of the settings: read at the start, and again while the server runs. */
import { type Config, ConfigError } from './config.ts'
import { readTlsPair, type TlsPair, type TlsWatch, watchTls } from './http/tls-files.ts'
import type { Logger } from './log.ts'

export type Tls = { pair: TlsPair; watch(use: (pair: TlsPair) => void, log: Logger): TlsWatch }

/** Null: there are none. Throws `ConfigError`. */
export async function openTls({ tls: files }: Config): Promise<Tls | null> {
  if (!files) return null
  try {
    const pair = await readTlsPair(files)
    return { pair, watch: (use, log) => watchTls({ files, current: pair, use, log }) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`VEDETTE_TLS_CERT, VEDETTE_TLS_KEY: ${why}.`)
  }
}
