/** Which rules are shown. */
import type { RuleKind, Severity } from '../../../../server/domain/alert.ts'
import type { RuleCoverageView, RuleView } from '../../../../server/domain/api.ts'
import { isBlind, type Origin, originOf, ruleLine } from '../../text/rule.ts'

export type RuleFilter = {
  text: string
  severity: Severity | ''
  kind: RuleKind | ''
  origin: Origin | ''
  state: 'on' | 'off' | 'blind' | ''
}

export const ALL: RuleFilter = { text: '', severity: '', kind: '', origin: '', state: '' }

export function isNarrow(filter: RuleFilter): boolean {
  return Object.values(filter).some((one) => one !== '')
}

/** Every word of the text is somewhere in the rule. */
export function fits(
  rule: RuleView,
  coverage: RuleCoverageView | null | undefined,
  filter: RuleFilter,
): boolean {
  if (filter.severity && rule.severity !== filter.severity) return false
  if (filter.kind && rule.kind !== filter.kind) return false
  if (filter.origin && originOf(rule) !== filter.origin) return false
  if (filter.state === 'blind' && !isBlind(rule, coverage)) return false
  if ((filter.state === 'on' || filter.state === 'off') && rule.enabled !== (filter.state === 'on'))
    return false
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const { id, name, tags, attack, author } = rule
  const datasets = (rule.data ?? []).map((one) => one.dataset)
  const text = [id, name, ruleLine(rule), ...tags, ...attack, ...author, ...datasets].join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}
