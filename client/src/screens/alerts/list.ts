/** The lists of the filters that were looked at last, kept for coming back from an alert. */
import { getAlerts } from '../../api/calls.ts'
import { type AlertsList, createAlertsList } from '../../live/alerts.ts'
import { byNewest, bySeverity } from '../../live/order.ts'
import { addressOf, type Filter, queryOf } from './filter.ts'
import { getBySeverity } from './pages.ts'

export type Kept = { list: AlertsList; cursor: { current: string | null } }

const PAGE = 100
const KEEP = 5

const kept = new Map<string, Kept>()

export function listFor(filter: Filter): Kept {
  // However it is laid out, it is the same list.
  const address = addressOf({ ...filter, grouped: false })
  const found = kept.get(address) ?? {
    list: createAlertsList(
      queryOf(filter, PAGE),
      filter.view === 'open' ? bySeverity : byNewest,
      askFor(filter),
    ),
    cursor: { current: null },
  }
  kept.delete(address)
  kept.set(address, found)
  if (kept.size > KEEP) kept.delete(kept.keys().next().value!)
  return found
}

/** The list that was looked at last and holds the alert; null: none of them does. */
export function listWith(id: string): AlertsList | null {
  const lists = [...kept.values()].map(({ list }) => list).toReversed()
  return lists.find(({ feed }) => feed.value.shown.some((alert) => alert.id === id)) ?? null
}

/** Reads pages in the order that this filter is shown in. */
export function askFor(filter: Filter): typeof getAlerts {
  return filter.view === 'open' ? getBySeverity : getAlerts
}
