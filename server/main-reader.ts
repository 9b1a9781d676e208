/** The reader thread: a read-only connection for everything that people look at. */
import { parentPort, workerData } from 'node:worker_threads'
import { mergeVersions } from './ingest/merge.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { answerOver } from './threads/call.ts'
import { storeVerbs } from './threads/remote-store.ts'

export type ReaderData = { file: string }

const store = openSqlite({ file: (workerData as ReaderData).file, merge: mergeVersions, readonly: true })
answerOver(parentPort!, Object.assign(Object.create(storeVerbs(store)), { stop: () => store.close() }))
parentPort!.postMessage({ event: 'ready' })
