/** Which of the stored alerts of one episode goes on. */
import type { Alert } from '../domain/alert.ts'
import type { Millis } from '../domain/time.ts'

/** One that a person touched, else the one raised first. */
export function survivorOf<T extends Touchable>(alerts: readonly T[]): T | null {
  return alerts.toSorted((a, b) => Number(isTouched(b)) - Number(isTouched(a)) || byAge(a, b))[0] ?? null
}

type Touchable = Pick<Alert, 'id' | 'status' | 'version' | 'raisedAt'> &
  Partial<Pick<Alert, 'assignee' | 'notes'>>

export function isTouched({ status, version, assignee, notes }: Touchable): boolean {
  const isMoved = status === 'acknowledged' || status === 'closed'
  return isMoved || version > 0 || Boolean(assignee) || (notes?.length ?? 0) > 0
}

/**
 * The withdrawn alert that stands again with completions in this range: the oldest within the gap whose own
 * range runs into no other alert.
 */
export function reopenable(
  range: { from: Millis; to: Millis },
  near: readonly Alert[],
  gap: Millis,
): Alert | null {
  const fits = (one: Alert) => {
    const from = Math.min(one.from, range.from)
    const to = Math.max(one.to, range.to)
    return near.every((other) => other.status === 'withdrawn' || other.to < from || other.from > to)
  }
  const isNear = (one: Alert) => one.from - gap <= range.to && range.from - gap <= one.to
  return (
    near.filter((one) => one.status === 'withdrawn' && isNear(one) && fits(one)).toSorted(byAge)[0] ?? null
  )
}

function byAge(a: Touchable, b: Touchable): number {
  return a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1)
}
