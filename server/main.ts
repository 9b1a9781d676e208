/**
 * Starts the parts, in the order in which they need each other, and stops them in the reverse order.
 * This file and the entry files of the threads are the only ones that import all of them.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { type Config, ConfigError, readConfig } from './config.ts'
import { makeDataFolder } from './data-folder.ts'
import { createUser, hasUsers } from './http/auth/users.ts'
import { createHttp } from './http/app.ts'
import { createLog } from './log.ts'
import { backupsOf } from './main-backups.ts'
import type { CorrelatorData } from './main-correlator.ts'
import { announceStart, listen } from './main-listen.ts'
import type { ReaderData } from './main-reader.ts'
import type { SearchData } from './main-search.ts'
import type { WriterData } from './main-writer.ts'
import { fireDrillsOf } from './main-fire-drill.ts'
import { startTelling } from './main-notify.ts'
import { openTls } from './main-tls.ts'
import { startWatch } from './main-watch.ts'
import { createPorts } from './main-ports.ts'
import { openRuleFolder } from './pipeline/rule-folder.ts'
import { installBuiltIn } from './pipeline/rulebook.ts'
import { loadBuiltIn } from './rules/folder.ts'
import type { Store } from './store/store.ts'
import { claimFolder, FolderInUse } from './store/sqlite/claim.ts'
import { shrinkTo } from './store/sqlite/retention-shrink.ts'
import { remoteStore, routedStore } from './threads/remote-store.ts'
import { startThread, type Thread } from './threads/thread.ts'

const SEED_RULES = fileURLToPath(new URL('../seed/rules', import.meta.url))
const CLIENT = fileURLToPath(new URL('../client/dist', import.meta.url))

type Running = { reload(): Promise<void>; stop(): Promise<void> }

async function start(config: Config): Promise<Running> {
  const log = createLog(config.logLevel, 'main')
  const dead = (error: Error) => {
    log.fatal({ err: error }, 'a part of the server died; stopping, nothing acknowledged is lost')
    process.exit(1)
  }
  makeDataFolder(config.data)
  const tls = await openTls(config)
  const claim = claimData(config)
  const file = join(config.data, 'vedette.db')
  if (config.maxDisk !== null) {
    const shrunk = shrinkTo(config.maxDisk, file)
    if (shrunk) log.info(shrunk, 'the file was larger than VEDETTE_MAX_DISK: its free room was given back')
  }

  // The writer first: it creates and migrates the file that the others open read-only.
  const writer = await startThread(new URL('./main-writer.ts', import.meta.url), {
    data: {
      file,
      geoip: config.geoip,
      retention: config.retention,
      maxDisk: config.maxDisk,
      logLevel: config.logLevel,
    } satisfies WriterData,
    onDeath: dead,
  })
  const reader = await startThread(new URL('./main-reader.ts', import.meta.url), {
    data: { file } satisfies ReaderData,
    onDeath: dead,
  })
  const search = await startThread(new URL('./main-search.ts', import.meta.url), {
    data: { file } satisfies SearchData,
    onDeath: dead,
  })
  const store = routedStore(remoteStore(reader.caller), remoteStore(writer.caller))
  await installBuiltIn(store, loadBuiltIn(SEED_RULES), Date.now)
  const folder =
    config.rules &&
    openRuleFolder({ store, folder: config.rules, clock: Date.now, say: (line) => log.error(line) })
  if (folder) await folder.sync()
  await writer.ask('reloadRules')

  const line = new MessageChannel()
  writer.worker.postMessage({ correlator: line.port1 }, [line.port1])
  const correlator = await startThread(new URL('./main-correlator.ts', import.meta.url), {
    data: {
      file,
      correlate: config.correlate,
      logLevel: config.logLevel,
      writer: line.port2,
    } satisfies CorrelatorData,
    transfer: [line.port2],
    onDeath: dead,
  })
  writer.on('nudge', () => correlator.worker.postMessage({ nudge: true }))

  const backups = backupsOf(file, store, log)
  const setupToken = await openSetup(config, store)
  const announce = (revision: number) => {
    http.announce(revision)
    telling.nudge()
  }
  const fireDrills = fireDrillsOf({
    config,
    store,
    log,
    keys: () => http.keys,
    port: () => (http.server.address() as AddressInfo).port,
    announce,
  })
  const ports = createPorts({
    config,
    log,
    store,
    writer,
    correlator,
    search,
    clientDir: CLIENT,
    backups,
    fireDrills,
    setupToken,
    tls: tls?.pair ?? null,
    announce,
    onDeliveries: () => telling.nudge(),
  })
  const telling = startTelling({
    store,
    publicUrl: config.publicUrl,
    log,
    onAttempt: (outcome) => http.delivered(outcome),
  })
  const watch = startWatch({
    store,
    coverage: (rules) => search.ask('coverage', rules, config.retention),
    announce,
    log,
  })
  const http = createHttp(ports.http)
  const unwatch = folder ? folder.watch(ports.rulesChanged) : () => {}
  correlator.on('settled', ({ revision }) => announce(revision as number))
  const tlsWatch = tls?.watch(http.useTls, log)
  const url = await listen(http.server, config)
  announceStart(config, url, setupToken)
  return {
    async reload() {
      await tlsWatch?.look()
    },
    async stop() {
      unwatch()
      tlsWatch?.stop()
      await fireDrills.stop()
      await watch.stop()
      await backups.stop()
      await telling.stop()
      await stopAll(http, [correlator, search, reader, writer])
      claim.release()
    },
  }
}

function claimData(config: Config): { release(): void } {
  try {
    return claimFolder(config.data)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    throw new ConfigError(`VEDETTE_DATA: ${error.message} Stop that one, or set another folder.`)
  }
}

/** The token of the one-time link while nobody can sign in yet, else null. */
async function openSetup(config: Config, store: Store): Promise<string | null> {
  if (await hasUsers(store)) return null
  if (config.adminPassword === null) return randomBytes(24).toString('base64url')
  await createUser(store, {
    name: 'admin',
    password: config.adminPassword,
    role: 'admin',
    actor: 'vedette',
    at: Date.now(),
  })
  return null
}

async function stopAll(http: { close(): Promise<void> }, threads: Thread[]): Promise<void> {
  await http.close()
  for (const thread of threads) await thread.stop()
}

// Before anything listens: a signal at the first answer must already be heard.
let running: Promise<Running> | null = null
let stopping = false
const stop = () => {
  if (stopping) return
  stopping = true
  void (async () => {
    await (await running)?.stop()
    process.exit(0)
  })()
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
// From a terminal it says that the terminal is gone; from anywhere else, that files have changed.
const hasTerminal = isatty(0)
process.on('SIGHUP', () => {
  if (hasTerminal) stop()
  else void (async () => (await running)?.reload())()
})

try {
  const config = readConfig()
  running = start(config)
  await running
} catch (error) {
  // One line for the person who starts it; the rest is for whoever reads logs.
  if (error instanceof ConfigError) console.error(error.message)
  else {
    console.error(`Vedette could not start: ${error instanceof Error ? error.message : String(error)}`)
    if (process.env['VEDETTE_LOG_LEVEL'] === 'debug') console.error(error)
  }
  process.exit(1)
}
