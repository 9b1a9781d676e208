import type { RuleKind } from '../../domain/alert.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { correlation } from './correlation.ts'
import type { Kind } from './kind.ts'
import { negatedSequence } from './negated-sequence.ts'
import { newTerms } from './new-terms.ts'
import { query } from './query.ts'
import { sequence } from './sequence.ts'
import { severalSequences } from './several-sequences.ts'
import { threshold } from './threshold.ts'
import { travel } from './travel.ts'

/** What answers for a rule: by its kind, and for a sequence by whether its hits can undo what others complete. */
export function kindOf({ rule, negation, several }: CompiledRule): Kind {
  if (several) return severalSequences
  return negation?.shape ? negatedSequence : KINDS[rule.kind]
}

/** One file a rule kind. */
const KINDS: Record<RuleKind, Kind> = { query, sequence, threshold, travel, new_terms: newTerms, correlation }
