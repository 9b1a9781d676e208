/**
 * Certificate and key from two files, read again when they change: new connections get the new certificate, those that
 * are open live on. What cannot be used changes nothing and is told once.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { type Millis, SECOND, toIso } from '../domain/time.ts'

export type TlsFiles = { cert: string; key: string }
/** PEM texts. */
export type TlsPair = { cert: string; key: string }
export type TlsWatch = {
  /** Reads them now, e.g. at SIGHUP; false: they could not be used. */
  look(): Promise<boolean>
  stop(): void
}

/** Throws with the file and the reason in the message unless the two can be used together. */
export async function readTlsPair(files: TlsFiles): Promise<TlsPair> {
  const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')])
  const certificate = parsed(files.cert, 'no certificate in PEM', () => new X509Certificate(cert))
  const privateKey = parsed(files.key, 'no key in PEM without a passphrase', () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey))
    throw new Error(`${files.key} is not the key of ${files.cert}`)
  return { cert, key }
}

// Asked for, not told: file systems do not tell of a link that points elsewhere, nor of every mounted volume.
const EVERY: Millis = 10 * SECOND

/** `current`: what the server was started with. `use` may throw: then the old one stays too. */
export function watchTls(
  parts: { files: TlsFiles; current: TlsPair; use(pair: TlsPair): void; log: Logger },
  every: Millis = EVERY,
): TlsWatch {
  const { files, log } = parts
  let { current } = parts
  let refusal: string | null = null
  let last: Promise<unknown> = Promise.resolve()

  async function look(): Promise<boolean> {
    try {
      const found = await readTlsPair(files)
      const isNew = found.cert !== current.cert || found.key !== current.key
      if (isNew) {
        parts.use(found)
        current = found
        const { validTo } = new X509Certificate(found.cert)
        log.info({ until: toIso(Date.parse(validTo)) }, 'new connections get the new TLS certificate')
      } else if (refusal !== null) log.info('the TLS files are as they were again')
      refusal = null
      return true
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      // Between two files that are replaced one after the other this is over at the next look.
      if (why !== refusal) log.error({ why }, 'the TLS files cannot be used; the certificate of before stays')
      refusal = why
      return false
    }
  }
  const inTurn = () => {
    const turn = last.then(look)
    last = turn
    return turn
  }
  const timer = setInterval(() => void inTurn(), every)
  timer.unref()
  return { look: inTurn, stop: () => clearInterval(timer) }
}

function parsed<T>(file: string, what: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new Error(`${file} is ${what}`, { cause })
  }
}
