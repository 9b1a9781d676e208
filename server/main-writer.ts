/**
 * The writer thread: the only writing connection. Decodes, normalises, matches and appends what shippers send,
 * and commits what the correlator and people change.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openGeo } from './ingest/enrich/geo.ts'
import { mergeVersions } from './ingest/merge.ts'
import { createLog } from './log.ts'
import { createAcceptor } from './pipeline/acceptor.ts'
import type { AcceptRequest } from './pipeline/accept.ts'
import { loadRules } from './pipeline/rulebook.ts'
import { buildIndex } from './rules/rule-index.ts'
import { startUpkeep } from './pipeline/upkeep.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { answerOver, verbs } from './threads/call.ts'
import { storeVerbs } from './threads/remote-store.ts'

export type WriterData = {
  file: string
  geoip: { city: string | null; asn: string | null }
  logLevel: string
}

const { file, geoip, logLevel } = workerData as WriterData
const main = parentPort!
const store = openSqlite({ file, merge: mergeVersions })
const geo = geoip.city || geoip.asn ? await openGeo(geoip) : null

const acceptor = createAcceptor({
  store,
  geo,
  index: await compiledIndex(),
  clock: Date.now,
  onHits: () => main.postMessage({ event: 'nudge' }),
})

const log = createLog(logLevel, 'writer')
const upkeep = startUpkeep({
  // Small blocks first: what they can hold is noted when they have become full ones.
  compact: async (blocks) => (await store.compact(blocks)) || store.survey(blocks),
  isIdle: () => acceptor.isIdle(),
  onError: (error) => log.error({ err: error }, 'rewriting small blocks failed; it is tried again'),
})

async function compiledIndex() {
  const rules = await loadRules(store)
  return buildIndex(rules.flatMap(({ rule, compiled }) => (rule.enabled && compiled ? [compiled] : [])))
}

const stores = storeVerbs(store)
const own = verbs({
  accept: (request: AcceptRequest) => acceptor.accept(request),
  reloadRules: async () => acceptor.useIndex(await compiledIndex()),
  stop: async () => {
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
