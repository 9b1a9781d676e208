/** The dashboard's words for what the server calls by shorter names. */
import type { CloseReason, Severity, Status } from '../../../server/domain/alert.ts'

export const SEVERITY_ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low']

export const SEVERITY_WORDS: Record<Severity, string> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}

export type CloseChoice = { reason: CloseReason; title: string; hint: string; falsePositive: boolean }
/** In the order of their number keys. */
export const CLOSE_CHOICES: readonly CloseChoice[] = [
  {
    reason: 'secured',
    title: 'Resolved, account secured',
    hint: 'counts as a true alert',
    falsePositive: false,
  },
  {
    reason: 'stopped',
    title: 'Resolved, attack stopped earlier',
    hint: 'blocked before harm',
    falsePositive: false,
  },
  {
    reason: 'expected',
    title: 'False positive, expected behaviour',
    hint: 'known person, known purpose',
    falsePositive: true,
  },
  {
    reason: 'rule_too_broad',
    title: 'False positive, rule too broad',
    hint: 'counts against the rule',
    falsePositive: true,
  },
  { reason: 'duplicate', title: 'Duplicate', hint: 'told elsewhere already', falsePositive: false },
  { reason: 'test', title: 'Test', hint: 'a drill or an experiment', falsePositive: false },
]

export type StatusLook = 'new' | 'work' | 'done' | 'fp'

export function statusLook(status: Status, reason: CloseReason | null): StatusLook {
  if (status === 'open') return 'new'
  if (status === 'acknowledged') return 'work'
  if (status === 'withdrawn') return 'fp'
  return isFalsePositive(reason) ? 'fp' : 'done'
}

export function statusWord(status: Status, reason: CloseReason | null): string {
  if (status === 'open') return 'New'
  if (status === 'acknowledged') return 'Investigating'
  if (status === 'withdrawn') return 'Withdrawn'
  return isFalsePositive(reason) ? 'False positive' : 'Resolved'
}

export function reasonWord(reason: CloseReason): string {
  return CLOSE_CHOICES.find((choice) => choice.reason === reason)?.title ?? reason
}

function isFalsePositive(reason: CloseReason | null): boolean {
  return CLOSE_CHOICES.some((choice) => choice.reason === reason && choice.falsePositive)
}

const SMALL = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** A count at the start of a sentence: `Six`, `14`. */
export function countWord(count: number): string {
  return SMALL[count] ?? formatCount(count)
}

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 })

/** `4,971`. */
export function formatCount(count: number): string {
  return grouped.format(count)
}

/** `1 event`, `2 events`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `3 high, 2 medium, 1 low`; severities without any are left out. */
export function severityCounts(counts: Record<Severity, number>): string {
  return SEVERITY_ORDER.filter((severity) => counts[severity] > 0)
    .map((severity) => `${formatCount(counts[severity])} ${severity}`)
    .join(', ')
}

/** `SP` for `sam.peeters`, `AD` for `admin`. */
export function initials(name: string): string {
  const words = name
    .split('@')[0]!
    .split(/[\s._-]+/)
    .filter(Boolean)
  const letters = words.length > 1 ? words[0]![0]! + words[1]![0]! : (words[0] ?? '?').slice(0, 2)
  return letters.toUpperCase()
}
