/** What the hits of a step depend on: steps that say the same here have the same hits, whatever their rules are. */
import type { Json } from '../domain/json.ts'
import type { CompiledRule } from './compiled.ts'

/** Null: a copy of the step before (`with runs`), whose hits are that one's. */
export function stepSignature({ rule, steps }: CompiledRule, step: number): string | null {
  const { filter, by } = steps[step]!
  if (step > 0 && steps[step - 1]!.filter === filter) return null
  const keys = by.map(({ path, optional }) => [path, optional])
  return JSON.stringify([filter.category, filter.where, keys, valueOf(rule, step)], withoutPlaces)
}

/** What else decides on a hit's key and value. */
function valueOf({ kind, entity, threshold }: CompiledRule['rule'], step: number): Json {
  switch (kind) {
    case 'query':
    case 'new_terms':
      return [kind, entity]
    case 'threshold': {
      const ways = step === 0 && threshold ? [threshold, ...(threshold.or ?? [])] : []
      return [kind, ways.map(({ distinct }) => distinct)]
    }
    default:
      return [kind]
  }
}

/** Where something stands in the text says nothing of what it means. */
function withoutPlaces(name: string, value: unknown): unknown {
  if (name === 'at') return undefined
  return typeof value === 'bigint' ? `${value}n` : value
}
