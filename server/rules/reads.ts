/** What a step of a rule reads: the logs that it needs, and the fields that it names. */
import { didYouMean, nearest } from '../lang/diagnose.ts'
import { requiredValues } from '../lang/required.ts'
import type { Expr, Span } from '../lang/tree.ts'
import type { CompiledStep } from './compiled.ts'
import { walkExpr } from './walk-expr.ts'

export type FieldRead = { path: string; at: Span }

/** Datasets of which one is needed for the step; null: it names none. */
export function datasetsOf({ filter }: CompiledStep): string[] | null {
  const found = requiredValues(filter, 'event.dataset') ?? requiredValues(filter, 'data_stream.dataset')
  return found && found.size > 0 ? [...found] : null
}

/** Fields in the order of the text, each once, at its first place. */
export function fieldsOf({ filter }: CompiledStep): FieldRead[] {
  const found = new Map<string, FieldRead>()
  for (const expr of walkExpr(filter.where)) {
    const path = fieldOf(expr)
    // What we derive is there only where something happened.
    if (path === null || path.startsWith('vedette.') || path.includes('*') || path === 'event.dataset')
      continue
    if (!found.has(path)) found.set(path, { path, at: expr.at })
  }
  return [...found.values()]
}

/**
 * Whether an event could meet the condition though none of these fields is ever there: a comparison with what is missing
 * does not hold, and of what is negated nothing is said.
 */
export function canHoldWithout(expr: Expr, missing: ReadonlySet<string>): boolean {
  const isMissing = (one: Expr) => one.kind === 'field' && missing.has(one.path)
  switch (expr.kind) {
    case 'and':
      return expr.items.every((item) => canHoldWithout(item, missing))
    case 'or':
      return expr.items.some((item) => canHoldWithout(item, missing))
    case 'compare':
      return !(isMissing(expr.left) ? !isNull(expr.right) : isMissing(expr.right) && !isNull(expr.left))
    case 'in':
    case 'pattern':
      return !isMissing(expr.value)
    case 'call':
      return !(TESTS.has(expr.name.toLowerCase()) && expr.args[0] && isMissing(expr.args[0]))
    case 'kql-match':
    case 'kql-range':
    case 'kql-exists':
      return expr.field === null || !missing.has(expr.field)
    default:
      return true
  }
}

/** Functions that say yes or no of a text. */
const TESTS = new Set(['cidrmatch', 'endswith', 'match', 'startswith', 'stringcontains', 'wildcard'])

function isNull(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.value === null
}

/** `Did you mean X?` for a field that is never there: one beside it whose name is spelt alike. */
export function likelyField(path: string, known: Iterable<string>): string | null {
  const at = path.lastIndexOf('.') + 1
  const beside = [...known].filter((one) => one.startsWith(path.slice(0, at)) && !one.includes('.', at))
  return didYouMean(
    path,
    beside.filter((one) => nearest(path.slice(at), [one.slice(at)]) !== null),
  )
}

function fieldOf(expr: Expr): string | null {
  if (expr.kind === 'field') return expr.path
  if (expr.kind === 'kql-match' || expr.kind === 'kql-range' || expr.kind === 'kql-exists') return expr.field
  return null
}
