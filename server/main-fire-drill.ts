/** Fire drills over the server's own port, with a key that lives for one drill. */
import http from 'node:http'
import https from 'node:https'
import type { Config } from './config.ts'
import type { FireDrillRun } from './domain/fire-drill.ts'
import { MINUTE, SECOND } from './domain/time.ts'
import type { KeyRing } from './http/auth/keys.ts'
import type { Logger } from './log.ts'
import { drillsPort } from './main-drills.ts'
import { loadChannels } from './notify/channel-records.ts'
import type { FireDrillRecords } from './pipeline/fire-drill.ts'
import { type FireDrills, startFireDrills } from './pipeline/fire-drills.ts'
import { loadRules } from './pipeline/rulebook.ts'
import type { Store } from './store/store.ts'

export type FireDrillWiring = {
  config: Config
  store: Store
  log: Logger
  keys(): KeyRing
  /** What the server listens on, once it does. */
  port(): number
  announce(revision: number): void
}

const KEY_NAME = 'Fire drill'
const ACTOR = 'vedette'
/** A port that is full for a moment is asked again; the shippers do the same. */
const TRIES = 5
const PAUSE = 2 * SECOND
const ANSWERS_WITHIN = 30 * SECOND

export function fireDrillsOf(wiring: FireDrillWiring): FireDrills {
  const { store, log } = wiring
  return startFireDrills({
    store,
    clock: Date.now,
    play: (scenario, now) => drillsPort().play(scenario, now),
    send: (mark, feed) => withKey(wiring, (key) => sendPatiently(wiring, key, mark, feed)),
    async rules(ids) {
      const enabled = (await loadRules(store)).filter(({ rule }) => rule.enabled && ids.includes(rule.id))
      return enabled.map(({ rule: { id, name } }) => ({ id, name }))
    },
    async channels() {
      const all = await loadChannels(store)
      return all.filter(({ enabled, drills }) => enabled && drills === true)
    },
    onSettled: wiring.announce,
    onRun: (run) => logRun(log, run),
    onError: (error) => log.error({ err: error }, 'a fire drill could not be played'),
  })
}

/** One that a killed process left behind goes first. */
async function withKey<T>({ keys }: FireDrillWiring, work: (key: string) => Promise<T>): Promise<T> {
  const ring = keys()
  const left = (await ring.list()).filter(({ name, createdBy }) => name === KEY_NAME && createdBy === ACTOR)
  for (const { id } of left) await ring.revoke(id, ACTOR)
  const expiresAt = Date.now() + 5 * MINUTE
  const made = await ring.create({ name: KEY_NAME, scopes: ['ingest'], expiresAt }, ACTOR)
  try {
    return await work(made.key)
  } finally {
    await ring.revoke(made.id, ACTOR)
  }
}

type Feed = FireDrillRecords['feeds'][number]

async function sendPatiently(wiring: FireDrillWiring, key: string, mark: string, feed: Feed): Promise<void> {
  const query = new URLSearchParams({ dataset: feed.dataset, source: 'drill', drill: mark })
  const path = `/api/v1/events?${query.toString()}`
  const records = new TextDecoder().decode(feed.body).split('\n').length
  for (let tries = 1; ; tries++) {
    const { status, text } = await post(wiring, path, key, feed.body)
    if (status === 200 && acceptedOf(text) === records) return
    const isFull = status === 503 || status === 429
    if (!isFull || tries === TRIES) throw new Error(`it answered ${status}: ${text.trim().slice(0, 300)}`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

/** What was sent before, and answered for too late, counts as a duplicate. */
function acceptedOf(text: string): number {
  const { accepted, duplicates } = JSON.parse(text) as { accepted: number; duplicates: number }
  return accepted + duplicates
}

function post(wiring: FireDrillWiring, path: string, key: string, body: Uint8Array) {
  const { config } = wiring
  const options: https.RequestOptions = {
    method: 'POST',
    host: ownAddress(config.host),
    port: wiring.port(),
    path,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    timeout: ANSWERS_WITHIN,
    // It is this process: the certificate names what people call it, not this address.
    rejectUnauthorized: false,
  }
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = (config.tls ? https : http).request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWERS_WITHIN / SECOND} s`)))
    request.on('error', reject)
    request.end(body)
  })
}

/** Of all addresses the nearest. */
function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function logRun(log: Logger, run: FireDrillRun): void {
  const { scenario, detectMs, notifyMs, why } = run
  if (run.passed) log.info({ scenario, detectMs, notifyMs }, 'the fire drill passed')
  else log.error({ scenario, why }, 'the fire drill failed')
}
