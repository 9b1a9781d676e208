/**
 * The search thread: a read-only connection of its own, so that a long search, or a rule tried out over the history,
 * keeps nobody else waiting.
 */
import { parentPort } from 'node:worker_threads'
import { mergeVersions } from './ingest/merge.ts'
import { createCoverage } from './pipeline/coverage.ts'
import { createTrials } from './pipeline/trials.ts'
import { scanPlan } from './search/scan-plan.ts'
import { createSearch } from './search/search.ts'
import { createTurn } from './search/turn.ts'
import { openSqlite } from './store/sqlite/open.ts'
import { answerOver, verbs } from './threads/call.ts'
import { opened } from './threads/thread.ts'

export type SearchData = { file: string }

const { file } = await opened<SearchData>()
const store = openSqlite({ file, merge: mergeVersions, readonly: true })
const search = createSearch({ store, clock: Date.now })
const trials = createTrials({ store, clock: Date.now, plan: scanPlan, turn: createTurn })
answerOver(
  parentPort!,
  verbs({ ...search, ...trials, ...createCoverage({ store, clock: Date.now }), stop: () => store.close() }),
)
parentPort!.postMessage({ event: 'ready' })
