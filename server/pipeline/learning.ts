/**
 * What is learned of places and networks, while groups are settled: networks become gateways or carriers, and stop being
 * so, by the stored hits alone; the groups that this decides about wait again.
 */
import { type Hit, groupKey, keyValues, type Pending } from '../domain/hit.ts'
import { isObject, type Json } from '../domain/json.ts'
import type { Clock } from '../domain/time.ts'
import { type Egress, egressOf, isRelay, isUsual, regularsOf, seenOf } from '../detect/usual.ts'
import { isCarrierName, NETWORKS, networksOf, PLACES, USUAL } from '../detect/usage.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { Span, Store } from '../store/store.ts'
import { breathe } from './group-hits.ts'
import type { Learned, LearnedHits } from './tuning.ts'

export type Learning = {
  /** Reads what was learned before. */
  load(): Promise<void>
  /** What is known of hits. */
  learned: Learned
  /** Takes in rows of the queue that `isLearning` names. */
  learn(rows: readonly Pending[], deps: LearnDeps): Promise<void>
  egress(): Egress[]
}
export type LearnDeps = { store: Store; rules(): ReadonlyMap<string, CompiledRule>; now: Clock }

export function isLearning({ rule }: Pick<Pending, 'rule'>): boolean {
  return rule === PLACES.rule || rule === NETWORKS.rule
}

const PREFIX = 'egress:'
const PAGE = 5000
/** Groups that are noted in one transaction. */
const SLICE = 2000
/** Whose places are kept at hand: some 50 KB each. */
const MOST_ACCOUNTS = 500
const EVER: Span = { from: -8.64e15, to: 8.64e15 }

export async function readEgress(store: Pick<Store, 'records'>): Promise<Egress[]> {
  const records = await store.records('setting')
  return records.flatMap(({ id, body }) =>
    id.startsWith(PREFIX) && isObject(body) ? [body as unknown as Egress] : [],
  )
}

export function createLearning(store: Pick<Store, 'records' | 'hitPage'>): Learning {
  const known = new Map<string, Egress>()
  /** Where accounts were seen, as it was last read: whatever is stored since waits in the queue, and is taken in then. */
  const seen = new Map<string, Hit[]>()

  async function seenPlaces(account: string): Promise<Hit[]> {
    const read = seen.get(account) ?? (await placesOf(store, account, EVER))
    seen.delete(account)
    seen.set(account, read)
    for (const oldest of seen.keys()) {
      if (seen.size <= MOST_ACCOUNTS) break
      seen.delete(oldest)
    }
    return read
  }

  async function evaluate(network: string): Promise<{ egress: Egress | null; accounts: string[] }> {
    const hits = await groupHits(store, { ...NETWORKS, key: groupKey([network], null) }, EVER)
    const accounts = [...new Set(hits.map(({ event }) => event))]
    const regulars = regularsOf(hits)
    if (!regulars) return { egress: null, accounts }
    const places: Hit[][] = []
    for (const account of regulars.accounts) places.push(await seenPlaces(account))
    return { egress: egressOf(network, regulars.days, places), accounts }
  }

  /** Groups first, then the verdict: a stop in between finds both still to do. */
  async function decide(network: string, deps: LearnDeps): Promise<void> {
    const { egress, accounts } = await evaluate(network)
    const before = known.get(network) ?? null
    if ((egress === null) === (before === null)) return
    await touch(accounts, deps)
    const body = egress as unknown as Json
    await deps.store.putRecords([
      { kind: 'setting', id: PREFIX + network, body, audit: null, at: deps.now() },
    ])
    if (egress) known.set(network, egress)
    else known.delete(network)
  }

  return {
    async load() {
      known.clear()
      seen.clear()
      for (const egress of await readEgress(store)) known.set(egress.network, egress)
    },
    learned: (hits, span) => learnedHits(store, known, hits, span),
    async learn(rows, deps) {
      const accounts = [...new Set(rows.flatMap((row) => (row.rule === PLACES.rule ? keyOf(row) : [])))]
      const networks = new Set(rows.flatMap((row) => (row.rule === NETWORKS.rule ? keyOf(row) : [])))
      for (const account of accounts) {
        seen.delete(account)
        // Where else an account is seen decides about the networks that it is seen in.
        for (const hit of await seenPlaces(account)) networks.add(seenOf(hit).network)
      }
      await touch(accounts, deps)
      for (const network of networks) {
        await decide(network, deps)
        await breathe()
      }
    },
    egress: () => [...known.values()],
  }
}

async function learnedHits(
  store: Pick<Store, 'hitPage'>,
  egress: ReadonlyMap<string, Egress>,
  hits: readonly Hit[],
  span: Span,
): Promise<LearnedHits> {
  const places = new Map<string, Hit[]>()
  for (const { account } of hits) {
    if (account === null || places.has(account)) continue
    places.set(account, await placesOf(store, account, { from: span.from - USUAL, to: span.to }))
  }
  const explained = new Map<Hit, string>()
  const notes = new Set<string>()
  const marked = hits.map((hit) => {
    const { ip = null, asn = null, country = null, managed } = hit.context ?? {}
    const networks = networksOf({ ip, asn, country })
    const gateway = networks.map((network) => egress.get(network)).find((one) => one?.kind === 'gateway')
    if (gateway) {
      explained.set(hit, `expected: ${gateway.network} is a gateway of ${gateway.accounts} accounts or more`)
      return hit
    }
    const stay = isObject(hit.value) ? hit.value : {}
    const [lat, lon] = [stay['lat'], stay['lon']]
    if (typeof lat !== 'number' || typeof lon !== 'number') return hit
    const at = { time: hit.time, networks, lat, lon }
    const isCarrier =
      isRelay(asn) || networks.some((network) => isCarrierName(network) && egress.has(network))
    const usual = managed === true || isUsual(places.get(hit.account ?? '') ?? [], at)
    if (isCarrier) notes.add('expected: the places of a carrier or relay mean nothing within its country')
    if (usual) notes.add('expected: both places are usual for the account')
    if (!isCarrier && !usual) return hit
    const context = { ...hit.context }
    if (isCarrier) context.carrier = true
    if (usual) context.usual = true
    return { ...hit, context }
  })
  return { hits: marked, explained, notes: [...notes] }
}

/** Makes groups wait again that these accounts have a part in, of rules that heed what is learned. */
async function touch(accounts: readonly string[], { store, rules, now }: LearnDeps): Promise<void> {
  for (const { rule, steps } of rules().values()) {
    if (!rule.heeds?.includes('learned-egress') || accounts.length === 0) continue
    const isByAccount = steps.every(({ by }) => by.length === 1 && by[0]!.path === 'user.email')
    const keys = isByAccount ? accounts.map((account) => groupKey([account], null)) : [undefined]
    for (const key of keys) {
      const group = { rule: rule.id, version: rule.version, ...(key === undefined ? {} : { key }) }
      for (let cursor: string | null | undefined; cursor !== null;) {
        cursor = await store.settleAgain(group, now(), SLICE, cursor)
        await breathe()
      }
    }
  }
}

function placesOf(store: Pick<Store, 'hitPage'>, account: string, span: Span): Promise<Hit[]> {
  return groupHits(store, { ...PLACES, key: groupKey([account], null) }, span)
}

async function groupHits(
  store: Pick<Store, 'hitPage'>,
  group: { rule: string; version: number; key: string },
  { from, to }: Span,
): Promise<Hit[]> {
  const hits: Hit[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await store.hitPage(group, from, to, PAGE, cursor)
    hits.push(...page.items)
    more = page.nextCursor !== null
    cursor = page.nextCursor ?? undefined
    if (more) await breathe()
  }
  return hits
}

function keyOf({ key }: Pending): string[] {
  const value = keyValues(key)[0]
  return typeof value === 'string' ? [value] : []
}
