/**
 * An alert that shares a completing event with another of the same rule is that one, whatever its key: the join key of
 * an edited rule is another one, and an event with several values in a key field completes under each.
 */
import type { Alert } from '../domain/alert.ts'
import { isDrillKey } from '../domain/hit.ts'
import { type AlertPlan, correlate, type CorrelateInput } from '../detect/correlate.ts'
import { completingStep } from '../rules/compiled.ts'
import type { Store } from '../store/store.ts'

/** The plans, made again with alerts of other keys that turn out to be meant. */
export async function adoptOther(
  store: Pick<Store, 'alerts' | 'alertsNear'>,
  input: CorrelateInput,
  plans: AlertPlan[],
): Promise<AlertPlan[]> {
  const adopted: Alert[] = []
  for (const plan of plans.filter(({ survivor }) => survivor === null)) {
    const other = await sharing(store, input, plan)
    if (other && !adopted.some(({ id }) => id === other.id)) adopted.push(other)
  }
  if (adopted.length === 0) return plans
  const near = new Map([...input.near, ...adopted].map((alert) => [alert.id, alert]))
  // An adopted alert may reach further than what was read, over others of this key.
  const { key } = input.hits[0]!
  for (const { from, to } of adopted) {
    for (const alert of await store.alertsNear(input.compiled.rule.id, key, from, to))
      near.set(alert.id, alert)
  }
  return correlate({ ...input, near: [...near.values()] })
}

async function sharing(
  store: Pick<Store, 'alerts'>,
  { compiled, hits }: CorrelateInput,
  plan: AlertPlan,
): Promise<Alert | undefined> {
  const key = hits[0]!.key
  const rule = compiled.rule.id
  const drill = isDrillKey(key)
  const { items } = await store.alerts({ rule, drill, from: plan.from, to: plan.to, size: 200 })
  const completing = new Set(plan.completions.map(({ event }) => event))
  const last = completingStep(compiled)
  const isCompleting = ({ eventId, step }: Alert['evidence'][number]) =>
    completing.has(eventId) && (compiled.rule.kind !== 'sequence' || step === last)
  return items.find(
    (alert) => alert.key !== key && alert.status !== 'withdrawn' && alert.evidence.some(isCompleting),
  )
}
