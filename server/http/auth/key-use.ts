/**
 * When and from where each key was used last, and what came with a key that nobody knows. Kept in memory and written
 * down once a minute, so that a request costs no commit.
 */
import { isObject, type Json } from '../../domain/json.ts'
import { type Clock, MINUTE, type Millis } from '../../domain/time.ts'
import type { Store } from '../../store/store.ts'

export type KeyUse = { at: Millis; from: string | null }
/** Since this process started. */
export type Refused = { count: number; last: KeyUse | null }

export type KeyUses = {
  load(): Promise<void>
  used(id: string, from: string | null): void
  refused(from: string | null): void
  lastUse(id: string): KeyUse | null
  refusals(): Refused
  forget(id: string): void
  /** Writes down what is newer than what was written. */
  flush(): Promise<void>
}

const RECORD = { kind: 'setting', id: 'key-uses' } as const
const EVERY: Millis = MINUTE

export function createKeyUses(parts: {
  store: Pick<Store, 'record' | 'putRecords'>
  clock: Clock
  onError(error: unknown): void
}): KeyUses {
  const { store, clock } = parts
  const uses = new Map<string, KeyUse>()
  const refused: Refused = { count: 0, last: null }
  let loading: Promise<void> | null = null
  let changed = false
  let writtenAt = clock()

  async function flush(): Promise<void> {
    if (!changed) return
    await load()
    changed = false
    writtenAt = clock()
    const body = Object.fromEntries(uses) as unknown as Json
    // No change that a person made: the trail would be full of them.
    await store.putRecords([{ ...RECORD, body, audit: null, at: writtenAt }])
  }

  async function read(): Promise<void> {
    const record = await store.record(RECORD.kind, RECORD.id)
    if (!record || !isObject(record.body)) return
    for (const [id, use] of Object.entries(record.body as unknown as { [id: string]: KeyUse })) {
      if ((uses.get(id)?.at ?? -Infinity) < use.at) uses.set(id, use)
    }
  }

  function load(): Promise<void> {
    loading ??= read()
    loading.catch(() => (loading = null))
    return loading
  }

  return {
    load,
    used(id, from) {
      uses.set(id, { at: clock(), from })
      changed = true
      if (clock() - writtenAt >= EVERY) void flush().catch(parts.onError)
    },
    refused(from) {
      refused.count++
      refused.last = { at: clock(), from }
    },
    lastUse: (id) => uses.get(id) ?? null,
    refusals: () => ({ ...refused }),
    forget: (id) => void uses.delete(id),
    flush,
  }
}
