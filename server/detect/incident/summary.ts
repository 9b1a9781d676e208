/** What an incident says: a sentence, how bad it is, and its story. */
import type { Alert, Entity, Incident, Status } from '../../domain/alert.ts'
import { formatSpan, SECOND } from '../../domain/time.ts'
import { showValue } from '../summary.ts'
import { phraseOf } from './phrase.ts'
import { byWeight, counts, incidentSeverity, riskScore } from './score.ts'
import { stagesOf } from './stages.ts'
import { inOrder, storyOf } from './story.ts'

export type Members = {
  /** Alerts of the incident itself. */
  own: readonly Alert[]
  /** Alerts of other accounts' incidents that got into this account too. */
  related: readonly Alert[]
  /** Of building-block rules. */
  blocks: readonly Alert[]
}
type Told = Pick<Incident, 'summary' | 'severity' | 'riskScore' | 'status' | 'story'>

/** The same for the same alerts, in whatever order they came. */
export function summariseIncident(members: Members, entity: Entity): Told {
  const { own, related, blocks } = members
  const all = inOrder([...own, ...related, ...blocks])
  return {
    summary: sentence(all, entity),
    severity: incidentSeverity(all),
    riskScore: riskScore(all),
    status: statusOf(own.length > 0 ? own : related),
    story: storyOf(all),
  }
}

/** Open while one of its alerts is. */
export function statusOf(alerts: readonly Pick<Alert, 'status'>[]): Status {
  const order: Status[] = ['open', 'acknowledged', 'closed', 'withdrawn']
  return order.find((status) => alerts.some((alert) => alert.status === status)) ?? 'open'
}

const NAMED_RULES = 4
const TAKEN_OVER = 85
const PROBABLY = 60

function sentence(alerts: readonly Alert[], entity: Entity): string {
  const counted = alerts.filter(counts)
  const standing = alerts.filter(({ status }) => status !== 'withdrawn')
  const told = [counted, standing, alerts].find(({ length }) => length > 0) ?? []
  const rules = new Set(told.map(({ ruleId }) => ruleId))
  if (told.length === 1) return told[0]!.summary
  const named = told
    .toSorted(byWeight)
    .filter((alert, i, sorted) => sorted.findIndex(({ ruleId }) => ruleId === alert.ruleId) === i)
    .slice(0, NAMED_RULES)
  const times = Map.groupBy(told, ({ ruleId }) => ruleId)
  const parts = inOrder(named).map((alert, i, before) => {
    const phrase = phraseOf(alert, entity.value)
    const often = times.get(alert.ruleId)!.length
    const said = often > 1 ? `${phrase} (${often} times)` : phrase
    const gap = i === 0 ? 0 : alert.firstSeen - before[i - 1]!.firstSeen
    return gap >= SECOND ? `${formatSpan(gap)} later ${said}` : said
  })
  const more = rules.size > NAMED_RULES ? `; and ${rules.size - NAMED_RULES} more` : ''
  return `${showValue(entity.value)}${verdict(counted, entity)}: ${parts.join('; ')}${more}`
}

/** How bad, in words: nothing where that is not known, or not about an account. */
function verdict(counted: readonly Alert[], { type }: Entity): string {
  if (type !== 'user') return ''
  const score = riskScore(counted)
  const isUsed = counted.flatMap(stagesOf).some((stage) => stage !== 'access')
  if (score >= TAKEN_OVER && isUsed) return ' was taken over'
  return score >= PROBABLY ? ' was probably taken over' : ''
}
