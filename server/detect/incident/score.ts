/** How bad an incident is: 0-100 and a severity, from its alerts alone, in whatever order they came. */
import { type Alert, SEVERITIES, type Severity, severityRank, worstSeverity } from '../../domain/alert.ts'
import { isObject, type Json } from '../../domain/json.ts'
import { stagesOf } from './stages.ts'

/** How sure one alert makes us that the account is in trouble: by severity, less where the rule is often wrong. */
const SEVERITY_WEIGHT: Record<Severity, number> = { low: 0.15, medium: 0.4, high: 0.7, critical: 0.9 }
const CONFIDENCE_WEIGHT: Record<Severity, number> = { low: 0.7, medium: 0.85, high: 1, critical: 1 }
/** Material for other rules says little by itself. */
const BUILDING_BLOCK = 0.5
/** Each further rule counts for so much of the one before: rules often look at the same thing. */
const NEXT_RULE = 0.6
/** What is left of the doubt: for each further stage, if a later stage follows access, if attempts succeeded. */
const FURTHER_STAGE = 0.5
const PROGRESS = 0.7
const SUCCESS = 0.7
/** Mails sent take away at most so much of it, at 100 times the least that bulk sending is. */
const MOST_BY_REACH = 0.3
const MANY_MAILS = 50

const HARMLESS = new Set(['expected', 'rule_too_broad', 'duplicate', 'test'])
const FROM_SCORE: [least: number, severity: Severity][] = [
  [85, 'critical'],
  [60, 'high'],
  [30, 'medium'],
]

/**
 * 0-100: `100 * (1 - doubt)`. The doubt is a product, so more alerts never make the score less:
 *
 * - each rule, by its worst alert, leaves `1 - severity * confidence`; from the second on (worst first) it counts 0.6,
 *   0.36, ... of that. A building block counts half;
 * - each further stage (access, foothold, evasion, collection, impact) halves it: as many as there are stages, rules and
 *   completing events, less one;
 * - an alert of a later stage at or after another one of access leaves 0.7; attempts that succeeded leave 0.7;
 * - mails sent leave down to 0.7.
 *
 * Alerts that were withdrawn, or that a person closed as harmless, count nothing; what allowances explain is no alert.
 */
export function riskScore(alerts: readonly Alert[]): number {
  const counted = alerts.filter(counts)
  const rules = new Set(counted.map(({ ruleId }) => ruleId))
  if (rules.size === 0) return 0
  const doubt =
    doubtOfRules(counted) *
    FURTHER_STAGE ** (breadth(counted, rules.size) - 1) *
    (isProgress(counted) ? PROGRESS : 1) *
    (counted.some(({ facts }) => isObject(facts['worsenedBy'])) ? SUCCESS : 1) *
    (1 - MOST_BY_REACH * reach(counted))
  return Math.round(100 * (1 - doubt))
}

/** The worst of its alerts', or one step more if the score of several rules together amounts to that. */
export function incidentSeverity(alerts: readonly Alert[]): Severity {
  const standing = alerts.filter(({ status }) => status !== 'withdrawn')
  const worst = worstSeverity((standing.length > 0 ? standing : alerts).map(({ severity }) => severity))
  if (new Set(alerts.filter(counts).map(({ ruleId }) => ruleId)).size < 2) return worst
  const score = riskScore(alerts)
  const scored = FROM_SCORE.find(([least]) => score >= least)?.[1] ?? 'low'
  const next = SEVERITIES[severityRank(worst) + 1] ?? worst
  return severityRank(scored) > severityRank(worst) ? next : worst
}

/** Whether an alert still says that something is wrong. */
export function counts({ status, closeReason }: Pick<Alert, 'status' | 'closeReason'>): boolean {
  return status !== 'withdrawn' && (closeReason === null || !HARMLESS.has(closeReason))
}

/** Which of two alerts says more: for choosing what to name. */
export function weightOf({ severity, confidence, buildingBlock }: Alert): number {
  const weight = SEVERITY_WEIGHT[severity] * CONFIDENCE_WEIGHT[confidence]
  return buildingBlock ? weight * BUILDING_BLOCK : weight
}

function doubtOfRules(counted: readonly Alert[]): number {
  const byRule = Map.groupBy(counted, ({ ruleId }) => ruleId)
  const weights = [...byRule.values()].map((ofRule) => Math.max(...ofRule.map(weightOf)))
  return weights.sort((a, b) => b - a).reduce((doubt, weight, i) => doubt * (1 - weight * NEXT_RULE ** i), 1)
}

// Two rules about one and the same event are one step of an attack, however many techniques they name.
function breadth(counted: readonly Alert[], rules: number): number {
  const stages = new Set(counted.flatMap(stagesOf))
  const events = new Set(counted.map(completing))
  return Math.max(1, Math.min(stages.size, rules, events.size))
}

function isProgress(counted: readonly Alert[]): boolean {
  const staged = counted.map((alert) => ({ alert, stages: stagesOf(alert) }))
  const access = staged.filter(({ stages }) => stages.includes('access'))
  const later = staged.filter(({ stages }) => stages.length > 0 && !stages.includes('access'))
  return later.some(({ alert }) =>
    access.some(
      (one) => alert.lastSeen >= one.alert.firstSeen && completing(alert) !== completing(one.alert),
    ),
  )
}

function completing({ id, facts }: Alert): Json {
  return facts['completedBy'] ?? id
}

function reach(counted: readonly Alert[]): number {
  const mails = counted.map(({ facts, techniques }) =>
    techniques.some((id) => id.startsWith('T1534')) && typeof facts['count'] === 'number'
      ? facts['count']
      : 0,
  )
  return Math.min(1, Math.log10(1 + Math.max(0, ...mails) / MANY_MAILS) / 2)
}

/** In order of how bad they are, worst first; then as they happened. */
export function byWeight(a: Alert, b: Alert): number {
  return (
    weightOf(b) - weightOf(a) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    a.firstSeen - b.firstSeen ||
    (a.id < b.id ? -1 : 1)
  )
}
