/** Groups from which nothing follows, committed together: most are so, and a commit for each would cost more than all else. */
import type { Millis } from '../domain/time.ts'
import type { SettledPending, Store } from '../store/store.ts'
import type { PendingGroup } from './pending-groups.ts'

export type QuietGroups = {
  add(group: PendingGroup, pending: SettledPending[]): Promise<void>
  /** Commits what has been gathered. */
  flush(): Promise<void>
}

// What lies here is computed and not yet written. The longer it lies, the likelier a new hit makes it void.
const MOST_GROUPS = 64
const LONGEST: Millis = 20

export function quietGroups(
  store: Pick<Store, 'settleQuiet'>,
  told: {
    /** Something changed since it was read; it is still pending. */
    lost(group: PendingGroup): void
    fail(group: PendingGroup, error: unknown): void
    /** So many rows are done; those that wait for later are not counted. */
    done(rows: number): void
  },
): QuietGroups {
  let gathered: { group: PendingGroup; pending: SettledPending[] }[] = []
  let since = 0

  async function flush(): Promise<void> {
    const batch = gathered
    gathered = []
    if (batch.length === 0) return
    try {
      const applied = await store.settleQuiet(batch.map(({ pending }) => pending))
      for (const [i, { group, pending }] of batch.entries()) {
        if (applied[i]) told.done(pending.filter(({ again }) => again === undefined).length)
        else told.lost(group)
      }
    } catch (error) {
      for (const { group } of batch) told.fail(group, error)
    }
  }

  return {
    flush,
    async add(group, pending) {
      if (gathered.length === 0) since = performance.now()
      gathered.push({ group, pending })
      if (gathered.length >= MOST_GROUPS || performance.now() - since > LONGEST) await flush()
    },
  }
}
