/** The step that tells since when a key is known: whatever the key does in the logs that the rule looks at. */
import { requiredValues } from '../../lang/required.ts'
import type { EventFilter, Expr, FieldRef, Span } from '../../lang/tree.ts'
import type { CompiledStep } from '../compiled.ts'
import { makeStep } from './steps.ts'

const DATASET = 'event.dataset'

/** Every event of the datasets that the filter names, or of all where it names none, counts as presence of its key. */
export function presenceStep(filter: EventFilter, by: FieldRef[]): CompiledStep {
  const { at } = filter.where
  const required = requiredValues(filter, DATASET)
  const datasets = required && [...required].sort()
  const alike = JSON.stringify([datasets, by.map(({ path }) => path)])
  return makeStep({ category: null, where: ofDatasets(datasets, at) }, by, { isPresence: true, alike })
}

function ofDatasets(datasets: readonly string[] | null, at: Span): Expr {
  if (!datasets) return { kind: 'constant', type: 'boolean', value: true, at }
  return {
    kind: 'in',
    value: { kind: 'field', path: DATASET, optional: false, at },
    list: datasets.map((name) => text(name, at)),
    insensitive: false,
    at,
  }
}

function text(value: string, at: Span): Expr {
  return { kind: 'constant', type: 'string', value, at }
}
