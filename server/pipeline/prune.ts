/** Old hits go: whatever could still meet them has had its time to arrive. */
import { DAY, type Millis } from '../domain/time.ts'
import { reachMs } from '../detect/correlate.ts'
import { NETWORKS, PLACES, USUAL } from '../detect/usage.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { PruneRequest, Store } from '../store/store.ts'
import { breathe } from './group-hits.ts'

// Microsoft keeps audit content for 7 days, so nothing can arrive later than that.
const LATEST: Millis = 7 * DAY
/** Deleted in one transaction: between two, appends have their turn. */
const SLICE = 2000

/** How long after its receipt a hit lives: the longest that a rule looks back, and the time that logs may take. */
export function hitLife(rules: Iterable<CompiledRule>): Millis {
  const reaches = [...rules].map(reachMs).filter(Number.isFinite)
  return Math.max(0, ...reaches) + LATEST
}

/** Deletes hits received too long ago; those of a sequence without maxspan stay. Answers how many are gone. */
export async function pruneHits(
  store: Pick<Store, 'pruneHits'>,
  enabled: Iterable<CompiledRule>,
  now: Millis,
): Promise<number> {
  const compiled = [...enabled]
  const rules = compiled.map((one) => ({
    rule: one.rule.id,
    version: one.rule.version,
    reach: reachMs(one),
  }))
  const before = now - hitLife(compiled)
  // What is usual for a hit is told from days before it, so it has to be there as long as the hit, and before.
  const learned = [PLACES, NETWORKS].map((one) => ({ ...one, reach: Infinity }))
  const gone = await pruneBefore(store, before, [...rules, ...learned])
  return gone + (await pruneBefore(store, before - USUAL, rules))
}

async function pruneBefore(
  store: Pick<Store, 'pruneHits'>,
  before: Millis,
  rules: PruneRequest['rules'],
): Promise<number> {
  for (let total = 0; ;) {
    const gone = await store.pruneHits({ before, rules, limit: SLICE })
    total += gone
    if (gone < SLICE) return total
    await breathe()
  }
}
