import type { RuleKind } from '../../domain/alert.ts'
import type { Kind } from './kind.ts'
import { query } from './query.ts'
import { sequence } from './sequence.ts'
import { threshold } from './threshold.ts'
import { travel } from './travel.ts'

/** One file a rule kind. `new_terms` hits are decided as they are found, and correlate as single events do. */
export const KINDS: Record<RuleKind, Kind> = { query, sequence, threshold, travel, new_terms: query }
