/** Counts of alerts, kept up to date from the changes: exact, without reading every alert for each look. */
import type { Overview } from '../domain/api.ts'
import type { CloseReason, Severity, Status } from '../domain/alert.ts'
import { DAY, type Millis } from '../domain/time.ts'
import type { Store } from '../store/store.ts'

export type Tally = {
  /** Alerts that are not closed or withdrawn, by severity; without drills, building blocks and merged ones. */
  open(): Promise<Overview['open']>
  /** Alerts by the local day on which they were raised, oldest first, today last. */
  perDay(now: Millis, days: number): Promise<Overview['alertsPerDay']>
  /** The same by rule, for those that raised one in that time or ever; with how people closed them. */
  perRule(now: Millis, days: number): Promise<RuleTally[]>
}

export type RuleTally = {
  ruleId: string
  /** Alerts raised in the days, one number a local day, oldest first. */
  perDay: number[]
  /** Of those: how many are closed, and how many of these as a false positive. */
  closed: number
  falsePositives: number
  /** The newest event of any of its alerts, in those days or before. */
  lastSeen: Millis
}

type Counted = {
  ruleId: string
  severity: Severity
  status: Status
  closeReason: CloseReason | null
  raisedAt: Millis
  lastSeen: Millis
  counts: boolean
}

const FALSE_POSITIVE: ReadonlySet<CloseReason | null> = new Set<CloseReason>(['expected', 'rule_too_broad'])

const PAGE = 200

export function createTally(store: Store): Tally {
  const alerts = new Map<string, Counted>()
  let seen = 0
  let last: Promise<void> = Promise.resolve()

  async function read(): Promise<void> {
    for (;;) {
      const changes = await store.changesSince(seen, PAGE)
      for (const change of changes) {
        seen = change.revision
        if (change.type !== 'alert') continue
        const { id, ruleId, severity, status, closeReason, raisedAt, lastSeen } = change.alert
        const { drill, mergedInto, buildingBlock } = change.alert
        const counts = !drill && !buildingBlock && mergedInto === null && status !== 'withdrawn'
        alerts.set(id, { ruleId, severity, status, closeReason, raisedAt, lastSeen, counts })
      }
      if (changes.length < PAGE) return
    }
  }

  function catchUp(): Promise<void> {
    // One reading after another: whoever asks sees at least what was there when they asked.
    last = last.then(read, read)
    return last
  }

  return {
    async open() {
      await catchUp()
      const open = none()
      for (const { severity, status, counts } of alerts.values()) {
        if (counts && status !== 'closed') open[severity]++
      }
      return open
    },
    async perDay(now, days) {
      await catchUp()
      const perDay = new Map(lastDays(now, days).map((day) => [day, { day, ...none() }]))
      const from = now - (days + 1) * DAY
      for (const { severity, raisedAt, counts } of alerts.values()) {
        const day = counts && raisedAt >= from ? perDay.get(localDay(new Date(raisedAt))) : undefined
        if (day) day[severity]++
      }
      return [...perDay.values()]
    },
    async perRule(now, days) {
      await catchUp()
      const shown = new Map(lastDays(now, days).map((day, i) => [day, i]))
      const from = now - (days + 1) * DAY
      const rules = new Map<string, RuleTally>()
      for (const { ruleId, status, closeReason, raisedAt, lastSeen, counts } of alerts.values()) {
        if (!counts) continue
        const rule = rules.get(ruleId) ?? emptyTally(ruleId, days)
        rules.set(ruleId, rule)
        rule.lastSeen = Math.max(rule.lastSeen, lastSeen)
        const day = raisedAt >= from ? shown.get(localDay(new Date(raisedAt))) : undefined
        if (day === undefined) continue
        rule.perDay[day]!++
        if (status !== 'closed') continue
        rule.closed++
        if (FALSE_POSITIVE.has(closeReason)) rule.falsePositives++
      }
      return [...rules.values()].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1))
    },
  }
}

function emptyTally(ruleId: string, days: number): RuleTally {
  const perDay = Array.from({ length: days }, () => 0)
  return { ruleId, perDay, closed: 0, falsePositives: 0, lastSeen: 0 }
}

function none(): Overview['open'] {
  return { low: 0, medium: 0, high: 0, critical: 0 }
}

function lastDays(now: Millis, days: number): string[] {
  const today = new Date(now)
  return Array.from({ length: days }, (_, i) =>
    // At noon, so that a change to summer time skips or repeats no day.
    localDay(new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1 - i), 12)),
  )
}

function localDay(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
