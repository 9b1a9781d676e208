/** The hits of a group, read page by page, without the events that tuning leaves out. */
import type { Group, Hit } from '../domain/hit.ts'
import type { CompiledException } from '../rules/exceptions.ts'
import type { Settlement, Span, Store } from '../store/store.ts'
import { settingCounter } from './effects.ts'
import { isTuned, type Tuning } from './tuning.ts'

export type GroupHits = {
  /** What the rule correlates. */
  hits: Hit[]
  /** Those that are left out too. */
  all: Hit[]
  /** `reason`: where a setting hides it. */
  hidden: (NonNullable<Settlement['hidden']>[number] & { reason?: string })[]
  /** Why hits are left out or told to be usual: sentences for people. */
  reasons: string[]
}

type HitStore = Pick<Store, 'hitPage' | 'events'>

const PAGE = 5000
/** Documents that are looked at in one go. */
const DOCUMENTS = 500

/** `tuning` is what concerns the rule. */
export async function readHits(
  store: HitStore,
  group: Group,
  { from, to }: Span,
  tuning: Tuning,
): Promise<GroupHits> {
  const all: Hit[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await store.hitPage(group, from, to, PAGE, cursor)
    all.push(...page.items)
    more = page.nextCursor !== null
    cursor = page.nextCursor ?? undefined
    if (more) await breathe()
  }
  if (!isTuned(tuning)) return { hits: all, all, hidden: [], reasons: [] }
  return tuned(store, group, all, tuning)
}

/** What tuning makes of hits of one rule. `hits` are as they were read, marked where something is learned of them. */
export async function tuned(
  store: Pick<Store, 'events'>,
  group: Pick<Group, 'rule'>,
  all: Hit[],
  tuning: Tuning,
): Promise<GroupHits> {
  const { exceptions, allowance, learned } = tuning
  const reasons = new Set<string>()
  const hidden: GroupHits['hidden'] =
    exceptions.length === 0
      ? []
      : await hiddenOf(store, [...new Set(all.map(({ event }) => event))], exceptions)
  const left = new Set(hidden.map(({ event }) => event))
  for (const { id, reason } of exceptions) {
    if (hidden.some(({ exception }) => exception === id)) reasons.add(`exception: ${reason} (${id})`)
  }
  let hits = all.filter(({ event }) => !left.has(event))
  const leaveOut = (explained: ReadonlyMap<Hit, string>, setting: (hit: Hit) => string) => {
    if (explained.size === 0) return
    for (const [hit, reason] of explained) {
      reasons.add(reason)
      hidden.push({ exception: settingCounter(group.rule, setting(hit)), event: hit.event, reason })
    }
    hits = hits.filter((hit) => !explained.has(hit))
  }
  if (allowance) {
    const allowed = new Map(hits.flatMap((hit) => allowedPair(hit, allowance(hit))))
    const byReason = new Map([...allowed].map(([hit, { reason }]) => [hit, reason]))
    leaveOut(byReason, (hit) => allowed.get(hit)!.setting)
  }
  if (learned && hits.length > 0) {
    const found = await learned(hits, { from: hits[0]!.time, to: hits.at(-1)!.time })
    hits = found.hits
    leaveOut(found.explained, () => 'learned-egress')
    for (const note of found.notes) reasons.add(note)
  }
  return { hits, all, hidden, reasons: [...reasons] }
}

function allowedPair<T>(hit: Hit, allowed: T | null): [Hit, T][] {
  return allowed === null ? [] : [[hit, allowed]]
}

/** Which of these events are left out, each by every exception that does so. */
async function hiddenOf(
  store: Pick<Store, 'events'>,
  ids: readonly string[],
  exceptions: readonly CompiledException[],
): Promise<GroupHits['hidden']> {
  const hidden: GroupHits['hidden'] = []
  for (let at = 0; at < ids.length; at += DOCUMENTS) {
    for (const event of await store.events(ids.slice(at, at + DOCUMENTS))) {
      for (const { id, hides } of exceptions) {
        if (hides(event)) hidden.push({ exception: id, event: event.id })
      }
    }
    await breathe()
  }
  return hidden
}

/** Lets whatever else waits for this thread have its turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
