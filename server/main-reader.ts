/** The reader thread: a read-only connection for everything that people look at. */
import { parentPort } from 'node:worker_threads'
import { mergeVersions } from './ingest/merge.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { answerOver, verbs } from './threads/call.ts'
import { storeVerbs } from './threads/remote-store.ts'
import { opened } from './threads/thread.ts'

export type ReaderData = { file: string }

const { file } = await opened<ReaderData>()
const store = openSqlite({ file, merge: mergeVersions, readonly: true })
const own = verbs({ stop: () => store.close() })
const stores = storeVerbs(store)
answerOver(parentPort!, (name) => own(name) ?? stores(name))
parentPort!.postMessage({ event: 'ready' })
