/** Sources that fell silent against their own rhythm: each is an alert of the product's own until it sends again. */
import type { Rule } from '../domain/rule.ts'
import { formatSpan, HOUR, MINUTE, type Millis } from '../domain/time.ts'
import { compileRule } from '../rules/compile.ts'
import { datasetsOf } from '../rules/reads.ts'
import { type OwnDeps, type OwnFinding, tellOwn } from './own-alerts.ts'

/** As much of a source as is looked at. */
export type WatchedSource = {
  source: string
  dataset: string
  firstReceivedAt: string
  lastReceivedAt: string
  silentSince: string | null
}
export type SourceWatch = OwnDeps & {
  sources(now: Millis): Promise<WatchedSource[]>
  rules(): Promise<Rule[]>
}

/** A source must have been here for so long before its silence says anything. */
const KNOWN: Millis = HOUR
/** A shipper that is set up anew or updated is not worth waking anybody; its page says it at once. */
const TOLD_AFTER: Millis = 30 * MINUTE
/** Of rules so many are named. */
const MOST_NAMES = 5

/** Sources that were here, and are silent for longer than their own pauses explain. */
export async function watchSources(parts: SourceWatch): Promise<void> {
  const now = parts.now()
  const sources = await parts.sources(now)
  const silent = sources.filter(
    ({ firstReceivedAt, silentSince }) =>
      silentSince !== null &&
      Date.parse(silentSince) - Date.parse(firstReceivedAt) >= KNOWN &&
      now - Date.parse(silentSince) >= TOLD_AFTER,
  )
  const rules = silent.length === 0 ? [] : (await parts.rules()).filter(({ enabled }) => enabled)
  const findings = silent.map(({ source, dataset, silentSince }): OwnFinding => {
    // Another source may bring the same logs.
    const isGone = sources.every((one) => one.dataset !== dataset || one.silentSince !== null)
    const blind = isGone ? rules.filter((rule) => needs(rule, dataset)) : []
    const since = Date.parse(silentSince!)
    return {
      entity: { type: 'source', value: `${source} (${dataset})` },
      since,
      summary: `No logs of ${dataset} have come from ${source} since ${silentSince!.slice(0, 16).replace('T', ' ')} UTC, longer than it ever pauses at this time${blindWords(blind)}`,
      severity: blind.length * 2 > rules.length ? 'high' : 'medium',
      facts: { source, dataset, rules: blind.map(({ id }) => id) },
    }
  })
  await tellOwn(parts, 'vedette-source-silent', findings, (alert) => {
    const { source, dataset } = alert.facts
    const here = sources.find((one) => one.source === source && one.dataset === dataset)
    if (!here) return 'Nothing of this source is stored any more.'
    const quiet = Date.parse(here.lastReceivedAt) - alert.from
    return `Logs come again since ${here.lastReceivedAt}, after ${formatSpan(Math.max(quiet, 0))} of silence.`
  })
}

function needs(rule: Rule, dataset: string): boolean {
  const { compiled } = compileRule(rule)
  return (compiled?.steps ?? []).some(
    (step) =>
      !step.negates && (datasetsOf(step) ?? rule.data?.map((one) => one.dataset) ?? []).includes(dataset),
  )
}

function blindWords(rules: readonly Rule[]): string {
  if (rules.length === 0) return ''
  const names = rules.slice(0, MOST_NAMES).map(({ name }) => name)
  const more = rules.length > MOST_NAMES ? ` and ${rules.length - MOST_NAMES} more` : ''
  return rules.length === 1
    ? `. Meanwhile this rule cannot fire: ${names[0]}`
    : `. Meanwhile these ${rules.length} rules cannot fire: ${names.join(', ')}${more}`
}
