/** What is left out of one rule's correlation: by exceptions, by the organisation's settings, by what was learned. */
import type { Hit } from '../domain/hit.ts'
import type { Allowance } from '../rules/allowances.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { CompiledException } from '../rules/exceptions.ts'
import type { Span } from '../store/store.ts'

export type Tuning = {
  exceptions: readonly CompiledException[]
  /** Null: the rule heeds nothing, or there is nothing to heed. */
  allowance: Allowance | null
  /** Marks hits of a group, in the same order, with what is known of their places; null: nothing is. */
  learned: Learned | null
}
export type Learned = (hits: readonly Hit[], span: Span) => Promise<LearnedHits>
/** `explained`: hits that say nothing, with the reason. `notes`: what the marks mean, for people. */
export type LearnedHits = { hits: Hit[]; explained: Map<Hit, string>; notes: string[] }

export const NO_TUNING: Tuning = { exceptions: [], allowance: null, learned: null }

export function isTuned({ exceptions, allowance, learned }: Tuning): boolean {
  return exceptions.length > 0 || allowance !== null || learned !== null
}

/** What one rule heeds out of all that there is. */
export function tuningOf(
  { rule }: CompiledRule,
  all: {
    exceptions?: readonly CompiledException[]
    allowance?: Allowance | null
    learned?: Learned | null
  },
): Tuning {
  return {
    exceptions: (all.exceptions ?? []).filter(({ ruleId }) => ruleId === '*' || ruleId === rule.id),
    allowance: all.allowance ?? null,
    learned: rule.heeds?.includes('learned-egress') ? (all.learned ?? null) : null,
  }
}
