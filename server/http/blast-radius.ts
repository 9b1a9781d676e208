/** The blast radius of incidents: asked of the search thread, and kept for a while. */
import type { Alert, EvidenceRow, Incident } from '../domain/alert.ts'
import type { BlastRadius } from '../domain/api.ts'
import { isObject } from '../domain/json.ts'
import { type Millis, MINUTE, SECOND } from '../domain/time.ts'
import type { Page } from '../store/store.ts'
import type { Context } from './context.ts'

/** Late logs change it without changing the incident. */
const KEPT: Millis = MINUTE
const MOST_KEPT = 200
/** The page of an incident does not wait longer for it. */
const PATIENCE: Millis = 5 * SECOND
// In pages, because alerts with all their evidence are large.
const PAGE = 25
const MOST_PAGES = 8

export type BlastRadii = {
  /** Null: it is about no account, or the search thread has too much else to do. */
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
      const patient = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
      try {
        const found = await search.reach({ account: user, drill, from, to: lastSeen }, patient)
        kept.delete(name)
        if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!)
        kept.set(name, { at: now, found })
        return found
      } catch (error) {
        if (patient.aborted) return null
        throw error
      }
    },
  }

  async function startOf({ id, related = [], user, firstSeen, lastSeen }: Incident): Promise<Millis> {
    let first = Infinity
    const look = async (alert: Alert | null) => {
      if (alert && alert.status !== 'withdrawn') first = Math.min(first, await beginning(alert, user))
    }
    for (const other of related) await look(await store.alert(other))
    for (let cursor: string | null = '', pages = 0; cursor !== null && pages < MOST_PAGES; pages++) {
      const page: Page<Alert> = await store.alerts({
        incident: id,
        size: PAGE,
        ...(cursor ? { cursor } : {}),
      })
      for (const alert of page.items) await look(alert)
      cursor = page.nextCursor
    }
    return first === Infinity ? firstSeen : Math.min(Math.max(firstSeen, first), lastSeen)
  }

  /** Attempts are not yet the account's doing, nor is what an alert tells of other accounts. */
  async function beginning({ id, facts, users, firstSeen }: Alert, user: string | null): Promise<Millis> {
    const step = isObject(facts['worsenedBy']) ? 1 : 0
    if (step === 0 && users.length < 2) return firstSeen
    for (let cursor: string | null = '', pages = 0; cursor !== null && pages < MOST_PAGES; pages++) {
      const page: Page<EvidenceRow> = await store.alertEvents(id, 500, ...(cursor ? [cursor] : []))
      const own = page.items.find((row) => row.step >= step && row.account === user)
      if (own) return own.time
      cursor = page.nextCursor
    }
    return firstSeen
  }
}
