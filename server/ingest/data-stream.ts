/** Data streams: the type, dataset and namespace that Elastic writes into the name of an index. */
import { type Fields, isObject } from '../domain/json.ts'

export type Stream = { type: string; dataset: string; namespace: string }

/** `logs-o365.audit-default` -> its parts, also of a backing index; null for an index that is no data stream. */
export function streamOf(index: string): Stream | null {
  const parts = /^(?:\.ds-)?(logs|metrics|traces)-([a-z0-9._]{1,100})-([^-]{1,100})(?:-[\d.]+-\d{6})?$/.exec(
    index,
  )
  return parts && { type: parts[1]!, dataset: parts[2]!, namespace: parts[3]! }
}

/** Adds `data_stream.*`, which public rules read as often as `event.dataset`, unless the document has its own. */
export function addStream(fields: Fields, stream: Stream): void {
  if (fields['data_stream.dataset'] !== undefined) return
  const own = fields['data_stream']
  if (own !== undefined && !isObject(own)) return
  fields['data_stream'] = { ...stream, ...own }
}
