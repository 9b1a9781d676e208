/**
 * Alerts that no completion is left of, since late logs undid them, or an exception or a setting explains them: withdrawn with the
 * reason, or marked where a person touched them. Never deleted.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Alert } from '../domain/alert.ts'
import { groupKey, type Hit, isDrillKey } from '../domain/hit.ts'
import { type AlertPlan, completionsWithin, reachMs, supportReach } from '../detect/correlate.ts'
import { isTouched } from '../detect/survivor.ts'
import { canComplete, type CompiledRule } from '../rules/compiled.ts'
import type { Span, Store } from '../store/store.ts'
import type { DraftAlert } from './draft-alert.ts'
import { readHits } from './group-hits.ts'
import { isTuned, type Tuning } from './tuning.ts'

export const LATE_EVIDENCE = 'late logs rule it out'

type ContradictInput = {
  compiled: CompiledRule
  tuning: Tuning
  key: string
  /** Hits of the group, those around the new ones at least. */
  hits: readonly Hit[]
  /** Alerts of the group as they are stored. */
  near: readonly Alert[]
  plans: readonly AlertPlan[]
  /** The range of the new hits. */
  range: Span
}
type ContradictStore = Pick<Store, 'alerts' | 'hitPage' | 'events'>

/** Withdraws an alert, or marks it where a person touched it. */
export function contradict(alert: Alert, reason: string): Alert {
  return isTouched(alert)
    ? { ...alert, facts: { ...alert.facts, contradicted: reason } }
    : { ...alert, status: 'withdrawn', withdrawReason: reason }
}

/** What becomes of those near alerts that no plan has any more. */
export async function contradicted(store: ContradictStore, input: ContradictInput): Promise<DraftAlert[]> {
  const { compiled, tuning } = input
  if (!compiled.negation && !isTuned(tuning)) return []
  const drafts: DraftAlert[] = []
  const near = [...input.near, ...(await ofOtherKeys(store, input))]
  for (const alert of near.filter((one) => isInDoubt(one, input))) {
    const reason = await reasonAgainst(store, compiled, tuning, alert)
    const next = reason === null ? alert : contradict(alert, reason)
    if (isDeepStrictEqual(next, alert)) continue
    const change = next.status === 'withdrawn' ? 'withdrawn' : 'updated'
    drafts.push({ alert: next, change, expect: alert.revision, rows: [], absorbed: [] })
  }
  return drafts
}

/** Alerts of other keys that events of this group have a part in: an event may hold several values in a key field. */
async function ofOtherKeys(store: ContradictStore, input: ContradictInput): Promise<Alert[]> {
  const { compiled, key, range } = input
  // What an exception hides is hidden under every key: each of them is looked at.
  if (!compiled.negation) return []
  const { from, to } = supportReach(compiled, range)
  const filter = { rule: compiled.rule.id, drill: isDrillKey(key), from, to, size: 200 }
  const { items } = await store.alerts(filter)
  const events = new Set(input.hits.map(({ event }) => event))
  return items.filter(
    (alert) => alert.key !== key && alert.evidence.some(({ eventId }) => events.has(eventId)),
  )
}

/** Within reach of the new hits, found by this version of the rule, and not found again. */
function isInDoubt(alert: Alert, { compiled, plans, range }: ContradictInput): boolean {
  const reach = reachMs(compiled)
  const isStanding = alert.status === 'open' || alert.status === 'acknowledged'
  return (
    isStanding &&
    alert.ruleVersion === compiled.rule.version &&
    alert.from <= range.to + reach &&
    alert.to >= range.from - reach &&
    !plans.some(({ survivor, absorbed }) => [survivor, ...absorbed].some((one) => one?.id === alert.id))
  )
}

/** Null: a completion is left, or nobody can tell any more. */
async function reasonAgainst(
  store: ContradictStore,
  compiled: CompiledRule,
  tuning: Tuning,
  alert: Alert,
): Promise<string | null> {
  const { id: rule, version } = compiled.rule
  const reach = supportReach(compiled, alert)
  const known = new Set<string>()
  const why = new Set<string>()
  let wouldStand = false
  for (const key of await keysOf(store, compiled, alert)) {
    const { hits, all, reasons } = await readHits(store, { rule, version, key }, reach, tuning)
    if (completionsWithin(compiled, hits, alert).length > 0) return null
    wouldStand ||= reasons.length > 0 && completionsWithin(compiled, all, alert).length > 0
    for (const { event } of all) known.add(event)
    for (const reason of reasons) why.add(reason)
  }
  // Some of its hits are gone by age: it cannot be looked at again.
  if (known.size < alert.count || alert.evidence.some(({ eventId }) => !known.has(eventId))) return null
  return wouldStand ? [...why].join('; ') : LATE_EVIDENCE
}

/** The groups that an alert can stand on: an event with several values in a key field completes under each. */
async function keysOf(store: ContradictStore, compiled: CompiledRule, alert: Alert): Promise<Set<string>> {
  const completing = new Map(
    alert.evidence.flatMap(({ step, eventId }) =>
      canComplete(compiled, step) ? [[eventId, step] as const] : [],
    ),
  )
  const events = await store.events([...completing.keys()])
  const keys = events.flatMap((event) =>
    compiled.steps[completing.get(event.id)!]!.keys(event).map((values) => groupKey(values, event.drill)),
  )
  return new Set([alert.key, ...keys.filter((key) => isDrillKey(key) === isDrillKey(alert.key))])
}
