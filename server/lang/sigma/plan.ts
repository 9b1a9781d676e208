/** What a Sigma rule amounts to: detections that events are tested with, and how their matches are put together. */
import type { Expr } from '../tree.ts'
import type { Comparison, CorrelationType } from './correlation.ts'

/** A detection: one step of the rule. */
export type Detection = { name: string; where: Expr; names: string }

/** A correlation with what it refers to found: detections by their number, correlations themselves. */
export type Correlation = {
  type: CorrelationType
  of: (number | Correlation)[]
  /** The name or id of each of `of`, as `expression` names it. */
  called: string[][]
  groupBy: string[]
  timespan: number
  comparisons: Comparison[]
  fields: string[]
  percentile: number
  expression: string | null
}

export type SigmaPlan = {
  detections: Detection[]
  /** Null: every match of the one detection is what the rule looks for. */
  correlation: Correlation | null
  /** By detection: where it has the values of a name that a correlation groups or counts by. */
  fields: ReadonlyMap<string, string>[]
}

/** Whether it refers to detections only. */
export function isPlain({ of }: Correlation): boolean {
  return of.every((one) => typeof one === 'number')
}

/** Whether more events can only add to what is found: then nothing has to be waited for. */
export function isMonotone(correlation: Correlation): boolean {
  const { type, comparisons, of, expression } = correlation
  const isLower = comparisons.every(({ is }) => is === 'gt' || is === 'gte')
  const isCount = type === 'event_count' || type === 'value_count'
  const isTemporal =
    type.startsWith('temporal') && comparisons.length === 0 && !/\bnot\b/i.test(expression ?? '')
  // Of correlations, completions near each other count as one event, and more of them can bring two together.
  const isWhole = (one: number | Correlation) =>
    typeof one === 'number' || (type !== 'event_count' && isMonotone(one))
  return ((isCount && isLower) || isTemporal) && of.every(isWhole)
}
