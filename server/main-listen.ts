/** Listening, and what is said of it: to the person at the terminal, in one line. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Config, ConfigError, isLoopback } from './config.ts'

/** Gives the address with the port that it got. Throws `ConfigError` where it cannot listen. */
export function listen(server: Server, config: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ConfigError(listenProblem(config, error)))
    })
    server.listen(config.port, config.host, () => {
      const { port } = server.address() as AddressInfo
      const host = config.host.includes(':') ? `[${config.host}]` : config.host
      resolve(`${config.tls ? 'https' : 'http'}://${host}:${port}`)
    })
  })
}

function listenProblem({ host, port }: Config, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') {
    return `VEDETTE_PORT is ${port}: something else listens on it. Stop that, or set another port (0 picks a free one).`
  }
  if (code === 'EACCES') return `VEDETTE_PORT is ${port}: this user may not listen on it. Set one above 1023.`
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN') {
    return `VEDETTE_HOST is ${JSON.stringify(host)}: it must be an address of this machine, e.g. 127.0.0.1 or 0.0.0.0.`
  }
  return `VEDETTE_HOST, VEDETTE_PORT: cannot listen on ${host}:${port}: ${message}`
}

export function announceStart(config: Config, url: string, setupToken: string | null): void {
  if (!config.tls && !isLoopback(config.host)) {
    console.warn(
      `Warning: ${config.host} can be reached from the network and TLS is off, so keys and passwords travel in the clear. ` +
        'Set VEDETTE_TLS_CERT and VEDETTE_TLS_KEY, or put a reverse proxy with TLS in front.',
    )
  }
  const lines = [`Vedette is ready on ${url}`]
  if (setupToken)
    lines.push(`Set it up once, in a browser: ${config.publicUrl ?? url}/setup#token=${setupToken}`)
  // At once, so that whoever waits for the first has the other too.
  console.log(lines.join('\n'))
}
