/** Since when a version of a rule has met events as they arrive; what came before, it found in the stored history. */
import { isObject } from '../domain/json.ts'
import type { Rule } from '../domain/rule.ts'
import type { Millis } from '../domain/time.ts'
import type { Store, StoredRecord } from '../store/store.ts'
import { REMATCH_PREFIX } from './rulebook.ts'

/** The progress of a re-match, as its record keeps it. */
export type RematchTask = {
  version: number
  cursor: string | null
  /** When the version was saved. */
  since: Millis
  stage: 'matching' | 'withdrawing' | 'done'
}

/** Reads a task; one that nobody has begun says no more than its version. */
export function readTask(record: StoredRecord): RematchTask | null {
  const { body } = record
  if (!isObject(body) || typeof body['version'] !== 'number') return null
  const { version, cursor, since, stage } = body
  return {
    version,
    cursor: typeof cursor === 'string' ? cursor : null,
    since: typeof since === 'number' ? since : record.updatedAt,
    stage: stage === 'withdrawing' || stage === 'done' ? stage : 'matching',
  }
}

/** When this version of the rule was saved, or null if nobody knows of a history before it. */
export async function historyOf(
  store: Pick<Store, 'record'>,
  { id, version }: Pick<Rule, 'id' | 'version'>,
): Promise<Millis | null> {
  const record = await store.record('setting', REMATCH_PREFIX + id)
  const task = record && readTask(record)
  return task && task.version === version ? task.since : null
}
