/** The steps of a rule that can run: a predicate, the keys of an event, and what a hit carries. */
import type { RuleEvent } from '../../domain/event.ts'
import { valueAt } from '../../domain/json.ts'
import { compilePredicate } from '../../lang/predicate.ts'
import type { Diagnostic, EventFilter, FieldRef, Query, Span } from '../../lang/tree.ts'
import type { CompiledStep } from '../compiled.ts'
import { joinKeys } from '../keys.ts'

export function makeStep(
  filter: EventFilter,
  by: FieldRef[],
  own: Partial<Pick<CompiledStep, 'keys' | 'value' | 'negates' | 'isPresence' | 'alike'>> = {},
): CompiledStep {
  return {
    filter,
    by,
    matches: compilePredicate(filter),
    keys: own.keys ?? ((event) => joinKeys(event.fields, by)),
    value: own.value ?? (() => null),
    ...(own.negates && { negates: own.negates }),
    ...(own.isPresence && { isPresence: own.isPresence }),
    ...(own.alike !== undefined && { alike: own.alike }),
  }
}

export function fieldRefs(paths: readonly string[], where: Span): FieldRef[] {
  return paths.map((path) => ({ path, optional: false, at: where }))
}

/** One sign-in is told by several datasets under one `event.id`. */
export function recordOf(event: RuleEvent): string {
  const id = valueAt(event.fields, 'event.id')
  return typeof id === 'string' || typeof id === 'number' ? String(id) : event.id
}

/** The condition of a query over single events; `otherwise` is what is said of another kind of query. */
export function eventFilter(query: Query, diagnostics: Diagnostic[], otherwise: string): EventFilter | null {
  if (query.kind !== 'event') {
    diagnostics.push(refusal(otherwise, at(query)))
    return null
  }
  ignorePipes(query, diagnostics)
  return { category: query.category, where: query.where }
}

export function ignorePipes(query: Query, diagnostics: Diagnostic[]): void {
  for (const { kind, at: where } of query.pipes) {
    diagnostics.push({
      severity: 'warning',
      ...place(where),
      message: `[${kind}] has no effect in a rule: every match counts`,
      hint: null,
    })
  }
}

export function at(query: Query): Span | undefined {
  return query.kind === 'event' ? query.where.at : query.steps[0]?.at
}

export function refusal(message: string, where?: Span): Diagnostic {
  return { severity: 'error', ...place(where), message, hint: null }
}

export function place(where: Span | undefined): Pick<Diagnostic, 'line' | 'column' | 'length'> {
  return { line: where?.line ?? 1, column: where?.column ?? 1, length: where?.length ?? 1 }
}
