/**
 * Starts the parts, in the order in which they need each other, and stops them in the reverse order.
 * This file and the entry files of the threads are the only ones that import all of them.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { type Config, ConfigError } from './config.ts'
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
import type { Threads } from './main-threads.ts'
import type { Thread } from './threads/thread.ts'

const SEED_RULES = fileURLToPath(new URL('../seed/rules', import.meta.url))
const CLIENT = fileURLToPath(new URL('../client/dist', import.meta.url))

export type Running = { reload(): Promise<void>; stop(): Promise<void> }

/** `threads`: loading. Throws `ConfigError`, or whatever kept a part from starting. */
export async function start(config: Config, threads: Threads): Promise<Running> {
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
  const opening = threads.writer.open({
    data: {
      file,
      geoip: config.geoip,
      retention: config.retention,
      maxDisk: config.maxDisk,
      logLevel: config.logLevel,
    } satisfies WriterData,
    onDeath: dead,
  })
  // Read beside it.
  const builtIn = loadBuiltIn(SEED_RULES)
  const writer = await opening
  const [reader, search] = await Promise.all([
    threads.reader.open({ data: { file } satisfies ReaderData, onDeath: dead }),
    threads.search.open({ data: { file } satisfies SearchData, onDeath: dead }),
  ])
  const store = routedStore(remoteStore(reader.caller), remoteStore(writer.caller))
  const [setupToken] = await Promise.all([openSetup(config, store), installBuiltIn(store, builtIn, Date.now)])
  const folder =
    config.rules &&
    openRuleFolder({ store, folder: config.rules, clock: Date.now, say: (line) => log.error(line) })
  if (folder) await folder.sync()
  const reloaded = writer.ask('reloadRules')
  const line = new MessageChannel()
  writer.worker.postMessage({ correlator: line.port1 }, [line.port1])
  const correlator = await threads.correlator.open({
    data: {
      file,
      correlate: config.correlate,
      logLevel: config.logLevel,
      writer: line.port2,
    } satisfies CorrelatorData,
    transfer: [line.port2],
    onDeath: dead,
  })
  await reloaded
  writer.on('nudge', () => correlator.worker.postMessage({ nudge: true }))

  const backups = backupsOf(file, store, log)
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
