/** What this installation's data says of a rule, beside what is said of its text. */
import type { RuleCoverageView } from '../domain/api.ts'
import type { Rule } from '../domain/rule.ts'
import { type Millis, SECOND } from '../domain/time.ts'
import type { Diagnostic } from '../lang/tree.ts'
import type { RuleCoverage } from '../pipeline/coverage.ts'
import { placeInFile, type RuleInput } from '../rules/rule-file.ts'
import type { Context } from './context.ts'
import { isoOrNull } from './views.ts'

/** Whoever saves or reads a rule does not wait longer for the search thread. */
const PATIENCE: Millis = 2 * SECOND
/** Of an import of thousands of rules the first are looked at; each can be asked for later. */
const MOST = 500

export type InstallationReview = {
  /** Of each rule; null: not found out in time. */
  of(rules: readonly Rule[]): Promise<(RuleCoverage | null)[]>
  /** With places in the file where the rule came as text. None where no log has come at all. */
  warnings(found: RuleCoverage | null, input?: RuleInput): Promise<Diagnostic[]>
}

export function createInstallationReview(
  parts: Pick<Context, 'coverage' | 'store' | 'settings' | 'log'>,
): InstallationReview {
  const { coverage, store, settings, log } = parts

  return {
    async of(rules) {
      const asked = rules.slice(0, MOST)
      const timer = Promise.withResolvers<null>()
      const timeout = setTimeout(() => timer.resolve(null), PATIENCE)
      try {
        const answer = coverage.coverage([...asked], settings.retention ?? null)
        // The rule is saved already: that nobody could look at the data is no reason to fail.
        const safe = answer.catch((error: unknown) => {
          log.error({ err: error }, 'looking at what the data says of a rule failed')
          return null
        })
        const found = await Promise.race([safe, timer.promise])
        return rules.map((_, i) => found?.[i] ?? null)
      } finally {
        clearTimeout(timeout)
      }
    },
    async warnings(found, input) {
      if (!found || found.findings.length === 0) return []
      const sources = await store.sources()
      if (!sources.some(({ events }) => events > 0)) return []
      const told = found.findings
        // Of what people have chosen themselves they know.
        .filter(({ code }) => code !== 'switched-off' && code !== 'cannot-run')
        .map(({ message, hint, blocks, at }): Diagnostic => ({
          severity: 'warning',
          ...at,
          message,
          hint: hint ?? (blocks ? 'The rule cannot fire now.' : null),
        }))
      return input && 'text' in input ? placeInFile(input, told) : told
    },
  }
}

/** `pending`: since when something waits for correlation; what came after it is not looked at yet. */
export function coverageView(found: RuleCoverage, pending: Millis | null): RuleCoverageView {
  const { ruleId, enabled, canFire, reasons, warnings, newestData, dataUpTo } = found
  const completeUpTo = dataUpTo === null ? null : Math.min(dataUpTo, pending ?? Infinity)
  return {
    ruleId,
    enabled,
    canFire,
    reasons,
    warnings,
    newestData: isoOrNull(newestData),
    completeUpTo: isoOrNull(completeUpTo),
  }
}
