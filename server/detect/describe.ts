/** The stored form of an alert: what the rule says, what its evidence amounts to, and the sentence about it. */
import type { Alert, Entity, Evidence, EvidenceRow } from '../domain/alert.ts'
import { worstSeverity } from '../domain/alert.ts'
import { accountOf, joinValues } from '../domain/account.ts'
import type { LogEvent } from '../domain/event.ts'
import { isDrillKey, keyValues } from '../domain/hit.ts'
import { type Json, textAt } from '../domain/json.ts'
import type { Millis } from '../domain/time.ts'
import { matchedFields } from '../lang/matched.ts'
import { type CompiledRule, completingStep } from '../rules/compiled.ts'
import type { AlertPlan } from './correlate.ts'
import { writeSummary } from './summary.ts'

/** What the evidence of an alert amounts to, as the store counts it. */
export type Tally = { count: number; distinct: number; accounts: string[]; rows: EvidenceRow[] }

export type DescribeInput = {
  id: string
  key: string
  plan: AlertPlan
  compiled: CompiledRule
  tally: Tally
  /** Those of `documentsOf(...)` that are still stored. */
  documents: ReadonlyMap<string, LogEvent>
  now: Millis
  /** Every completion was found in stored events, not as it arrived. */
  fromHistory: boolean
}

/** Alerts show this many pieces of evidence from each end. */
const EDGE = 100

/**
 * The events whose documents describe an alert. Evidence that it shows already is not read again; `brief`: only those
 * that its sentence speaks of.
 */
export function documentsOf(plan: AlertPlan, tally: Tally, brief = false): string[] {
  if (brief) return [...new Set(exemplars(plan))]
  const shown = new Set(plan.survivor?.evidence.map(nameOf))
  const fresh = shownRows(tally.rows).filter((row) => !shown.has(nameOf({ ...row, eventId: row.event })))
  return [...new Set([...fresh.map(({ event }) => event), ...exemplars(plan)])]
}

export function describe(input: DescribeInput): Alert {
  const { plan, compiled, tally, documents } = input
  const { rule } = compiled
  const before = plan.survivor
  const completing = documents.get(plan.completedBy)
  // The alert of another key stays there; the key of an edited rule is the new one.
  const key = before && before.ruleVersion === rule.version ? before.key : input.key
  const user = userOf(input)
  const entity = entityOf(compiled, key, user, completing)
  const facts = factsOf(input)
  const rows = tally.rows
  const isNews =
    before !== null && (tally.count > before.count || plan.from < before.from || plan.to > before.to)
  return {
    id: input.id,
    ruleId: rule.id,
    ruleVersion: rule.version,
    ruleName: rule.name,
    kind: rule.kind,
    severity:
      plan.worsenedBy && rule.then ? worstSeverity([rule.severity, rule.then.severity]) : rule.severity,
    confidence: rule.confidence,
    status: before?.status ?? 'open',
    closeReason: before?.closeReason ?? null,
    closedAt: before?.closedAt ?? null,
    withdrawReason: null,
    assignee: before?.assignee ?? firstOf(plan.absorbed.map(({ assignee }) => assignee)),
    notes: [...(before?.notes ?? []), ...plan.absorbed.flatMap(({ notes }) => notes)].sort(
      (a, b) => a.at - b.at,
    ),
    tags: rule.tags,
    techniques: rule.attack,
    key,
    user,
    users: tally.accounts,
    entity,
    firstSeen: rows[0]?.time ?? plan.from,
    lastSeen: rows.at(-1)?.time ?? plan.to,
    from: plan.from,
    to: plan.to,
    raisedAt: before?.raisedAt ?? input.now,
    revision: before?.revision ?? 0,
    version: before?.version ?? 0,
    count: tally.count,
    summary: completing || !before ? summaryOf(input, user, entity, facts) : before.summary,
    evidence: evidenceOf(input),
    facts: {
      ...facts,
      completedBy: plan.completedBy,
      ...(plan.worsenedBy ? { worsenedBy: plan.worsenedBy } : {}),
    },
    incidentId: before?.incidentId ?? null,
    mergedInto: null,
    fromHistory: before ? before.fromHistory && input.fromHistory : input.fromHistory,
    lateAfterClose: before?.status === 'closed' ? before.lateAfterClose || isNews : false,
    drill: isDrillKey(key),
    ...(rule.buildingBlock ? { buildingBlock: true as const } : {}),
    ...doneBy([...plan.absorbed, ...(before ? [before] : [])]),
  }
}

/** What people did about alerts that are one now. */
function doneBy(alerts: readonly Pick<Alert, 'steps' | 'activity'>[]): Pick<Alert, 'steps' | 'activity'> {
  const steps = Object.assign({}, ...alerts.map((alert) => alert.steps ?? {})) as NonNullable<Alert['steps']>
  const activity = alerts.flatMap((alert) => alert.activity ?? []).toSorted((a, b) => a.at - b.at)
  return {
    ...(Object.keys(steps).length > 0 ? { steps } : {}),
    ...(activity.length > 0 ? { activity } : {}),
  }
}

/** The account in trouble: who succeeded after the attempts, else the account that a rule about accounts is about. */
function userOf({ plan, compiled, tally }: DescribeInput): string | null {
  if (plan.worsenedBy?.account) return plan.worsenedBy.account
  if (entityType(compiled.rule.entity) !== 'user') return null
  return plan.account ?? (tally.accounts.length === 1 ? tally.accounts[0]! : null)
}

function entityOf(
  compiled: CompiledRule,
  key: string,
  user: string | null,
  completing: LogEvent | undefined,
): Entity {
  const { entity } = compiled.rule
  const type = entityType(entity)
  if (type === 'user' && user !== null) return { type, value: user }
  const own = keyValueOf(compiled, key) ?? (completing ? joinValues(completing.fields, entity)[0] : undefined)
  if (own !== undefined) return { type, value: textOf(own) }
  const fields = completing?.fields ?? {}
  const account = user ?? accountOf(fields)
  if (account) return { type: 'user', value: account }
  const ip = textAt(fields, 'source.ip')
  if (ip) return { type: 'ip', value: ip }
  const host = textAt(fields, 'host.name')
  if (host) return { type: 'host', value: host }
  return { type: 'dataset', value: completing?.dataset ?? 'unknown' }
}

/** The entity's value in the join key, where the rule joins on it. */
function keyValueOf(compiled: CompiledRule, key: string): Json | undefined {
  const at = compiled.steps[completingStep(compiled)]!.by.findIndex(
    ({ path }) => path === compiled.rule.entity,
  )
  return at === -1 ? undefined : (keyValues(key)[at] ?? undefined)
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function entityType(field: string): Entity['type'] {
  if (/^user\.|\.(user_principal_name|userPrincipalName|UserId|MailboxOwnerUPN)$/.test(field)) return 'user'
  if (/(^|\.)ip$/.test(field)) return 'ip'
  if (field.startsWith('host.')) return 'host'
  return field === 'event.dataset' || field === 'data_stream.dataset' ? 'dataset' : field
}

function factsOf({ plan, compiled, tally }: DescribeInput): { [name: string]: Json } {
  const spec = compiled.rule.threshold
  if (!spec) return plan.facts
  const entered = compiled.rule.then ? enteredIn(tally) : []
  const later = new Set(tally.rows.filter(({ step }) => step > 0).map(({ event }) => event))
  const records = spec.distinct.length === 0 ? tally.distinct : tally.count - later.size
  const distinct = spec.distinct.length === 0 ? {} : { distinct: tally.distinct }
  return { ...plan.facts, count: records, ...distinct, ...(entered.length > 1 ? { entered } : {}) }
}

/** The accounts of later events: those that the attempts before got into. */
function enteredIn({ rows }: Tally): string[] {
  const accounts = rows.flatMap(({ step, account }) => (step > 0 && account !== null ? [account] : []))
  return [...new Set(accounts)].sort()
}

function summaryOf(
  { plan, compiled, documents, tally }: DescribeInput,
  user: string | null,
  entity: Entity,
  facts: { [name: string]: Json },
): string {
  const { rule } = compiled
  const completing = documents.get(plan.completedBy)?.fields
  const steps = stepEvents(plan).map((id) => (id === null ? undefined : documents.get(id)?.fields))
  const template = rule.summary.trim() || `${rule.name.replaceAll(/[{}]/g, '')}: {user|entity}`
  return writeSummary(template, {
    user,
    entity: entity.value,
    facts: { count: tally.count, ...facts },
    steps,
    completing,
  })
}

/** The event that stands for each step, where the kind says so. */
function stepEvents({ facts, completedBy, worsenedBy }: AlertPlan): (string | null)[] {
  const { chain, fromEvent, toEvent } = facts
  // A missing event has its place in the chain, with nothing there.
  if (Array.isArray(chain)) return chain.map((one) => (typeof one === 'string' ? one : null))
  if (typeof fromEvent === 'string' && typeof toEvent === 'string') return [fromEvent, toEvent]
  return worsenedBy ? [completedBy, worsenedBy.event] : [completedBy]
}

function exemplars(plan: AlertPlan): string[] {
  return [plan.completedBy, ...stepEvents(plan)].filter((id) => id !== null)
}

function evidenceOf({ plan, compiled, tally, documents }: DescribeInput): Evidence[] {
  const known = new Map(plan.survivor?.evidence.map((one) => [nameOf(one), one]))
  return shownRows(tally.rows).map((row) => {
    const { event: eventId, step, time } = row
    const shown = known.get(nameOf({ ...row, eventId }))
    const document = documents.get(eventId)
    if (shown || !document)
      return shown ?? { eventId, step, time, receivedAt: time, dataset: '', matched: [] }
    const filter = compiled.steps[step]?.filter
    return {
      eventId,
      step,
      time,
      receivedAt: document.receivedAt,
      dataset: document.dataset,
      matched: filter ? matchedFields(filter, document.fields) : [],
    }
  })
}

/** One row an event, with the highest step it fills; the first and last of them. */
function shownRows(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const byEvent = new Map<string, EvidenceRow>()
  for (const row of rows) {
    const known = byEvent.get(row.event)
    byEvent.set(row.event, known ? { ...known, step: Math.max(known.step, row.step) } : row)
  }
  const all = [...byEvent.values()]
  return all.length <= 2 * EDGE ? all : [...all.slice(0, EDGE), ...all.slice(-EDGE)]
}

function nameOf({ eventId, step, time }: Pick<Evidence, 'eventId' | 'step' | 'time'>): string {
  return `${step} ${time} ${eventId}`
}

function firstOf<T>(values: readonly (T | null)[]): T | null {
  return values.find((value) => value !== null) ?? null
}
