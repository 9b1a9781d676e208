/** How the events that several conditions mean are found, for whoever goes on with each condition apart. */
import type { EventFilter } from '../lang/tree.ts'
import type { ScanRequest } from '../store/store.ts'
import { columnsOf } from './columns.ts'
import { needlesOf } from './needles.ts'

/** One walk through the store: which of the conditions it serves, by their place in the list, and where it looks. */
export type ScanPart = { filters: number[] } & Pick<ScanRequest, 'only' | 'needles'>

/** Walks that together come by every event that meets one of the conditions. Those of the same columns share one. */
export function scanPlan(filters: readonly EventFilter[]): ScanPart[] {
  const parts = Map.groupBy(
    filters.map((filter, at) => ({ filter, at, only: columnsOf(filter).only })),
    ({ only }) => JSON.stringify(only),
  )
  return [...parts.values()].map((part) => ({
    filters: part.map(({ at }) => at),
    only: part[0]!.only,
    needles: needlesOf(
      part.map(({ filter }) => filter),
      { types: new Map() },
    ),
  }))
}
