/** What an incident says: a sentence, how bad it is, and its story, one line an alert. */
import {
  type Alert,
  type Entity,
  type Incident,
  type Severity,
  type Status,
  worstSeverity,
} from '../domain/alert.ts'
import { formatSpan } from '../domain/time.ts'
import { showValue } from './summary.ts'

type Told = Pick<Incident, 'summary' | 'severity' | 'riskScore' | 'status' | 'story'>

/** From its alerts in order of their first event. */
export function summariseIncident(alerts: readonly Alert[], entity: Entity): Told {
  const standing = alerts.filter(({ status }) => status !== 'withdrawn')
  return {
    summary: sentence(standing.length > 0 ? standing : alerts, entity),
    severity: worstSeverity((standing.length > 0 ? standing : alerts).map(({ severity }) => severity)),
    riskScore: riskScore(standing),
    status: statusOf(alerts),
    story: alerts.map(({ id, firstSeen, summary, status, withdrawReason }) => ({
      time: firstSeen,
      text: status === 'withdrawn' ? `Withdrawn (${withdrawReason ?? 'no longer so'}): ${summary}` : summary,
      alertId: id,
    })),
  }
}

/** Open while one of its alerts is. */
export function statusOf(alerts: readonly Pick<Alert, 'status'>[]): Status {
  const order: Status[] = ['open', 'acknowledged', 'closed', 'withdrawn']
  return order.find((status) => alerts.some((alert) => alert.status === status)) ?? 'open'
}

/** How sure one alert makes us that the account is in trouble: by severity, less where the rule is often wrong. */
const SEVERITY_WEIGHT: Record<Severity, number> = { low: 0.15, medium: 0.4, high: 0.7, critical: 0.9 }
const CONFIDENCE_WEIGHT: Record<Severity, number> = { low: 0.7, medium: 0.85, high: 1, critical: 1 }
const HARMLESS = new Set(['expected', 'rule_too_broad', 'duplicate', 'test'])

/**
 * 0-100. Each rule counts once, by its worst alert, as a chance that the account is in trouble; the score is the chance
 * that at least one of them is right: 100 * (1 - product of (1 - severity * confidence)). Two different findings weigh
 * more than one finding twice. Alerts that a person closed as harmless count nothing.
 */
export function riskScore(alerts: readonly Alert[]): number {
  const counted = alerts.filter(({ closeReason }) => closeReason === null || !HARMLESS.has(closeReason))
  const byRule = Map.groupBy(counted, ({ ruleId }) => ruleId)
  const doubt = [...byRule.values()].reduce((left, ofRule) => left * (1 - Math.max(...ofRule.map(weight))), 1)
  return Math.round(100 * (1 - doubt))
}

function weight({ severity, confidence }: Alert): number {
  return SEVERITY_WEIGHT[severity] * CONFIDENCE_WEIGHT[confidence]
}

const NAMED_RULES = 3

function sentence(alerts: readonly Alert[], entity: Entity): string {
  if (alerts.length === 1) return alerts[0]!.summary
  const names = [...new Set(alerts.map(({ ruleName }) => ruleName))]
  const told = names.slice(0, NAMED_RULES).join('; then ')
  const more = names.length > NAMED_RULES ? `; and ${names.length - NAMED_RULES} more` : ''
  const span = Math.max(...alerts.map(({ lastSeen }) => lastSeen)) - alerts[0]!.firstSeen
  const within = span > 0 ? ` within ${formatSpan(span)}` : ''
  return `${showValue(entity.value)}: ${alerts.length} alerts${within}: ${told}${more}`
}
