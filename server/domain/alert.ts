import type { Account } from './event.ts'
import type { Json } from './json.ts'
import type { Millis } from './time.ts'

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]
export const STATUSES = ['open', 'acknowledged', 'closed', 'withdrawn'] as const
export type Status = (typeof STATUSES)[number]
export const CLOSE_REASONS = [
  'secured',
  'stopped',
  'expected',
  'rule_too_broad',
  'duplicate',
  'test',
] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]
export type RuleKind = 'query' | 'sequence' | 'threshold' | 'travel' | 'new_terms' | 'correlation'

/** What a rule groups by, as the alert names it: an account, an address, another field. */
export type Entity = { type: 'user' | 'ip' | 'host' | 'dataset' | (string & {}); value: string }

export type MatchedField = { field: string; value: Json }
export type Evidence = {
  eventId: string
  step: number
  time: Millis
  receivedAt: Millis
  dataset: string
  matched: MatchedField[]
}

/**
 * The stored record of an episode. Times are milliseconds here; the HTTP layer writes them as ISO 8601.
 * `firstSeen`..`lastSeen` span the evidence, `from`..`to` the completions: an alert grows by completions near `from`..`to`.
 */
export type Alert = {
  id: string
  ruleId: string
  ruleVersion: number
  ruleName: string
  kind: RuleKind
  severity: Severity
  confidence: Severity
  status: Status
  closeReason: CloseReason | null
  /** When a person closed it; completions after it belong to a new alert. */
  closedAt: Millis | null
  withdrawReason: string | null
  assignee: string | null
  notes: AlertNote[]
  tags: string[]
  techniques: string[]
  key: string
  /** The account in trouble; null where the alert is about an address alone. */
  user: Account
  users: string[]
  entity: Entity
  firstSeen: Millis
  lastSeen: Millis
  from: Millis
  to: Millis
  raisedAt: Millis
  /** The number in the live feed of the last change of any kind. Set by the store. */
  revision: number
  /** Counts what people changed. */
  version: number
  /** Exact number of events in evidence. */
  count: number
  summary: string
  /** First and last 100 by event time. */
  evidence: Evidence[]
  /** What the rule kind adds: km, kmh, count, threshold, distinct, gapMs, ... */
  facts: { [name: string]: Json }
  incidentId: string | null
  mergedInto: string | null
  fromHistory: boolean
  lateAfterClose: boolean
  drill: boolean
  /** Of a rule that is material for others: kept out of lists, and of incidents of its own. */
  buildingBlock?: true
  /** Steps of what to do that somebody ticked, by their id. */
  steps?: { [step: string]: StepDone }
  /** What people changed, oldest first: the last ones. The audit trail has them all. */
  activity?: AlertActivity[]
}

export type StepDone = { at: Millis; by: string }
/**
 * `status`: `value` is the new one, `detail` the reason for closing. `assignee`: `value` is the new one, null: nobody.
 * `step`: `value` is its id, `detail` is `done` or `undone`.
 */
export type AlertActivity = {
  at: Millis
  by: string
  did: 'status' | 'assignee' | 'step'
  value: string | null
  detail: string | null
}

export type AlertNote = { at: Millis; by: string; text: string }

export type AlertChangeKind = 'raised' | 'extended' | 'merged' | 'withdrawn' | 'updated'

/** One event of an alert's evidence as the store keeps it, uncapped. */
export type EvidenceRow = { event: string; time: Millis; step: number; account: Account; value: Json }

export type Incident = {
  id: string
  user: Account
  entity: Entity
  summary: string
  severity: Severity
  /** 0-100. */
  riskScore: number
  status: Status
  firstSeen: Millis
  lastSeen: Millis
  raisedAt: Millis
  revision: number
  version: number
  mergedInto: string | null
  alertIds: string[]
  /** Alerts of other accounts' incidents that got into this account too. */
  related?: string[]
  story: StoryLine[]
  drill: boolean
}

/** One sentence of an incident's story. */
export type StoryLine = { time: Millis; text: string; alertId: string }

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

export function worstSeverity(severities: readonly Severity[]): Severity {
  return severities.reduce((worst, next) => (severityRank(next) > severityRank(worst) ? next : worst), 'low')
}
