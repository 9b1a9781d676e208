/** Hands a bulk body to the pipeline, and says what became of each document in Elasticsearch's words. */
import type { Request } from 'express'
import { TOO_MANY } from '../ingest/decode.ts'
import type { BulkAnswerItem } from '../pipeline/accept.ts'
import type { Who } from './auth/who.ts'
import type { Context } from './context.ts'
import { Problem } from './problem.ts'

/** What became of each action, in order, after the commit. Throws a `Problem` where the body cannot be read at all. */
export async function itemsOf(
  { ingest }: Context,
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
  if (accepted.kind === 'unreadable') {
    // At 413 shippers try again with less at a time.
    const isTooMuch = accepted.code === TOO_MANY.code
    throw new Problem(isTooMuch ? 'bodyTooLarge' : 'unreadable', accepted.detail)
  }
  if (accepted.kind !== 'bulk') throw new Error('The gate answered a bulk as events.')
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
