/** What of a rule in Sigma follows from its text: the kind, the numbers, and whom it is about. */
import type { RuleKind, ThresholdSpec } from '../domain/rule.ts'
import { readSigma } from '../lang/sigma/parse.ts'
import { type Correlation, isMonotone, isPlain, type SigmaPlan } from '../lang/sigma/plan.ts'

export type SigmaShape = { kind: RuleKind; threshold: ThresholdSpec | null; entity: string }

/** Null where the text has mistakes. */
export function sigmaShape(text: string): SigmaShape | null {
  const { plan, query } = readSigma(text)
  if (!plan || !query) return null
  const { correlation } = plan
  if (!correlation) return { kind: 'query', threshold: null, entity: 'user.email' }
  const entity = entityOf(plan)
  if (query.kind === 'sequence') return { kind: 'sequence', threshold: null, entity }
  const threshold = thresholdOf(correlation)
  return { kind: threshold ? 'threshold' : 'correlation', threshold, entity }
}

/** Counting with one lower bound is what a threshold does. */
function thresholdOf(correlation: Correlation): ThresholdSpec | null {
  const { type, comparisons, groupBy, timespan, fields } = correlation
  const [only] = comparisons
  if (
    !type.endsWith('_count') ||
    !isPlain(correlation) ||
    !isMonotone(correlation) ||
    comparisons.length !== 1 ||
    !only
  )
    return null
  const isMoreThan = only.is === 'gt'
  const atLeast = isMoreThan ? Math.floor(only.than) + 1 : Math.ceil(only.than)
  // "At least none" is nothing to count.
  if (atLeast < 1) return null
  return {
    by: groupBy.map(entityField),
    atLeast,
    ...(isMoreThan ? { isMoreThan: true as const } : {}),
    within: timespan,
    distinct: type === 'value_count' ? fields : [],
  }
}

function entityOf({ correlation }: SigmaPlan): string {
  const first = correlation?.groupBy[0]
  return first === undefined ? 'user.email' : entityField(first)
}

const ACCOUNT =
  /^(user|username|userid|user_?name|upn|account|accountname|actor|.*userprincipalname|target_?username|subject_?username|actor\.alternateid|initiatedby)$/i

/** What a field of Sigma is called where people are told what an alert is about: an account, an address, a computer. */
export function entityField(name: string): string {
  if (ACCOUNT.test(name)) return 'user.email'
  if (/^(ip|.*ip_?address|(src|source|client)_?ip)$/i.test(name)) return 'source.ip'
  return /^(host|hostname|computer|computername)$/i.test(name) ? 'host.name' : name
}
