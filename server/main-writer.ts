/**
 * The writer thread: the only writing connection. Decodes, normalises, matches and appends what shippers send,
 * and commits what the correlator and people change.
 */
import { dirname } from 'node:path'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { matchStored } from './detect/match.ts'
import { openGeo } from './ingest/enrich/geo.ts'
import { mergeVersions } from './ingest/merge.ts'
import type { Millis } from './domain/time.ts'
import { createLog } from './log.ts'
import { createAcceptor } from './pipeline/acceptor.ts'
import type { AcceptRequest } from './pipeline/accept.ts'
import { fieldCatalogue } from './pipeline/field-catalogue.ts'
import { loadRules } from './pipeline/rulebook.ts'
import { buildIndex } from './rules/rule-index.ts'
import { type RetentionState, startRetention } from './pipeline/retention.ts'
import { trafficAge } from './pipeline/traffic-age.ts'
import { startUpkeep } from './pipeline/upkeep.ts'
import { createRoom, type RoomState } from './pipeline/room.ts'
import { backupFolder } from './store/sqlite/backup-folder.ts'
import { freeSpaceOf } from './store/sqlite/free-space.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { diskOf } from './store/sqlite/retention-disk.ts'
import { answerOver, type Verbs, verbs } from './threads/call.ts'
import { storeVerbs } from './threads/remote-store.ts'
import { opened } from './threads/thread.ts'

export type WriterData = {
  file: string
  geoip: { city: string | null; asn: string | null }
  /** How long events are kept. */
  retention: Millis
  /** Bytes; null: a share of the volume. */
  maxDisk: number | null
  logLevel: string
}

const { file, geoip, retention, maxDisk, logLevel } = await opened<WriterData>()
const main = parentPort!
// Later versions of an event are matched as they came, and once more completed by what was known of it.
let index = buildIndex([])
const store = openSqlite({ file, merge: mergeVersions, match: (event) => matchStored(event, index) })
index = await compiledIndex()
const geo = await openPlaces()

const log = createLog(logLevel, 'writer')
const space = freeSpaceOf(file)
const room = createRoom({
  free: () => space.bytes(),
  takes: (bytes) => space.takes(bytes),
  clock: Date.now,
  onChange: tellRoom,
})

const acceptor = createAcceptor({
  store,
  room,
  geo,
  index,
  clock: Date.now,
  onHits: () => main.postMessage({ event: 'nudge' }),
})

const age = trafficAge(store, Date.now)
const noteFields = fieldCatalogue(store, Date.now)
const upkeep = startUpkeep({
  // Small blocks first: what they can hold is noted when they have become full ones.
  compact: async (blocks) =>
    (await store.compact(blocks)) || (await store.survey(blocks)) || (await age()) || noteFields(),
  // Rewriting needs room of its own before it gives any back.
  isIdle: () => acceptor.isIdle() && !room.isFull(),
  onError: (error) => log.error({ err: error }, 'rewriting small blocks failed; it is tried again'),
})

const backups = backupFolder(dirname(file))
const keeping = startRetention({
  store,
  events: retention,
  disk: { ...diskOf(file, maxDisk, backups.bytes), dropBackup },
  clock: Date.now,
  isIdle: () => acceptor.isIdle(),
  onShort(isShort) {
    if (isShort)
      log.warn('VEDETTE_MAX_DISK does not hold one day of logs: older ones are gone, the rest stays')
    else log.info('the logs fit into VEDETTE_MAX_DISK again')
  },
  onError: (error) => log.error({ err: error }, 'removing what is old failed; it is tried again'),
})

/** The newest one stays: it is what a lost disk is answered with. */
function dropBackup(): boolean {
  const oldest = backups.list().slice(1).at(-1)
  if (!oldest) return false
  backups.remove(oldest.file)
  const audit = { at: Date.now(), actor: 'vedette', verb: 'backup.remove', subject: oldest.file }
  void store.note({ ...audit, detail: { reason: 'disk', bytes: oldest.bytes } })
  return true
}

function tellRoom(state: RoomState): void {
  if (state.full) log.error('the disk is full: logs are refused until there is room; nothing stored is lost')
  else log.warn('there is room on the disk again: logs are taken')
  main.postMessage({ event: 'room', state })
}

async function openPlaces() {
  if (!geoip.city && !geoip.asn) return null
  try {
    return await openGeo(geoip)
  } catch (error) {
    const which = [geoip.city && 'VEDETTE_GEOIP_CITY', geoip.asn && 'VEDETTE_GEOIP_ASN'].filter(Boolean)
    throw new Error(
      `${which.join(', ')}: this is no .mmdb file: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

async function compiledIndex() {
  const rules = await loadRules(store)
  return buildIndex(rules.flatMap(({ rule, compiled }) => (rule.enabled && compiled ? [compiled] : [])))
}

const all = storeVerbs(store)
const stores: Verbs = (name) => {
  const verb = all(name) as ((...args: unknown[]) => Promise<unknown>) | undefined
  return (
    verb &&
    (async (...args: unknown[]) => {
      try {
        return await verb(...args)
      } catch (error) {
        room.failed(error)
        throw error
      }
    })
  )
}
const own = verbs({
  accept: (request: AcceptRequest) => acceptor.accept(request),
  room: () => room.state(),
  async reloadRules() {
    index = await compiledIndex()
    acceptor.useIndex(index)
  },
  logLevel: (level: string) => void (log.level = level),
  retention: (): Promise<RetentionState> => keeping.state(),
  stop: async () => {
    room.stop()
    await keeping.stop()
    await upkeep.stop()
    await acceptor.drain()
    await store.close()
  },
})

answerOver(main, (name) => own(name) ?? stores(name))
// The correlator gets a line of its own, so that its commits do not pass through the HTTP thread.
main.on('message', (message: { correlator?: MessagePort }) => {
  if (message.correlator) answerOver(message.correlator, stores)
})
main.postMessage({ event: 'ready' })
