import type { RuleKind } from '../../domain/alert.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import type { Kind } from './kind.ts'
import { negatedSequence } from './negated-sequence.ts'
import { query } from './query.ts'
import { sequence } from './sequence.ts'
import { threshold } from './threshold.ts'
import { travel } from './travel.ts'

/** What answers for a rule: by its kind, and by whether its hits can undo what others complete. */
export function kindOf({ rule, negation }: CompiledRule): Kind {
  return negation ? negatedSequence : KINDS[rule.kind]
}

/** One file a rule kind. `new_terms` hits are decided as they are found, and correlate as single events do. */
const KINDS: Record<RuleKind, Kind> = { query, sequence, threshold, travel, new_terms: query }
