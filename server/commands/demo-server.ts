import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MINUTE } from '../domain/time.ts'
import { CommandError } from './api-client.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export type DemoServer = {
  url: string
  /** Settles when the server ends by itself. */
  ended: Promise<number | null>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

/** Starts the real server with a data folder that is thrown away, and waits until it answers. */
export async function startDemoServer(secrets: { key: string; password: string }): Promise<DemoServer> {
  const data = mkdtempSync(join(tmpdir(), 'vedette-demo-'))
  const child = spawn(process.execPath, [join(ROOT, 'server/start.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      VEDETTE_DATA: data,
      VEDETTE_HOST: '127.0.0.1',
      VEDETTE_PORT: String(await freePort(Number(process.env['VEDETTE_PORT'] ?? 8514))),
      VEDETTE_API_KEY: secrets.key,
      VEDETTE_ADMIN_PASSWORD: secrets.password,
      VEDETTE_PUBLIC_URL: '',
      VEDETTE_TLS_CERT: '',
      VEDETTE_TLS_KEY: '',
      VEDETTE_CORRELATE: '* * * * * *',
      VEDETTE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
  try {
    return { url: await readyUrl(child, ended), ended, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The wanted port, or any free one when it is taken. */
async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(null))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })
}

async function readyUrl(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  let output = ''
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      // Kept only while it matters.
      if (output.length < 100_000) output += chunk.toString()
      const url = /ready on (https?:\/\/\S+)/.exec(output)?.[1]
      if (url) resolve(url)
    })
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), 2 * MINUTE)
  })
  const first = await Promise.race([ready, ended, late])
  clearTimeout(timer)
  if (typeof first === 'string') return first
  throw new CommandError(`The server did not start.\n${output}`)
}
