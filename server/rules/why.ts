import type { WhyStep } from '../domain/api.ts'
import type { Fields } from '../domain/json.ts'
import { explainClauses } from '../lang/matched.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { Expr } from '../lang/tree.ts'
import type { CompiledRule } from './compiled.ts'

/** A document of an alert's evidence, and the step that it stands for. */
export type EvidenceDocument = { step: number; eventId: string | null; fields: Fields }

/**
 * Why a rule fired: for each document the conditions of its step with the values that met them, in the order of the rule's
 * text. Of a step that is met, alternatives that are not are left out; of one that is not, every condition is told.
 */
export function explainAlert(compiled: CompiledRule, documents: readonly EvidenceDocument[]): WhyStep[] {
  return documents
    .flatMap(({ step, eventId, fields }) => {
      const run = compiled.steps[step]
      if (!run) return []
      const { category, where } = run.filter
      const shown = run.matches(fields) ? withoutUnmet(where, fields) : where
      const clauses = explainClauses({ category, where: shown }, fields)
      const told = clauses.map(({ text, met, values }) => ({
        text,
        met,
        values: values.map(({ value }) => value),
      }))
      return [{ step, eventId, clauses: told }]
    })
    .toSorted((a, b) => a.step - b.step)
}

/** A condition that a document meets, with only those alternatives that it meets. */
function withoutUnmet(expr: Expr, fields: Fields): Expr {
  if (expr.kind === 'and') return { ...expr, items: expr.items.map((item) => withoutUnmet(item, fields)) }
  if (expr.kind !== 'or') return expr
  const met = expr.items.filter((where) => compilePredicate({ category: null, where })(fields))
  const items = met.map((item) => withoutUnmet(item, fields))
  return items.length === 1 ? items[0]! : { ...expr, items }
}
