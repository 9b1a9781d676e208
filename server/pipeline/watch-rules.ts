/** Rules that could fire and no longer can, though their logs come: an alert of the product's own until they can again. */
import type { Alert } from '../domain/alert.ts'
import { isObject, type Json } from '../domain/json.ts'
import type { Rule } from '../domain/rule.ts'
import { HOUR, type Millis } from '../domain/time.ts'
import { type OwnDeps, type OwnFinding, tellOwn } from './own-alerts.ts'
import type { RuleCoverage } from './coverage.ts'

export type RuleWatch = OwnDeps & {
  rules(): Promise<Rule[]>
  coverage(rules: Rule[]): Promise<RuleCoverage[]>
}

/** A rule must have been able to fire for so long before it is news that it cannot. */
const ABLE: Millis = HOUR
/** Of rules so many are named. */
const MOST_NAMES = 5

/** What is remembered between two looks: since when each rule can fire, or cannot although it could. */
type Memory = { able: { [rule: string]: Millis }; blind: { [rule: string]: Millis } }
const MEMORY = 'coverage-watch'
/** Silence of its logs is told by their source; one that is switched off was meant to be. */
const TOLD_OTHERWISE = new Set(['switched-off', 'no-logs', 'silent', 'old-logs'])

/** Rules that could fire, and no longer can, for another reason than silence. */
export async function watchRules(parts: RuleWatch): Promise<void> {
  const now = parts.now()
  const rules = (await parts.rules()).filter(({ enabled }) => enabled)
  const covered = await parts.coverage(rules)
  const before = await recall(parts)
  const memory: Memory = { able: {}, blind: {} }
  const blind: { rule: Rule; why: string; since: Millis }[] = []
  for (const [i, rule] of rules.entries()) {
    const { canFire, findings } = covered[i]!
    const why = findings.find(({ blocks, code }) => blocks && !TOLD_OTHERWISE.has(code))
    const able = before.able[rule.id]
    if (canFire) memory.able[rule.id] = able ?? now
    else if (!why) {
      // Nothing is known of it while its logs are away.
      if (able !== undefined) memory.able[rule.id] = able
      if (before.blind[rule.id] !== undefined) memory.blind[rule.id] = before.blind[rule.id]!
    } else {
      const since = before.blind[rule.id] ?? (able !== undefined && now - able >= ABLE ? now : undefined)
      if (since !== undefined) memory.blind[rule.id] = since
    }
    const since = memory.blind[rule.id]
    if (since !== undefined) blind.push({ rule, why: why?.message ?? 'its logs are away', since })
  }
  await remember(parts, before, memory, now)
  await tellOwn(parts, 'vedette-rule-blind', [...grouped(blind)], (alert) => overWords(alert, rules))
}

/** One alert for all that went blind at once by the same loss. */
function* grouped(blind: readonly { rule: Rule; why: string; since: Millis }[]): Generator<OwnFinding> {
  const groups = Map.groupBy(blind, ({ since }) => since)
  for (const [since, members] of groups) {
    const names = members.map(({ rule }) => rule.name)
    const ids = members.map(({ rule }) => rule.id).toSorted()
    const whys = [...new Set(members.map(({ why }) => why.replace(/^Step \d+: /, '')))]
    const who =
      members.length === 1
        ? `The rule ${names[0]} can no longer fire`
        : `${members.length} rules can no longer fire (${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ' and more' : ''})`
    yield {
      // When it was noticed names it: the rules of a group come back one by one.
      entity: { type: 'rule', value: new Date(since).toISOString() },
      since,
      summary: `${who}: ${whys.join('; ')}`,
      severity: members.some(({ rule }) => rule.severity === 'critical') ? 'high' : 'medium',
      facts: { rules: ids },
    }
  }
}

function overWords({ facts }: Alert, rules: readonly Rule[]): string {
  const ids = Array.isArray(facts['rules']) ? facts['rules'] : []
  const names = rules.filter(({ id }) => ids.includes(id)).map(({ name }) => name)
  if (names.length === 0) return 'The rules are gone or switched off.'
  return `What was missing is there again: ${names.slice(0, MOST_NAMES).join(', ')} can fire.`
}

async function recall({ store }: RuleWatch): Promise<Memory> {
  const body = (await store.record('setting', MEMORY))?.body
  const times = (value: Json | undefined) => (isObject(value) ? (value as { [rule: string]: Millis }) : {})
  return isObject(body) ? { able: times(body['able']), blind: times(body['blind']) } : { able: {}, blind: {} }
}

async function remember({ store }: RuleWatch, before: Memory, after: Memory, at: Millis): Promise<void> {
  if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(after))) return
  await store.putRecords([{ kind: 'setting', id: MEMORY, body: after, audit: null, at }])
}

function sorted({ able, blind }: Memory): [string, Millis][][] {
  const inOrder = (times: { [rule: string]: Millis }) =>
    Object.entries(times).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [inOrder(able), inOrder(blind)]
}
