/** What a correlation asks of the content of a window. */
import type { Hit } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { Comparison } from '../../lang/sigma/correlation.ts'
import { parseExpression } from '../../lang/sigma/expression.ts'
import type { Correlation } from '../../lang/sigma/plan.ts'

/** A match of a detection, or a completion of a correlation. */
export type Occurrence = {
  time: Millis
  hit: Hit
  /** Which of the rules of the correlation around it. */
  rule: number
  /** The same for what counts once: an event, or the completions of one story. */
  once: string
  behind: readonly Hit[]
}

export type Measure = {
  holds: boolean
  /** The number that was compared; null where none is. */
  value: number | null
  /** Whether something at the end of the window can be what completes it. */
  completes(occurrence: Occurrence): boolean
}

/** The content is sorted by time. */
export function conditionOf(correlation: Correlation): (content: readonly Occurrence[]) => Measure {
  const { comparisons, of, expression, called, type } = correlation
  if (type === 'temporal_ordered') return (content) => inOrder(content, of.length)
  if (type === 'temporal') {
    const asked = expression === null ? null : parseExpression(expression, called)
    return (content) => {
      const rules = new Set(content.map(({ rule }) => rule))
      const least = comparisons.length > 0 ? compare(rules.size, comparisons) : rules.size === of.length
      return measure(asked ? asked(rules) : least, null)
    }
  }
  return (content) => {
    const value = numberOf(correlation, content)
    return measure(value !== null && compare(value, comparisons), value)
  }
}

function measure(holds: boolean, value: number | null): Measure {
  return { holds, value, completes: () => true }
}

function compare(value: number, comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ is, than }) => COMPARE[is](value, than))
}

const COMPARE: Record<Comparison['is'], (a: number, b: number) => boolean> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
}

/** Null: no value to go by. */
function numberOf({ type, fields, percentile }: Correlation, content: readonly Occurrence[]): number | null {
  if (type === 'event_count') return new Set(content.map(({ once }) => once)).size
  if (type === 'value_count') return distinctCount(content, fields)
  const numbers = numbersOf(content, fields[0]!)
  if (numbers.length === 0) return null
  switch (type) {
    case 'value_sum':
      return sum(numbers)
    case 'value_avg':
      return sum(numbers) / numbers.length
    case 'value_median':
      return quantile(numbers, 0.5)
    default:
      return quantile(numbers, percentile / 100)
  }
}

function distinctCount(content: readonly Occurrence[], fields: readonly string[]): number {
  const tuples = new Set<string>()
  for (const { hit } of content) {
    const values = fields.map((name) => valuesOf(hit, name).map((value) => value.toLowerCase()))
    let combined: string[][] = [[]]
    for (const list of values) combined = combined.flatMap((tuple) => list.map((value) => [...tuple, value]))
    for (const tuple of combined) tuples.add(JSON.stringify(tuple))
  }
  return tuples.size
}

/** The numbers of a field, one or several an event; each event once. */
function numbersOf(content: readonly Occurrence[], field: string): number[] {
  const events = new Map(content.map(({ hit }) => [hit.event, hit]))
  return [...events.values()]
    .flatMap((hit) => valuesOf(hit, field))
    .filter((text) => text.trim() !== '' && Number.isFinite(Number(text)))
    .map(Number)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0)
}

/** Between two neighbours, in proportion. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
}

/** A chain of one occurrence a rule, in their order, none before the one before it. */
function inOrder(content: readonly Occurrence[], rules: number): Measure {
  const reached: (string | undefined)[] = []
  const completing = new Set<Occurrence>()
  // At one moment any order will do, so a rule may follow one that stands behind it in the list.
  for (let i = 0; i < content.length;) {
    const { time } = content[i]!
    const moment: Occurrence[] = []
    for (; i < content.length && content[i]!.time === time; i++) moment.push(content[i]!)
    for (const one of moment.toSorted((a, b) => a.rule - b.rule)) {
      if (one.rule > 0 && (reached[one.rule - 1] === undefined || reached[one.rule - 1] === one.once))
        continue
      reached[one.rule] ??= one.once
      if (one.rule === rules - 1) completing.add(one)
    }
  }
  return { holds: completing.size > 0, value: null, completes: (one) => completing.has(one) }
}

/** The texts of a field that a hit carries. */
export function valuesOf(hit: Hit, name: string): string[] {
  const carried = hit.value as { fields?: { [name: string]: string[] } } | null
  return carried?.fields?.[name] ?? []
}
