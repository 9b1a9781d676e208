/** The real server as a process of its own, on a free port, with a data folder that is thrown away. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export type Siem = {
  url: string
  apiKey: string
  adminPassword: string
  data: string
  pid: number
  /** Standard output and standard error so far. */
  output(): string
  /** With the key of every scope; `json` is sent as JSON. */
  request(path: string, init?: RequestInit & { json?: unknown; key?: string | null }): Promise<Response>
  get<T = any>(path: string): Promise<T>
  post<T = any>(path: string, json?: unknown): Promise<T>
  /** Posts raw records as NDJSON and gives the answer's body. */
  ingest(records: unknown[], query?: string): Promise<any>
  alerts(query?: string): Promise<any[]>
  /** Drains the correlator, then lists the alerts. */
  settled(query?: string): Promise<any[]>
  live(since?: number): Promise<Live>
  /** SIGTERM and wait; gives the exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
  /** The same data folder again, after `stop` or `kill`. */
  restart(env?: Record<string, string>): Promise<Siem>
}
export type Live = {
  messages: any[]
  next(match: (message: any) => boolean, withinMs?: number): Promise<any>
  close(): void
}

export type SiemOptions = { env?: Record<string, string>; data?: string; keep?: boolean }

const API_KEY = 'test-key-with-every-scope'
const ADMIN_PASSWORD = 'correct horse battery'

export async function startSiem(options: SiemOptions = {}): Promise<Siem> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'vedette-test-'))
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'),
    VEDETTE_DATA: data,
    VEDETTE_PORT: '0',
    VEDETTE_API_KEY: API_KEY,
    VEDETTE_ADMIN_PASSWORD: ADMIN_PASSWORD,
    VEDETTE_CORRELATE: '* * * * * *',
    VEDETTE_LOG_LEVEL: 'warn',
    ...options.env,
  }
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk))
  const url = await listening(child, () => output)
  return driver({ url, data, child, output: () => output, keep: options.keep ?? options.data !== undefined })
}

async function listening(child: ChildProcess, output: () => string): Promise<string> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const found = /(https?:\/\/[^\s/]+:\d+)/.exec(output())
    if (found && /ready/i.test(output())) return found[1]!
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  throw new Error(`The server was not ready in 30 s:\n${output()}`)
}

function driver(run: {
  url: string
  data: string
  child: ChildProcess
  output(): string
  keep: boolean
}): Siem {
  const { url, child } = run
  let kept = run.keep
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const siem: Siem = {
    url,
    apiKey: API_KEY,
    adminPassword: ADMIN_PASSWORD,
    data: run.data,
    pid: child.pid!,
    output: run.output,
    request(path, { json, key = API_KEY, ...init } = {}) {
      const headers = new Headers(init.headers)
      if (key !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${key}`)
      if (json !== undefined) headers.set('content-type', 'application/json')
      return fetch(url + path, {
        ...init,
        headers,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      })
    },
    async get(path) {
      const response = await siem.request(path)
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return response.json() as never
    },
    async post(path, json) {
      const response = await siem.request(path, { method: 'POST', json: json ?? {} })
      if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`)
      return response.json() as never
    },
    async ingest(records, query = '') {
      const body = records
        .map((record) => (typeof record === 'string' ? record : JSON.stringify(record)))
        .join('\n')
      const headers = { 'content-type': 'application/x-ndjson' }
      return (await siem.request(`/api/v1/events${query}`, { method: 'POST', body, headers })).json()
    },
    alerts: async (query = '') => (await siem.get(`/api/v1/alerts${query}`)).alerts,
    async settled(query = '') {
      await siem.post('/api/v1/correlator/run', { force: true })
      return siem.alerts(query)
    },
    live: (since) => openLive(url, since),
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      const code = await ended
      if (!kept) rmSync(run.data, { recursive: true, force: true })
      return code
    },
    async kill() {
      kept = true
      child.kill('SIGKILL')
      await ended
    },
    async restart(env = {}) {
      kept = true
      return startSiem({ data: run.data, env, keep: run.keep })
    },
  }
  return siem
}

async function openLive(url: string, since?: number): Promise<Live> {
  const address = `${url.replace('http', 'ws')}/api/v1/live${since === undefined ? '' : `?since=${since}`}`
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${API_KEY}` } })
  const messages: any[] = []
  const listeners = new Set<() => void>()
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()))
    for (const listener of listeners) listener()
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    messages,
    next: (match, withinMs = 5_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = messages.find(match)
          if (!found) return
          clearTimeout(timer)
          listeners.delete(look)
          resolve(found)
        }
        const timer = setTimeout(() => {
          listeners.delete(look)
          reject(
            new Error(
              `Nothing came within ${withinMs} ms; so far: ${JSON.stringify(messages).slice(0, 500)}`,
            ),
          )
        }, withinMs)
        listeners.add(look)
        look()
      }),
    close: () => socket.terminate(),
  }
}
