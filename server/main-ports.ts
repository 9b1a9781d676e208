/** What the HTTP side stands on, wired to the threads that do the work. */
import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import type { Config } from './config.ts'
import type { Alert } from './domain/alert.ts'
import type { LogLevel } from './domain/log-level.ts'
import { ownRuleOf } from './domain/own-rules.ts'
import type {
  BackupsPort,
  FireDrillsPort,
  HttpParts,
  IngestGate,
  LogLevelPort,
  RulesPort,
} from './http/parts.ts'
import type { TlsPair } from './http/tls-files.ts'
import type { Logger } from './log.ts'
import type { AcceptAnswer } from './pipeline/accept.ts'
import type { CorrelatorState } from './pipeline/correlator.ts'
import { diskFull } from './pipeline/gate.ts'
import {
  changeRule,
  loadRules,
  readStored,
  removeRule,
  reviewRule,
  type SaveOutcome,
  saveRule,
} from './pipeline/rulebook.ts'
import type { Drained } from './pipeline/settle.ts'
import { trialsPort } from './pipeline/trials.ts'
import { reviseAlerts } from './pipeline/triage.ts'
import { respondSteps } from './rules/respond/respond-steps.ts'
import { explainAlert } from './rules/why.ts'
import { searchPort } from './search/port.ts'
import { STORE_FULL, type Store } from './store/store.ts'
import { drillsPort } from './main-drills.ts'
import { watchStorage } from './main-storage.ts'
import type { Thread } from './threads/thread.ts'

export type Wiring = {
  config: Config
  log: Logger
  store: Store
  writer: Thread
  correlator: Thread
  search: Thread
  clientDir: string
  backups: BackupsPort
  fireDrills: FireDrillsPort
  setupToken: string | null
  /** What the TLS files hold. */
  tls: TlsPair | null
  /** An alert or incident changed by a person: tell the live feed. */
  announce(revision: number): void
  /** Something waits to be told to people. */
  onDeliveries(): void
}

const MAX_BODY = 64 * 1024 * 1024
const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** `rulesChanged`: stored rules changed otherwise than through the ports; every thread reads them anew. */
export function createPorts(wiring: Wiring): { http: HttpParts; rulesChanged(): void } {
  const changed = rulesReload(wiring)
  return { http: httpParts(wiring, changed), rulesChanged: () => void changed() }
}

function httpParts(wiring: Wiring, changed: () => Promise<void>): HttpParts {
  const { config, log, store, writer, correlator, search, clientDir, setupToken } = wiring
  const storage = watchStorage(writer, config.data)
  return {
    store,
    ingest: ingestGate(wiring),
    storage,
    backups: wiring.backups,
    retention: { state: () => writer.ask('retention') },
    correlator: {
      run: (options) => correlator.ask<Drained>('run', options),
      state: () => correlator.ask<CorrelatorState>('state'),
    },
    rules: rulesPort(wiring.store, changed),
    onExceptions: changed,
    onDeliveries: wiring.onDeliveries,
    search: searchPort((verb, args) => search.caller.call(verb, args)),
    trials: trialsPort((verb, args) => search.caller.call(verb, args)),
    coverage: { coverage: (...asked) => search.ask('coverage', ...asked) },
    drills: drillsPort(),
    fireDrills: wiring.fireDrills,
    triage: {
      revise: (ids, patch, actor, expectVersion) =>
        reviseAlerts({ store, now: Date.now, onSettled: wiring.announce }, ids, patch, actor, expectVersion),
    },
    extras: { extras: (alert) => alertExtras(store, alert) },
    clock: Date.now,
    log,
    logLevel: logLevelPort(wiring),
    settings: {
      publicUrl: config.publicUrl,
      clientDir,
      secureCookie: config.tls !== null || config.publicUrl?.startsWith('https:') === true,
      apiKey: config.apiKey,
      maxBody: MAX_BODY,
      version: VERSION,
      retention: config.retention,
      tls: wiring.tls,
    },
    setupToken,
    registry: new Registry(),
    readiness: async () => {
      const { lastError } = await correlator.ask<CorrelatorState>('state')
      return lastError === null ? [] : [`The last correlator run failed: ${lastError}`]
    },
  }
}

function logLevelPort({ config, log, writer, correlator }: Wiring): LogLevelPort {
  return {
    atStart: config.logLevel,
    current: () => log.level as LogLevel,
    async set(level) {
      log.level = level
      await Promise.all([writer.ask('logLevel', level), correlator.ask('logLevel', level)])
    },
  }
}

function ingestGate({ writer }: Wiring): IngestGate {
  return {
    async accept(request) {
      // A buffer of its own is handed over; one that shares a pool must be copied first.
      const own = request.body.byteLength === request.body.buffer.byteLength
      const body = own ? request.body : new Uint8Array(request.body)
      try {
        const answer = writer.caller.call('accept', [{ ...request, body }], [body.buffer as ArrayBuffer])
        return (await answer) as AcceptAnswer
      } catch (error) {
        if ((error as { code?: string }).code === STORE_FULL) throw diskFull()
        throw error
      }
    },
  }
}

/** Every thread reads the rules anew; one reload at a time. */
function rulesReload({ writer, correlator }: Wiring): () => Promise<void> {
  // The correlator first: a hit of a version that it does not know yet would be passed over.
  const reload = async () => {
    await correlator.ask('reloadRules')
    await writer.ask('reloadRules')
    correlator.worker.postMessage({ rematch: true })
  }
  // In turn: a re-match must not start while the writer is still without another rule.
  let last: Promise<void> = Promise.resolve()
  return () => (last = last.then(reload, reload))
}

function rulesPort(store: Store, changed: () => Promise<void>): RulesPort {
  const clock = Date.now
  return {
    list: () => loadRules(store),
    async get(id) {
      const record = await store.record('rule', id)
      return record && readStored(record)
    },
    review: async (input) => reviewRule(input),
    async save(input, options) {
      const outcome = await saveRule(store, input, { ...options, clock })
      if ('saved' in outcome) await changed()
      return outcome
    },
    async saveAll(inputs, options) {
      const outcomes: SaveOutcome[] = []
      for (const input of inputs) {
        outcomes.push(await saveRule(store, input, { ...options, clock, target: { either: true } }))
      }
      if (outcomes.some((outcome) => 'saved' in outcome)) await changed()
      return outcomes
    },
    async change(id, changes, options) {
      const outcome = await changeRule(store, id, changes, { ...options, clock })
      if (outcome && 'rule' in outcome) await changed()
      return outcome
    },
    async remove(id, options) {
      const outcome = await removeRule(store, id, { ...options, clock })
      if (outcome === 'removed') await changed()
      return outcome
    },
  }
}

/** Why the alert's rule fired, on the evidence of each step, and what to do now. */
async function alertExtras(store: Store, alert: Alert) {
  const own = ownRuleOf(alert.ruleId)
  if (own) return { why: [], respond: own.steps.map((step) => ({ ...step, undo: null, commands: {} })) }
  const record = await store.record('rule', alert.ruleId)
  const stored = record && readStored(record)
  const perStep = Map.groupBy(alert.evidence, (evidence) => evidence.step)
  const shown = [...perStep.values()].map((evidence) => evidence.at(-1)!)
  const events = await store.events(shown.map(({ eventId }) => eventId))
  const fields = new Map(events.map((event) => [event.id, event.fields]))
  const documents = shown.flatMap(({ step, eventId }) => {
    const found = fields.get(eventId)
    return found ? [{ step, eventId, fields: found }] : []
  })
  return {
    why: stored?.compiled ? explainAlert(stored.compiled, documents) : [],
    respond: stored ? respondSteps(stored.rule, alert) : [],
  }
}
