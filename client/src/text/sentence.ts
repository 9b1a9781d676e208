/** The sentences that say what needs a person now. */
import type { Severity } from '../../../server/domain/alert.ts'
import type { AlertView } from '../../../server/domain/api.ts'
import { countWord, plural, severityCounts } from './words.ts'

/** An alert's sentence, with whom it is about apart where the sentence begins with that. */
export function splitSentence(summary: string, account: string | null): { account: string; rest: string } {
  if (
    account &&
    summary.toLowerCase().startsWith(account.toLowerCase()) &&
    /[:\s]/.test(summary[account.length] ?? '')
  ) {
    return { account: summary.slice(0, account.length), rest: summary.slice(account.length) }
  }
  const about = /^([^\s:]{1,120}):(?=\s)/.exec(summary)
  return about
    ? { account: about[1]!, rest: summary.slice(about[1]!.length) }
    : { account: '', rest: summary }
}

/** The overview's title. `accounts` counts the accounts of open critical alerts. */
export function headline(open: Record<Severity, number>, accounts: number): string {
  if (open.critical > 0) {
    const n = Math.max(1, accounts)
    return n === 1 ? 'One account looks compromised' : `${countWord(n)} accounts look compromised`
  }
  if (open.high > 0)
    return open.high === 1 ? 'One alert for today' : `${countWord(open.high)} alerts for today`
  const rest = open.medium + open.low
  if (rest > 0)
    return rest === 1 ? 'Nothing urgent, one alert is open' : `Nothing urgent, ${rest} alerts are open`
  return 'Nothing needs you'
}

/** `Six more alerts are open: 3 high, 2 medium, 1 low.` beside the headline; empty when the headline says it all. */
export function remainder(open: Record<Severity, number>): string {
  const rest = open.critical > 0 ? { ...open, critical: 0 } : open
  const count = rest.critical + rest.high + rest.medium + rest.low
  if (count === 0) return ''
  const more = open.critical > 0 ? ' more' : ''
  return count === 1
    ? `One${more} alert is open: ${severityCounts(rest)}.`
    : `${countWord(count)}${more} alerts are open: ${severityCounts(rest)}.`
}

/** What the polite live region says, and the pill before the newest alert's sentence. */
export function waitingSentence(waiting: readonly { severity: Severity }[]): string {
  const critical = waiting.filter((alert) => alert.severity === 'critical').length
  return plural(waiting.length, 'new alert') + (critical > 0 ? `, ${critical} critical` : '')
}

/** What the pill says: the count, then the sentence of the newest that waits, which is text from outside. */
export function waitingNews(waiting: readonly Pick<AlertView, 'severity' | 'summary' | 'raisedAt'>[]): {
  count: string
  newest: string
} {
  const newest = waiting.toSorted((a, b) => Date.parse(b.raisedAt) - Date.parse(a.raisedAt))[0]
  const count = waitingSentence(waiting) + (waiting.length > 1 ? ', newest:' : ':')
  return { count, newest: newest?.summary ?? '' }
}

/** The sentence for a place that names the account beside it: without it, and with a capital. */
export function withoutAccount(summary: string, account: string | null): string {
  const rest = splitSentence(summary, account).rest.replace(/^:?\s*/, '')
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
