/** From the stored hits of a group to what is to be written: alerts that grow, begin or are undone. */
import { type Hit, isDrillKey, type Pending } from '../domain/hit.ts'
import type { Millis } from '../domain/time.ts'
import { dueAt } from '../detect/due.ts'
import { correlate, reachMs, reachOf } from '../detect/correlate.ts'
import { canComplete, type CompiledRule } from '../rules/compiled.ts'
import type { SettledPending, Settlement, Span, Store } from '../store/store.ts'
import { adoptOther } from './adopt.ts'
import { contradicted } from './contradict.ts'
import { type DraftAlert, draftAlert } from './draft-alert.ts'
import { readHits } from './group-hits.ts'
import type { Tuning } from './tuning.ts'

export type DraftInput = {
  compiled: CompiledRule
  key: string
  range: Span
  /** What concerns the rule. */
  tuning: Tuning
  now: Millis
  /** Late logs are not waited for. */
  force: boolean
  /** See `draftAlert`. */
  brief?: boolean
}
export type GroupDraft = {
  drafts: DraftAlert[]
  hidden: NonNullable<Settlement['hidden']>
  /** Hits that were looked at. */
  read: number
  /** When and from when a row of the group has to be looked at again; undefined: it is done. */
  again(row: Pending): SettledPending['again']
}

export async function draftGroup(store: Store, input: DraftInput): Promise<GroupDraft> {
  const { compiled, key, range, tuning, now, brief = false } = input
  const { id: rule, version } = compiled.rule
  const reach = reachOf(compiled, range)
  const { hits, all, hidden } = await readHits(store, { rule, version, key }, reach.hits, tuning)
  const near = await store.alertsNear(rule, key, reach.alerts.from, reach.alerts.to)
  const isWaiting = !input.force && !isDrillKey(key)
  const ripe = compiled.negation && isWaiting ? now - compiled.negation.wait : null
  const asked = {
    compiled,
    hits,
    near,
    ...range,
    ...(ripe === null ? {} : { ripe }),
    ...(compiled.negation ? { unknown: await unknownTimes(store, compiled, range) } : {}),
  }
  const plans = await adoptOther(store, asked, correlate(asked))
  const drafts: DraftAlert[] = []
  for (const plan of plans) {
    const draft = await draftAlert(store, { compiled, key, plan, near, now, brief })
    if (draft) drafts.push(draft)
  }
  drafts.push(...(await contradicted(store, { compiled, tuning, key, hits, near, plans, range })))
  return { drafts, hidden, read: all.length, again: (row) => againFor(row, compiled, hits, ripe) }
}

/** Where a hit that would undo a completion may have been deleted by age. */
function unknownTimes(store: Store, compiled: CompiledRule, { from, to }: Span): Promise<Span[]> {
  const { id: rule, version } = compiled.rule
  const reach = reachMs(compiled)
  return store.goneTimes({ rule, version }, from - reach, to + reach)
}

/** What could complete at a time that is not certain yet waits for it. */
function againFor(
  row: Pending,
  compiled: CompiledRule,
  hits: readonly Hit[],
  ripe: Millis | null,
): SettledPending['again'] {
  if (ripe === null) return undefined
  const reach = reachMs(compiled)
  let next = Infinity
  for (const { time, step } of hits) {
    const isOpen = time > ripe && time >= row.from - reach && time <= row.to + reach
    if (isOpen && canComplete(compiled, step)) next = Math.min(next, time)
  }
  const due = next === Infinity ? undefined : dueAt(compiled, next, false)
  if (due === undefined) return undefined
  return { due, from: Math.min(Math.max(row.from, ripe), row.to) }
}
