/** What a rule does, whose it is and whether it can fire, in words. */
import type { RuleKind } from '../../../server/domain/alert.ts'
import { now } from '../clock.ts'
import type { RuleCoverageView, RuleView } from '../../../server/domain/api.ts'

export const KIND_WORDS: Record<RuleKind, string> = {
  query: 'single event',
  sequence: 'sequence',
  threshold: 'threshold',
  travel: 'impossible travel',
  new_terms: 'first time seen',
  correlation: 'several rules together',
}

export type Origin = 'built-in' | 'imported' | 'own'
export const ORIGIN_WORDS: Record<Origin, string> = {
  'built-in': 'Built in',
  imported: 'Imported',
  own: 'Own',
}

/** Rules of other makers keep their author. */
export function originOf(rule: Pick<RuleView, 'builtIn' | 'author'>): Origin {
  return rule.builtIn ? 'built-in' : rule.author.length > 0 ? 'imported' : 'own'
}

/** What it looks for, in a few words: `More than 50 in 1h per user.email`. */
export function ruleLine(rule: RuleView): string {
  const { threshold, travel, new_terms: terms } = rule
  if (threshold) {
    const count =
      threshold.more_than !== undefined
        ? `More than ${threshold.more_than}`
        : `${threshold.at_least ?? 1} or more`
    const what = threshold.distinct.length > 0 ? ` different ${threshold.distinct.join(' and ')}` : ' events'
    return `${count}${what} in ${threshold.within}${per(threshold.by)}`
  }
  if (travel) {
    return `Two places further apart than ${travel.faster_than_kmh} km/h allows, in ${travel.within}${per(travel.by)}`
  }
  if (terms) return `A new ${terms.fields.join(' and ')} within ${terms.history}${per(terms.by)}`
  if (rule.kind === 'sequence') {
    const span = /maxspan\s*=\s*(\w+)/.exec(rule.query)?.[1]
    return `One after another${span ? ` within ${span}` : ''}${per([rule.entity])}`
  }
  if (rule.kind === 'correlation') return `Several rules together${per([rule.entity])}`
  return `A single event${per([rule.entity])}`
}

function per(fields: readonly string[]): string {
  const named = fields.filter((field) => field !== '')
  return named.length > 0 ? `, per ${named.join(' and ')}` : ''
}

/** On, but unable to fire: what its silence means nothing about. */
export function isBlind(
  rule: Pick<RuleView, 'enabled'>,
  coverage: RuleCoverageView | null | undefined,
): boolean {
  return rule.enabled && coverage?.canFire === false
}

// Microsoft's audit log usually comes within 90 minutes.
const BEHIND = 2 * 3_600_000

/** It can fire, but some of its logs end a while ago: what happened since then may still be missing. */
export function isBehind(
  rule: Pick<RuleView, 'enabled'>,
  coverage: RuleCoverageView | null | undefined,
): boolean {
  if (!rule.enabled || !coverage?.canFire || coverage.completeUpTo === null) return false
  return now.value - Date.parse(coverage.completeUpTo) > BEHIND
}
