/** The search thread: a read-only connection of its own, so that a long search keeps nobody else waiting. */
import { parentPort, workerData } from 'node:worker_threads'
import { mergeVersions } from './ingest/merge.ts'
import { createSearch } from './search/search.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { answerOver, verbs } from './threads/call.ts'

export type SearchData = { file: string }

const store = openSqlite({ file: (workerData as SearchData).file, merge: mergeVersions, readonly: true })
const search = createSearch({ store, clock: Date.now })
answerOver(parentPort!, verbs({ ...search, stop: () => store.close() }))
parentPort!.postMessage({ event: 'ready' })
