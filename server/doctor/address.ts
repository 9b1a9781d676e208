/** Where the server listens and how people reach it. */
import { createServer } from 'node:net'
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { type Config, isLoopback } from '../config.ts'
import { type Millis, SECOND } from '../domain/time.ts'
import { type Finding, findings, reasonOf } from './finding.ts'

/** What answered at an address. `ours`: it is Vedette; `date`: by its clock, `at` by this machine's. */
export type Answered = { ours: boolean; version: string | null; date: Millis | null; at: Millis }
/** Null: nobody does. */
export type Ask = (url: string) => Promise<Answered | null>

const PATIENCE: Millis = 5 * SECOND

/** Asks `/healthz`. The certificate is looked at elsewhere, and its name may be another one than the address. */
export function askHealth(url: string): Promise<Answered | null> {
  const target = new URL('/healthz', url)
  const options = { timeout: PATIENCE, rejectUnauthorized: false, headers: { accept: 'application/json' } }
  return new Promise((resolve) => {
    const ask = target.protocol === 'https:' ? requestTls : requestPlain
    const asked = ask(target, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text = (text + chunk).slice(0, 10_000)))
      response.once('end', () => resolve(answeredOf(text, response.headers.date)))
      response.once('error', () => resolve(null))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', (error: NodeJS.ErrnoException) => {
      // Something is there that does not speak HTTP, or not with TLS.
      const absent = /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/
      const isThere = error.code !== undefined && !absent.test(error.code)
      resolve(isThere ? { ours: false, version: null, date: null, at: Date.now() } : null)
    })
    asked.end()
  })
}

function answeredOf(text: string, date: string | undefined): Answered {
  const at = Date.now()
  const time = date === undefined ? NaN : Date.parse(date)
  const about = { date: Number.isNaN(time) ? null : time, at }
  try {
    const { status, version } = JSON.parse(text) as { status?: unknown; version?: unknown }
    if (status === 'ok' && typeof version === 'string') return { ours: true, version, ...about }
  } catch {
    // No JSON: somebody else's.
  }
  return { ours: false, version: null, ...about }
}

/** The address on which a server with these settings answers on this machine; null: it picks a port itself. */
export function localUrl({ host, port, tls }: Config): string | null {
  if (port === 0) return null
  const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${tls ? 'https' : 'http'}://${here.includes(':') ? `[${here}]` : here}:${port}`
}

/** `claimed`: a server works on the data folder. */
export async function examinePort(
  config: Config,
  answered: Answered | null,
  claimed: boolean,
): Promise<Finding> {
  const { ok, warn, fail } = findings('port')
  const place = `${config.host}:${config.port}`
  if (config.port === 0) return ok('a free one is picked at each start')
  if (answered?.ours) return ok(`${place} answers: Vedette ${answered.version}`)
  if (answered) {
    return fail(`something else answers on ${place}`, 'Stop it, or set VEDETTE_PORT to another port.')
  }
  if (claimed) {
    return warn(
      `a server works on the data folder, but nothing answers on ${place}`,
      'It was started with other settings than these: see VEDETTE_HOST and VEDETTE_PORT where it runs.',
    )
  }
  const problem = await listenProblem(config)
  if (problem === null) return ok(`${place} is free; the server does not run`)
  return fail(
    `${place} cannot be listened on: ${problem}`,
    'Set VEDETTE_HOST and VEDETTE_PORT so that it can.',
  )
}

/** `running`: a server answers on its own port, so that its public address should too. */
export async function examinePublicUrl(config: Config, running: boolean, ask: Ask): Promise<Finding> {
  const { ok, warn } = findings('public URL')
  const { publicUrl } = config
  if (publicUrl === null) {
    if (isLoopback(config.host)) return ok('none: people use the address on this machine')
    return warn(
      'none is set: messages have no links, and shippers are shown whatever address the browser used',
      'Set VEDETTE_PUBLIC_URL to the address that people use.',
    )
  }
  if (publicUrl.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)) {
    return warn(
      `${publicUrl} has no TLS: passwords and keys travel in the clear`,
      'Set VEDETTE_TLS_CERT and VEDETTE_TLS_KEY, or put a proxy with TLS in front, and set the https address.',
    )
  }
  if (!running) return ok(`${publicUrl}; whether it answers is seen when the server runs`)
  const answered = await ask(publicUrl)
  if (answered?.ours) return ok(`${publicUrl} answers`)
  return warn(
    answered
      ? `${publicUrl} is answered by something else`
      : `${publicUrl} does not answer from this machine`,
    'See the proxy and the DNS name; if it can be reached only from elsewhere, try it from there.',
  )
}

export function examineEncryption(config: Config): Finding[] {
  const { warn } = findings('encryption')
  if (config.tls || isLoopback(config.host)) return []
  return [
    warn(
      `${config.host} can be reached from the network and TLS is off`,
      'Set VEDETTE_TLS_CERT and VEDETTE_TLS_KEY, or listen on 127.0.0.1 behind a proxy with TLS.',
    ),
  ]
}

function listenProblem({ host, port }: Config): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(reasonOf(error)))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}
