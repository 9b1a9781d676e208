import type { WhyStep } from '../domain/api.ts'
import type { Fields } from '../domain/json.ts'
import { explainClauses } from '../lang/matched.ts'
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
      const clauses = explainClauses(run.filter, fields)
      const shown = run.matches(fields) ? clauses.filter(({ met }) => met) : clauses
      const told = shown.map(({ text, met, values }) => ({
        text,
        met,
        values: values.map(({ value }) => value),
      }))
      return [{ step, eventId, clauses: told }]
    })
    .toSorted((a, b) => a.step - b.step)
}
