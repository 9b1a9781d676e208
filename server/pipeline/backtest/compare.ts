/** What would have been raised beside the alerts that exist. */
import type { Alert, CloseReason, Entity, Severity, Status } from '../../domain/alert.ts'
import type { Account } from '../../domain/event.ts'
import type { Millis } from '../../domain/time.ts'
import { survivorOf } from '../../detect/survivor.ts'
import type { CompiledRule } from '../../rules/compiled.ts'

/** An alert in a comparison. `id`, `status` and `closeReason` are those of the alert that exists; null: there is none. */
export type Compared = {
  id: string | null
  summary: string
  user: Account
  entity: Entity
  severity: Severity
  firstSeen: Millis
  lastSeen: Millis
  count: number
  drill: boolean
  status: Status | null
  closeReason: CloseReason | null
}
export type Comparison = {
  /** All that would have been raised, with the alert that tells it already where there is one. */
  alerts: Compared[]
  /** Those of them that no alert tells. */
  new: Compared[]
  /** Alerts that would not have been raised. */
  lost: Compared[]
  /** Alerts that would have been raised too. */
  kept: Compared[]
}

/** Each list by time, the newest first. */
export function compareAlerts(
  compiled: CompiledRule,
  raised: readonly Alert[],
  existing: readonly Alert[],
): Comparison {
  const sameAs = matcher(compiled, existing)
  const kept = new Set<Alert>()
  const all: { alert: Alert; known: Alert | null }[] = []
  for (const alert of raised.toSorted(byTime)) {
    const same = sameAs(alert)
    for (const one of same) kept.add(one)
    all.push({ alert, known: survivorOf(same) })
  }
  const told = existing.toSorted(byTime)
  return {
    alerts: all.map(({ alert, known }) => compared(alert, known)),
    new: all.filter(({ known }) => known === null).map(({ alert }) => compared(alert, null)),
    lost: told.filter((alert) => !kept.has(alert)).map((alert) => compared(alert, alert)),
    kept: told.filter((alert) => kept.has(alert)).map((alert) => compared(alert, alert)),
  }
}

/**
 * The alerts that tell the same: as when an edited rule is saved, those of the same key that are no further away than
 * the gap, and those that share a completing event.
 */
function matcher(compiled: CompiledRule, existing: readonly Alert[]): (alert: Alert) => Alert[] {
  const byKey = Map.groupBy(existing, ({ key }) => key)
  const byEvent = new Map<string, Alert[]>()
  for (const alert of existing) {
    for (const event of completing(compiled, alert))
      byEvent.set(event, [...(byEvent.get(event) ?? []), alert])
  }
  return (alert) => {
    const near = (byKey.get(alert.key) ?? []).filter(
      ({ from, to }) => from - compiled.gap <= alert.to && alert.from - compiled.gap <= to,
    )
    const sharing = completing(compiled, alert).flatMap((event) => byEvent.get(event) ?? [])
    return [...new Set([...near, ...sharing])].filter(({ drill }) => drill === alert.drill)
  }
}

/** The events at which an alert was complete, or had a part in it, as far as it shows them. */
function completing(compiled: CompiledRule, { evidence, facts }: Alert): string[] {
  const { completedBy } = facts
  const latest = typeof completedBy === 'string' ? [completedBy] : []
  const isSequence = compiled.rule.kind === 'sequence'
  // A `then` may make two alerts worse.
  const step = isSequence ? Math.max(...evidence.map((one) => one.step)) : 0
  return [...latest, ...evidence.filter((one) => one.step === step).map(({ eventId }) => eventId)]
}

function compared(alert: Alert, known: Alert | null): Compared {
  const { summary, user, entity, severity, firstSeen, lastSeen, count, drill } = alert
  const own = { summary, user, entity, severity, firstSeen, lastSeen, count, drill }
  return {
    id: known?.id ?? null,
    ...own,
    status: known?.status ?? null,
    closeReason: known?.closeReason ?? null,
  }
}

function byTime(a: Alert, b: Alert): number {
  return b.lastSeen - a.lastSeen || (a.id < b.id ? 1 : -1)
}
