/** Can a rule fire right now? Told by the data that is here; see `rule-findings.ts` for what is looked at. */
import type { Rule } from '../domain/rule.ts'
import type { Clock, Millis } from '../domain/time.ts'
import { compileRule } from '../rules/compile.ts'
import { datasetLooks, type LookStore } from './dataset-look.ts'
import { type Finding, findingsOf } from './rule-findings.ts'

export type RuleCoverage = {
  ruleId: string
  enabled: boolean
  canFire: boolean
  /** Why it cannot fire, in sentences; none: it can. */
  reasons: string[]
  /** What makes it weaker or dearer than it looks. */
  warnings: string[]
  /** The newest event in a dataset of the rule. */
  newestData: Millis | null
  /** Up to when all of its logs have come: what happened later may still be missing. */
  dataUpTo: Millis | null
  /** Both once more, each with its place in the query. */
  findings: Finding[]
}

export type Coverage = { coverage(rules: Rule[], retention: Millis | null): Promise<RuleCoverage[]> }

export function createCoverage({ store, clock }: { store: LookStore; clock: Clock }): Coverage {
  const lookAt = datasetLooks(store, clock)

  async function coverageOf(rule: Rule, retention: Millis | null): Promise<RuleCoverage> {
    const { compiled, diagnostics } = compileRule(rule)
    if (compiled) {
      const { findings, newest, upTo } = await findingsOf(compiled, lookAt, clock(), retention)
      return told(rule, findings, newest, upTo)
    }
    const mistakes = diagnostics.slice(0, 3).map(({ message, line, column, length }): Finding => ({
      code: 'cannot-run',
      blocks: true,
      message: `It cannot run: ${message}`,
      hint: null,
      at: { line, column, length },
    }))
    return told(rule, mistakes, null, null)
  }

  return {
    async coverage(rules, retention) {
      const found: RuleCoverage[] = []
      for (const rule of rules) {
        found.push(await coverageOf(rule, retention))
        // Searches of others have their turn in between.
        await new Promise((resolve) => setImmediate(resolve))
      }
      return found
    },
  }
}

function told(
  { id: ruleId, enabled }: Rule,
  findings: Finding[],
  newestData: Millis | null,
  dataUpTo: Millis | null,
): RuleCoverage {
  const sentences = (blocks: boolean) =>
    findings
      .filter((one) => one.blocks === blocks)
      .map(({ message, hint }) => (hint === null ? `${message}.` : `${message}. ${hint}`))
  const reasons = sentences(true)
  return {
    ruleId,
    enabled,
    canFire: reasons.length === 0,
    reasons,
    warnings: sentences(false),
    newestData,
    dataUpTo,
    findings,
  }
}
