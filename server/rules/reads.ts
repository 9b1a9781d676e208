/** What a step of a rule reads: the logs that it needs, and the fields that it names. */
import { requiredValues } from '../lang/required.ts'
import type { Expr } from '../lang/tree.ts'
import type { CompiledStep } from './compiled.ts'
import { walkExpr } from './walk-expr.ts'

/** Datasets of which one is needed for the step; null: it names none. */
export function datasetsOf({ filter }: CompiledStep): string[] | null {
  const found = requiredValues(filter, 'event.dataset') ?? requiredValues(filter, 'data_stream.dataset')
  return found && found.size > 0 ? [...found] : null
}

/** Field paths in the order of the text, each once. */
export function fieldsOf({ filter }: CompiledStep): string[] {
  return [...new Set([...walkExpr(filter.where)].flatMap(fieldOf))].filter(
    // What we derive is there only where something happened.
    (path) => !path.startsWith('vedette.') && !path.includes('*') && path !== 'event.dataset',
  )
}

function fieldOf(expr: Expr): string[] {
  if (expr.kind === 'field') return [expr.path]
  if (expr.kind === 'kql-match') return expr.field === null ? [] : [expr.field]
  return expr.kind === 'kql-range' || expr.kind === 'kql-exists' ? [expr.field] : []
}
