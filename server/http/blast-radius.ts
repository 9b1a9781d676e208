/** The blast radius of incidents: asked of the search thread, and kept for a while. */
import type { Alert, Incident } from '../domain/alert.ts'
import type { BlastRadius } from '../domain/api.ts'
import { isObject } from '../domain/json.ts'
import { type Millis, MINUTE } from '../domain/time.ts'
import type { Context } from './context.ts'

/** Late logs change it without changing the incident. */
const KEPT: Millis = MINUTE
const MOST_KEPT = 200
const MOST_ALERTS = 200

export type BlastRadii = {
  /** Null: it is about no account, or nobody waits any more. */
  of(incident: Incident, now: Millis, signal: AbortSignal): Promise<BlastRadius | null>
}

export function blastRadii({ store, search }: Pick<Context, 'store' | 'search'>): BlastRadii {
  const kept = new Map<string, { at: Millis; found: BlastRadius }>()
  return {
    async of(incident, now, signal) {
      const { id, revision, user, drill, lastSeen } = incident
      if (user === null) return null
      const name = `${id} ${revision}`
      const known = kept.get(name)
      if (known && now - known.at < KEPT) return known.found
      const from = await startOf(incident)
      try {
        const found = await search.reach({ account: user, drill, from, to: lastSeen }, signal)
        kept.delete(name)
        if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!)
        kept.set(name, { at: now, found })
        return found
      } catch (error) {
        if (signal.aborted) return null
        throw error
      }
    },
  }

  /** Attempts are not yet the account's doing: it begins when one succeeded. */
  async function startOf({ id, related = [], firstSeen, lastSeen }: Incident): Promise<Millis> {
    const others = await Promise.all(related.map((one) => store.alert(one)))
    const { items } = await store.alerts({ incident: id, size: MOST_ALERTS })
    const alerts = [...items, ...others].filter((one) => one !== null)
    const starts = alerts.filter(({ status }) => status !== 'withdrawn').map(beginning)
    return starts.length === 0 ? firstSeen : Math.min(Math.max(firstSeen, Math.min(...starts)), lastSeen)
  }
}

function beginning({ facts, evidence, firstSeen }: Alert): Millis {
  if (!isObject(facts['worsenedBy'])) return firstSeen
  const successes = evidence.filter(({ step }) => step > 0).map(({ time }) => time)
  return successes.length === 0 ? firstSeen : Math.min(...successes)
}
