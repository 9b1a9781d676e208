import type { Doc } from './document.ts'
import type { Met, Node } from './node.ts'
import {
  categoryTest,
  compileCondition,
  compileFilter,
  type PredicateOptions,
  withTimestamp,
} from './predicate.ts'
import { printExpr } from './print.ts'
import type { EventFilter, Expr } from './tree.ts'

export type { Met } from './node.ts'

/** One clause of a condition, as it is shown to explain why something fired or did not. */
export type Clause = {
  /** The clause as text. */
  text: string
  met: boolean
  /** What the document holds there: what met it, or what it holds instead. */
  values: Met[]
  /** The word between the clause before and this one; null at the first. */
  join: 'and' | 'or' | null
  /** How many groups it stands in. */
  depth: number
}

/**
 * The fields whose values made the filter true, in the order of the text, each value once. For an object the leaf
 * that matched; nothing for what holds only because a field is missing. Empty if the filter is not met.
 */
export function matchedFields(filter: EventFilter, doc: Doc, options: PredicateOptions = {}): Met[] {
  const node = compiled(filter, options)
  if (!node.test(doc)) return []
  const met: Met[] = []
  node.explain(doc, true, met)
  return distinct(met)
}

/** A filter clause by clause, the tree of `and` and `or` laid out as it reads. */
export function explainClauses(filter: EventFilter, doc: Doc, options: PredicateOptions = {}): Clause[] {
  const types = withTimestamp(options.types)
  const clauses: Clause[] = []
  if (filter.category !== null) add(categoryTest(filter, options), null, 0)
  const { where } = filter
  // Beside a category the condition stands as another clause of one `and`.
  if (filter.category !== null && where.kind === 'or') walk(where, 'and', 1)
  else walk(where, filter.category === null ? null : 'and', 0)
  return clauses

  function walk(expr: Expr, join: Clause['join'], depth: number): void {
    if (expr.kind !== 'and' && expr.kind !== 'or') {
      add(expr, join, depth)
      return
    }
    for (const [i, item] of expr.items.entries()) {
      const isGroup = item.kind === 'and' || item.kind === 'or'
      walk(item, i === 0 ? join : expr.kind, isGroup ? depth + 1 : depth)
    }
  }

  function add(expr: Expr, join: Clause['join'], depth: number): void {
    const node = compileCondition(expr, types)
    const isMet = node.test(doc)
    const values: Met[] = []
    node.explain(doc, isMet, values)
    clauses.push({ text: printExpr(expr), met: isMet, values: distinct(values), join, depth })
  }
}

const compiledFilters = new WeakMap<EventFilter, Node>()

function compiled(filter: EventFilter, options: PredicateOptions): Node {
  if (options.types || options.categoryField) return compileFilter(filter, options)
  const known = compiledFilters.get(filter)
  if (known) return known
  const node = compileFilter(filter)
  compiledFilters.set(filter, node)
  return node
}

function distinct(met: Met[]): Met[] {
  const seen = new Set<string>()
  return met.filter(({ field, value }) => {
    const key = JSON.stringify([field, typeof value === 'bigint' ? String(value) : value])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
