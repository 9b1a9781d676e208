/**
 * The correlator thread: reads on a connection of its own, computes here, and hands its changes to the writer.
 * Cron is the heartbeat; an append that stored hits nudges it.
 */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { mergeVersions } from './ingest/merge.ts'
import { createLog } from './log.ts'
import { createCorrelator } from './pipeline/correlator.ts'
import { startHeartbeat } from './pipeline/schedule.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { answerOver, callOver, verbs } from './threads/call.ts'
import { remoteStore, routedStore } from './threads/remote-store.ts'
import { opened } from './threads/thread.ts'

export type CorrelatorData = { file: string; correlate: string; logLevel: string; writer: MessagePort }

const { file, correlate, logLevel, writer } = await opened<CorrelatorData>()
const main = parentPort!
const log = createLog(logLevel, 'correlator')
const reads = openSqlite({ file, merge: mergeVersions, readonly: true })
const correlator = createCorrelator({
  store: routedStore(reads, remoteStore(callOver(writer))),
  clock: Date.now,
  onSettled: (revision) => main.postMessage({ event: 'settled', revision }),
  onError: (error) => log.error({ err: error }, 'a correlator run failed; its groups stay pending'),
})
await correlator.reloadRules()
const heartbeat = startHeartbeat(correlate, () => void correlator.beat(), log)

answerOver(
  main,
  verbs({
    run: (options: { force: boolean }) => correlator.run(options),
    state: () => correlator.state(),
    reloadRules: () => correlator.reloadRules(),
    logLevel: (level: string) => void (log.level = level),
    stop: async () => {
      await heartbeat.stop()
      await correlator.stop()
      await reads.close()
      writer.close()
    },
  }),
)
main.on('message', (message: { nudge?: boolean; rematch?: boolean }) => {
  if (message.nudge) correlator.nudge()
  if (message.rematch) void correlator.rematch()
})
void correlator.rematch()
main.postMessage({ event: 'ready' })
