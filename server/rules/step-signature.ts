/** What the hits of a step depend on: steps that say the same here have the same hits, whatever their rules are. */
import type { Json } from '../domain/json.ts'
import type { CompiledRule } from './compiled.ts'

/** Null: a copy of the step before (`with runs`), whose hits are that one's. */
export function stepSignature({ rule, steps }: CompiledRule, step: number): string | null {
  const { filter, by, isPresence } = steps[step]!
  if (step > 0 && steps[step - 1]!.filter === filter) return null
  const keys = by.map(({ path, optional }) => [path, optional])
  const value = isPresence ? ['presence'] : valueOf(rule, step)
  const heeds = isPresence ? [] : (rule.heeds ?? []).toSorted()
  return JSON.stringify([filter.category, filter.where, keys, value, heeds], withoutPlaces)
}

/** What else decides on a hit's key and value. */
function valueOf(rule: CompiledRule['rule'], step: number): Json {
  const { kind, entity, threshold, newTerms } = rule
  // Its text says by which names keys and values are read.
  if (rule.language === 'sigma' && kind !== 'query') return [kind, rule.query, threshold?.distinct ?? []]
  switch (kind) {
    case 'query':
      return [kind, entity]
    case 'new_terms':
      return [kind, newTerms?.fields ?? [], newTerms?.knownBy ?? null]
    case 'threshold': {
      const ways = step === 0 && threshold ? [threshold, ...(threshold.or ?? [])] : []
      return [kind, ways.map(({ distinct }) => distinct)]
    }
    default:
      return rule.several ? [kind, rule.several.by] : [kind]
  }
}

/** Where something stands in the text says nothing of what it means. */
function withoutPlaces(name: string, value: unknown): unknown {
  if (name === 'at') return undefined
  return typeof value === 'bigint' ? `${value}n` : value
}
