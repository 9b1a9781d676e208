/** What a condition says of the columns by which a store finds events without reading them. */
import { requiredValues } from '../lang/required.ts'
import type { EventFilter, Expr } from '../lang/tree.ts'
import type { Narrowing, ScanColumn } from '../store/store.ts'

export type ColumnPlan = {
  /** One of these values must be in each column. */
  only: Narrowing['only']
  /** The columns say all that the condition asks, so that counting them is counting what it means. */
  exact: boolean
}

const FIELDS: readonly [path: string, column: ScanColumn][] = [
  ['event.action', 'action'],
  ['source.ip', 'ip'],
  ['event.outcome', 'outcome'],
]
// Longer lists of values narrow little and make long statements.
const MOST_VALUES = 64

export function columnsOf(filter: EventFilter): ColumnPlan {
  const only: Narrowing['only'] = {}
  for (const [path, column] of FIELDS) keep(only, column, requiredValues(filter, path))
  keep(only, 'account', requiredEmails(filter.where))
  return { only, exact: filter.category === null && isExact(filter.where) }
}

/** The column that holds the values of a field, for counting them. */
export function columnFor(field: string): ScanColumn | null {
  if (field === 'user.email') return 'account'
  return FIELDS.find(([path]) => path === field)?.[1] ?? null
}

function keep(only: Narrowing['only'], column: ScanColumn, values: Set<string> | null): void {
  if (values && values.size <= MOST_VALUES) only[column] = [...values]
}

/**
 * Addresses of which one must be the event's, lower-cased: conditions on `user.email` compare without case, and
 * where that field holds one value the column is that value.
 */
function requiredEmails(expr: Expr): Set<string> | null {
  if (expr.kind === 'and') {
    const sets = expr.items.map(requiredEmails).filter((set) => set !== null)
    return sets.sort((a, b) => a.size - b.size)[0] ?? null
  }
  if (expr.kind === 'or') {
    const sets = expr.items.map(requiredEmails)
    return sets.every((set) => set !== null) ? new Set(sets.flatMap((set) => [...set])) : null
  }
  if (expr.kind !== 'in' || expr.value.kind !== 'field' || expr.value.path !== 'user.email') return null
  const texts = expr.list.map((item) =>
    item.kind === 'constant' && item.type === 'string' ? String(item.value).toLowerCase() : '',
  )
  return texts.every((text) => text !== '') ? new Set(texts) : null
}

/** An `and` of one condition a column at most, each of which is nothing but a list of values. */
function isExact(expr: Expr): boolean {
  const items = expr.kind === 'and' ? expr.items : [expr]
  const columns = items.filter((item) => !isAlways(item)).map(columnOf)
  return columns.every((column) => column !== null) && new Set(columns).size === columns.length
}

function isAlways(expr: Expr): boolean {
  if (expr.kind === 'kql-exists') return expr.field === '*'
  return expr.kind === 'constant' && expr.value === true
}

/** The column of a leaf that only lists values, or of an `or` of such leaves on one column. */
function columnOf(expr: Expr): ScanColumn | null {
  if (expr.kind === 'or') {
    const [first, ...others] = expr.items.map(columnOf)
    return first && others.every((column) => column === first) ? first : null
  }
  for (const [path, column] of FIELDS) {
    const values = requiredValues({ category: null, where: expr }, path)
    if (values && values.size > 0 && values.size <= MOST_VALUES) return isLeaf(expr) ? column : null
  }
  return null
}

function isLeaf({ kind }: Expr): boolean {
  return kind === 'compare' || kind === 'in' || kind === 'kql-match' || kind === 'pattern'
}
