/** The real HTTP side on a free port, over the store in memory and small ports that do real work. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { Registry } from 'prom-client'
import WebSocket from 'ws'
import { createHttp, type Http } from '../../server/http/app.ts'
import type { IntakeLimits } from '../../server/http/intake.ts'
import type { LiveTimes } from '../../server/http/live.ts'
import type { HttpParts, RulesPort } from '../../server/http/parts.ts'
import type { Store } from '../../server/store/store.ts'
import {
  changeRule,
  loadRules,
  readStored,
  removeRule,
  reviewRule,
  saveRule,
} from '../../server/pipeline/rulebook.ts'
import type { Scope } from '../../server/domain/access.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { checkAnswer } from './contract.ts'
import { memoryIngest } from './ingest-port.ts'
import { memoryTriage } from './triage-port.ts'

export const API_KEY = 'every-scope'
export const SETUP_TOKEN = 'one-time-token'
export const START = Date.parse('2026-11-24T12:00:00Z')
export const ADMIN = { user: 'Ada', password: 'correct horse battery' }

export type World = {
  url: string
  http: Http
  store: Store
  /** The time, for tests to move. */
  now: { value: number }
  /** What the server logged at level error. */
  logged: string[]
  /** With the key of every scope, unless `key` names another or none; checks the answer against the description. */
  request(path: string, init?: Init): Promise<Response>
  get<T = any>(path: string): Promise<T>
  post(path: string, json?: unknown, init?: Init): Promise<Response>
  key(...scopes: Scope[]): Promise<string>
  /** Sets the server up, once, and gives the session cookie. */
  signIn(user?: { user: string; password: string }): Promise<string>
  socket(path?: string, headers?: Record<string, string>): WebSocket
  stop(): Promise<void>
}
export type Init = Omit<RequestInit, 'headers'> & {
  json?: unknown
  key?: string | null
  cookie?: string
  headers?: Record<string, string>
}
export type WorldOptions = Partial<Omit<HttpParts, 'settings'>> & {
  settings?: Partial<HttpParts['settings']>
  live?: Partial<LiveTimes>
  intake?: IntakeLimits
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { settings, live, intake, ...parts } = options
  const now = { value: START }
  const clock = () => now.value
  const store = parts.store ?? createMemoryStore({ merge: (_stored, incoming) => incoming })
  const clientDir = buildClient()
  const logged: string[] = []
  const announced: ((revision: number) => void)[] = []
  const http = createHttp(
    {
      store,
      ingest: memoryIngest(store, clock),
      correlator: {
        run: async () => ({ settled: 1, raised: 1, extended: 0, merged: 0, withdrawn: 0 }),
        state: async () => ({ lastRunAt: START - 4000, lastError: null, rules: 7 }),
      },
      rules: storedRules(store, clock),
      triage: memoryTriage(store, clock, (revision) => announced[0]?.(revision)),
      clock,
      log: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
      setupToken: SETUP_TOKEN,
      registry: new Registry(),
      ...parts,
      settings: {
        publicUrl: null,
        clientDir,
        secureCookie: false,
        apiKey: API_KEY,
        maxBody: 1024 * 1024,
        version: '0.0.0-test',
        ...settings,
      },
    },
    { live: live ?? {}, ...(intake ? { intake } : {}) },
  )
  announced.push((revision) => http.announce(revision))
  await new Promise<void>((resolve) => http.server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`

  const world: World = {
    url,
    http,
    store,
    now,
    logged,
    async request(path, { json, key = API_KEY, cookie, headers = {}, ...init } = {}) {
      const all = new Headers(headers)
      if (cookie !== undefined) all.set('cookie', cookie)
      else if (key !== null && !all.has('authorization')) all.set('authorization', `Bearer ${key}`)
      if (json !== undefined && !all.has('content-type')) all.set('content-type', 'application/json')
      const body = json === undefined ? {} : { body: JSON.stringify(json) }
      const response = await fetch(url + path, { ...init, headers: all, ...body, redirect: 'manual' })
      await checkAnswer(http.routes, init.method ?? 'GET', path, response)
      return response
    },
    async get(path) {
      const response = await world.request(path)
      if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return response.json() as never
    },
    post: (path, json, init) => world.request(path, { method: 'POST', json: json ?? {}, ...init }),
    async key(...scopes) {
      const made = await world.post('/api/v1/keys', { name: scopes.join('-'), scopes })
      return ((await made.json()) as { key: string }).key
    },
    async signIn(user = ADMIN) {
      const isOpen = ((await world.get('/api/v1/setup')) as { open: boolean }).open
      const answer = isOpen
        ? await world.post('/api/v1/setup', { token: SETUP_TOKEN, ...user }, { key: null })
        : await world.post('/api/v1/session', user, { key: null })
      if (answer.status !== 201) throw new Error(`signing in: ${answer.status} ${await answer.text()}`)
      return answer.headers.getSetCookie()[0]!.split(';')[0]!
    },
    socket(path = '/api/v1/live', headers = { authorization: `Bearer ${API_KEY}` }) {
      return new WebSocket(url.replace('http', 'ws') + path, { headers })
    },
    async stop() {
      await http.close()
      rmSync(clientDir, { recursive: true, force: true })
    },
  }
  return world
}

function storedRules(store: Store, clock: () => number): RulesPort {
  return {
    list: () => loadRules(store),
    async get(id) {
      const record = await store.record('rule', id)
      return record && readStored(record)
    },
    review: async (input) => reviewRule(input),
    save: (input, options) => saveRule(store, input, { ...options, clock }),
    saveAll: async (inputs, options) => {
      const outcomes = []
      for (const input of inputs)
        outcomes.push(await saveRule(store, input, { ...options, clock, target: { either: true } }))
      return outcomes
    },
    change: (id, changes, options) => changeRule(store, id, changes, { ...options, clock }),
    remove: (id, options) => removeRule(store, id, { ...options, clock }),
  }
}

/** A stand-in for the built dashboard: serving files does not depend on what is in them. */
function buildClient(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-client-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Vedette</title>')
  writeFileSync(join(folder, 'assets', 'index-4f3a.js'), 'console.log(1)')
  writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(folder, '.secret'), 'not for anyone')
  return folder
}
