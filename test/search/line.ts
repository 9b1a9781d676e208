/** The real way of a log into the store and out of it again, in one process: HTTP, acceptor, SQLite, search. */
import { mergeVersions } from '../../server/ingest/merge.ts'
import { createAcceptor } from '../../server/pipeline/acceptor.ts'
import { buildIndex } from '../../server/rules/rule-index.ts'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import { startWorld, type World } from '../http/world.ts'
import { temporaryFile } from '../store/temporary-file.ts'

export type Line = World & {
  /** Stores documents in bulk and fails unless every one was taken. */
  bulk(documents: { index: string; id?: string | number; json: string }[], action?: string): Promise<void>
  /** Rewrites small blocks, as the writer does when it has nothing else to do. */
  compact(): Promise<void>
}

export async function startLine(): Promise<Line> {
  const file = temporaryFile()
  const store = openSqlite({ file: file.path, merge: mergeVersions })
  const acceptor = createAcceptor({
    store,
    geo: null,
    index: buildIndex([]),
    clock: Date.now,
    onHits: () => undefined,
  })
  const world = await startWorld({
    store,
    clock: Date.now,
    ingest: { accept: (request) => acceptor.accept(request) },
    settings: { maxBody: 64 * 1024 * 1024 },
  })
  return {
    ...world,
    async bulk(documents, action = 'index') {
      const body = documents
        .map(
          ({ index, id, json }) => `${JSON.stringify({ [action]: { _index: index, _id: id } })}\n${json}\n`,
        )
        .join('')
      const headers = { 'content-type': 'application/x-ndjson' }
      const response = await world.request('/_bulk', { method: 'POST', body, headers })
      const answer = (await response.json()) as { errors: boolean }
      if (answer.errors) throw new Error(`not all was taken: ${JSON.stringify(answer).slice(0, 1000)}`)
    },
    async compact() {
      while ((await store.compact(1000)) > 0);
    },
    async stop() {
      await world.stop()
      await store.close()
      file.remove()
    },
  }
}
