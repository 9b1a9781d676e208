/** The commonest values of a field among the events that meet a query. */
import { accountOf, isAccountField } from '../domain/account.ts'
import { type Fields, type Json, valuesAt } from '../domain/json.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { EventQuery } from '../lang/tree.ts'
import { columnFor } from './columns.ts'
import { parseNormalised } from './document.ts'
import { type Range } from './query.ts'
import { scanFor, type SearchStore } from './events.ts'
import { scanPages } from './scan-pages.ts'
import type { Turn } from './turn.ts'

export type TopValues = {
  values: { value: boolean | number | string; count: number }[]
  /** Counts of all other values together. */
  other: number
}

// A field with more values than this says nothing by its commonest ones.
const MOST_VALUES = 1_000_000

/**
 * An event counts once for each of its values; one without any not at all. Accounts are counted lower-cased, and as
 * `user.email` counts whatever address an event names its account by.
 */
export async function topValues(
  query: EventQuery,
  range: Range,
  { field, size }: { field: string; size: number },
  store: SearchStore,
  turn: Turn,
): Promise<TopValues> {
  const counts = new Map<boolean | number | string, number>()
  const { scan, exact } = scanFor(query, range)
  const column = columnFor(field)
  const meets = compilePredicate(query)
  if (exact && column) {
    const tally = await store.tally({ ...range, only: scan.only, by: column })
    for (const { value, count } of tally.counts) {
      if (column !== 'account' || isAddress(value)) counts.set(value, count)
    }
    const several = tally.several.length > 0 ? await store.scanned(tally.several) : []
    for (const { event } of several) if (meets(event.fields)) add(event.fields)
  } else {
    for await (const events of scanPages(store, { ...scan, order: 'newest' }, turn)) {
      for (const { json } of events) {
        const doc = parseNormalised(json)
        if (meets(doc)) add(doc as Fields)
      }
    }
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (String(a) < String(b) ? -1 : 1))
  return {
    values: sorted.slice(0, size).map(([value, count]) => ({ value, count })),
    other: sorted.slice(size).reduce((sum, [, count]) => sum + count, 0),
  }

  function add(fields: Fields): void {
    for (const value of countedValues(fields, field)) {
      const known = counts.get(value)
      if (known !== undefined || counts.size < MOST_VALUES) counts.set(value, (known ?? 0) + 1)
    }
  }
}

function isAddress(value: Json): value is string {
  return typeof value === 'string' && value.includes('@')
}

function countedValues(fields: Fields, field: string): Set<boolean | number | string> {
  if (field === 'user.email') {
    const emails = valuesAt(fields, field)
    const accounts = emails.length > 1 ? emails : [accountOf(fields)]
    return new Set(accounts.filter(isAddress).map((address) => address.toLowerCase()))
  }
  const values = valuesAt(fields, field).filter((value: Json) => typeof value !== 'object')
  const isAccount = isAccountField(field)
  return new Set(
    values.map((value) => (isAccount && typeof value === 'string' ? value.toLowerCase() : value)) as (
      boolean | number | string
    )[],
  )
}
