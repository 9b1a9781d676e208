/**
 * Sends a tenant's records through the real pipeline in this process: the real store on a temporary file, the acceptor
 * and the correlator, with a clock that stands where each record arrived.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Alert, Incident } from '../../../server/domain/alert.ts'
import type { Organisation } from '../../../server/domain/organisation.ts'
import { DAY, type Millis, MINUTE } from '../../../server/domain/time.ts'
import { matchStored } from '../../../server/detect/match.ts'
import { mergeVersions } from '../../../server/ingest/merge.ts'
import { createAcceptor } from '../../../server/pipeline/acceptor.ts'
import { createCorrelator } from '../../../server/pipeline/correlator.ts'
import { readOrganisation, saveOrganisation } from '../../../server/pipeline/organisation.ts'
import { installBuiltIn, loadRules } from '../../../server/pipeline/rulebook.ts'
import { loadBuiltIn } from '../../../server/rules/folder.ts'
import { buildIndex } from '../../../server/rules/rule-index.ts'
import { openSqlite } from '../../../server/store/sqlite/open.ts'
import type { Arrival } from './truth.ts'

export type FeedOptions = {
  organisation?: Organisation | null
  /** All records at the same moment, in this order, a run at the end only. */
  bulk?: boolean
  /** After about so many records the store is dropped where it stands, and opened again. */
  killAfter?: number[]
  /** Records that arrive within this time of each other are one request. */
  every?: Millis
  /** Whatever their times, so many records are one request. */
  size?: number
  /** Only rules whose id this says; absent: all. */
  rules?(id: string): boolean
}

export type Fed = { alerts: Alert[]; incidents: Incident[]; tookMs: number; rejected: number }

const SEED_RULES = fileURLToPath(new URL('../../../seed/rules', import.meta.url))
const BULK = 4000

export async function feed(arrivals: readonly Arrival[], options: FeedOptions = {}): Promise<Fed> {
  const began = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'vedette-tenant-'))
  const file = join(folder, 'vedette.db')
  let now = arrivals[0]!.arrivedAt
  const last = Math.max(...arrivals.map(({ arrivedAt }) => arrivedAt))
  let rejected = 0

  const open = async () => {
    const store = openSqlite({ file, merge: mergeVersions, match: (event) => matchStored(event, index) })
    const rules = loadBuiltIn(SEED_RULES).filter(({ id }) => options.rules?.(id) ?? true)
    await installBuiltIn(store, rules, () => now)
    const { organisation } = options
    if (organisation && (await readOrganisation(store)).version === 0) {
      await saveOrganisation(store, organisation, { actor: 'operator', clock: () => now })
    }
    const loaded = await loadRules(store)
    const index = buildIndex(loaded.flatMap(({ compiled }) => (compiled ? [compiled] : [])))
    const correlator = createCorrelator({
      store,
      clock: () => now,
      onSettled: () => undefined,
      onError: (error) => {
        throw error
      },
    })
    await correlator.reloadRules()
    await correlator.rematch()
    const acceptor = createAcceptor({ store, geo: null, index, clock: () => now, onHits: () => undefined })
    return { store, correlator, acceptor }
  }

  let parts = await open()
  try {
    if (options.bulk) now = last
    const kills = [...(options.killAfter ?? [])]
    let sent = 0
    for (const request of requests(arrivals, options)) {
      if (!options.bulk) now = Math.max(now, ...request.map(({ arrivedAt }) => arrivedAt))
      for (const [dataset, records] of Map.groupBy(request, (arrival) => arrival.dataset)) {
        const body = Buffer.from(records.map(({ record }) => JSON.stringify(record)).join('\n'))
        const source = { source: 'tenant', drill: null, keyId: 'tenant' }
        const answer = await parts.acceptor.accept({ kind: 'events', body, dataset, ...source })
        if (answer.kind === 'events') rejected += answer.answer.rejected
      }
      sent += request.length
      if (kills.length > 0 && sent >= kills[0]!) {
        kills.shift()
        await parts.store.close()
        parts = await open()
      }
      if (!options.bulk) await parts.correlator.run({})
    }
    now = last + 2 * DAY
    await parts.correlator.run({ force: true })
    return { ...(await outcome(parts.store)), rejected, tookMs: performance.now() - began }
  } finally {
    await parts.correlator.stop()
    await parts.store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function requests(
  arrivals: readonly Arrival[],
  { bulk, size = bulk ? BULK : undefined, every = 2 * MINUTE }: FeedOptions,
): Arrival[][] {
  const made: Arrival[][] = []
  for (const arrival of arrivals) {
    const open = made.at(-1)
    const joins =
      open &&
      (size === undefined
        ? Math.abs(arrival.arrivedAt - open[0]!.arrivedAt) < every && open.length < BULK
        : open.length < size)
    if (joins) open.push(arrival)
    else made.push([arrival])
  }
  return made
}

async function outcome(store: ReturnType<typeof openSqlite>): Promise<Pick<Fed, 'alerts' | 'incidents'>> {
  const alerts: Alert[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await store.alerts({ size: 1000, ...(cursor ? { cursor } : {}) })
    alerts.push(...page.items)
    more = page.nextCursor !== null
    cursor = page.nextCursor ?? undefined
  }
  const { items } = await store.incidents({ size: 1000 })
  return { alerts, incidents: items }
}

/** A repeatable shuffle. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items]
  let state = seed * 2654435761 + 1
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0
    return (state >>> 0) / 2 ** 32
  }
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
