/** Hands a bulk body to the pipeline, and says what became of each document in Elasticsearch's words. */
import type { Request } from 'express'
import type { BulkAnswerItem } from '../pipeline/accept.ts'
import type { Who } from './auth/who.ts'
import type { Context } from './context.ts'
import { Problem } from './problem.ts'

/** What became of each action, in order, after the commit. Throws a `Problem` where the body cannot be read at all. */
export async function itemsOf(
  { ingest, metrics }: Context,
  { body, index, who, request }: { body: Uint8Array; index: string | null; who: Who; request: Request },
): Promise<BulkAnswerItem[]> {
  const accepted = await ingest.accept({
    kind: 'bulk',
    body,
    dataset: null,
    source: who.name,
    drill: drillOf(request.query.drill),
    keyId: who.id,
    index,
  })
  if (accepted.kind === 'unreadable') throw new Problem('unreadable', accepted.detail)
  if (accepted.kind !== 'bulk') throw new Error('The gate answered a bulk as events.')
  for (const item of accepted.items) metrics.records(outcomeOf(item), 1)
  return accepted.items
}

export function shownItem({ index, id, status, result, error }: BulkAnswerItem): object {
  if (error) return { _index: index, _id: id, status, error }
  const isNew = status === 201
  return {
    _index: index,
    _id: id,
    _version: isNew ? 1 : 2,
    result: result ?? (isNew ? 'created' : 'updated'),
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: 0,
    _primary_term: 1,
    status,
  }
}

// Not Elasticsearch's, but a drill can then be played through any shipper.
function drillOf(value: unknown): string | null {
  return typeof value === 'string' && /^[^\p{Cc}]{1,100}$/u.test(value) ? value : null
}

function outcomeOf({ status, result }: BulkAnswerItem) {
  if (status === 201) return 'accepted' as const
  if (status === 409 || result === 'noop') return 'duplicate' as const
  return status === 200 ? ('updated' as const) : ('rejected' as const)
}
