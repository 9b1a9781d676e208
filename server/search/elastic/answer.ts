/** Elasticsearch's answers, as text: documents go out as they came in, digit for digit. */
import type { LogEvent } from '../../domain/event.ts'
import type { Json } from '../../domain/json.ts'
import type { Group } from '../groups.ts'
import { shown } from './shown.ts'

type Found = { seq: number; event: LogEvent }

export function eventsAnswer(found: readonly Found[], took: number): string {
  const hits = found.map(({ event }) => hitOf(event))
  return answer(took, hits.length, `"events":[${hits.join(',')}]`)
}

export function groupsAnswer(groups: readonly Group[], found: readonly Found[], took: number): string {
  const hits = new Map(found.map(({ seq, event }) => [seq, hitOf(event)]))
  const sequences = groups.map(({ joinKeys, events }) => {
    const keys = joinKeys.length > 0 ? `"join_keys":${JSON.stringify(joinKeys.map(shownKey))},` : ''
    return `{${keys}"events":[${events.map((event) => (event && hits.get(event.seq)) ?? MISSING).join(',')}]}`
  })
  return answer(took, sequences.length, `"sequences":[${sequences.join(',')}]`)
}

const MISSING = '{"_index":"","_id":"","missing":true}'

function answer(took: number, total: number, hits: string): string {
  const head = `"is_partial":false,"is_running":false,"took":${took},"timed_out":false`
  return `{${head},"hits":{"total":{"value":${total},"relation":"eq"},${hits}}}`
}

/** A document stored under an `_id` as it was sent, any other one normalised. */
function hitOf({ id, docId, index, fields, raw }: LogEvent): string {
  const source = docId === undefined ? JSON.stringify(fields) : raw
  return `{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(docId ?? id)},"_source":${source}}`
}

function shownKey(value: Json): string | null {
  return value === null ? null : shown(value)
}
