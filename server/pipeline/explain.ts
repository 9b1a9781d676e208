/** Why a rule did or did not fire for an account, an address or another value: read what there is about it, and say. */
import type { Alert } from '../domain/alert.ts'
import { accountOf, joinValues } from '../domain/account.ts'
import type { RuleEvent } from '../domain/event.ts'
import type { Hit } from '../domain/hit.ts'
import { type Json, isObject } from '../domain/json.ts'
import { formatSpan, type Millis, toIso } from '../domain/time.ts'
import { reachOf } from '../detect/correlate.ts'
import { explainRule, hitsOf, type RuleExplained } from '../detect/explain/explain.ts'
import { nameOf } from '../detect/explain/explanation.ts'
import { compileOrganisation } from '../rules/allowances.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { Store } from '../store/store.ts'
import { loadExceptions } from './exceptions.ts'
import { tuned } from './group-hits.ts'
import { createLearning } from './learning.ts'
import { readOrganisation } from './organisation.ts'
import { tuningOf } from './tuning.ts'
import { BEGINNING, END } from './backtest.ts'
import { eventOf, scanAlong, type Turn } from './backtest/history-hits.ts'

export type Explained = {
  fired: boolean
  /** Ids of the alerts that tell it. */
  alerts: string[]
  /** One sentence. */
  summary: string
  steps: {
    step: number
    /** How many events met it; `events` are the latest of them. */
    matched: number
    events: { eventId: string; time: Millis }[]
    nearest: {
      eventId: string
      time: Millis
      clauses: { text: string; met: boolean; values: Json[] }[]
    }[]
  }[]
  missing: string[]
  /** Those, settings of the organisation too, that leave out events about the entity that met a step. */
  exceptions: { id: string; reason: string; events: number }[]
}

export type ExplainInput = {
  store: Pick<Store, 'scan' | 'hits' | 'hitPage' | 'alerts' | 'record' | 'records'>
  compiled: CompiledRule
  entity: string
  from: Millis
  to: Millis
  turn: Turn
}

// The latest of more are looked at.
const MOST_EVENTS = 20_000
const EVENTS_SHOWN = 20

export async function explain(input: ExplainInput): Promise<Explained> {
  const { store, compiled, from, to } = input
  const reach = reachOf(compiled, { from, to }).hits
  const { events, isCut } = await eventsAbout(input, reach)
  const stored: Hit[] = []
  const { id: rule, version } = compiled.rule
  const keys = new Set(hitsOf(compiled, events).map(({ key }) => key))
  for (const key of keys) {
    await input.turn()
    stored.push(...(await store.hits({ rule, version, key }, reach.from, reach.to)))
  }
  const all = [...stored, ...hitsOf(compiled, events)]
  const { hiding, hits } = await hidingHere(input, events, all)
  const found = explainWithout(input, events, { all, tuned: hits }, hiding)
  const alerts = await alertsAbout(input, keys)
  const cut = isCut ? [`Only the latest ${MOST_EVENTS.toLocaleString('en-US')} events were looked at.`] : []
  return {
    fired: alerts.length > 0,
    alerts: alerts.map(({ id }) => id),
    summary: summaryOf(input, found, alerts, events),
    steps: found.steps.map(({ step, matched, nearest }) => ({
      step,
      matched: matched.length,
      events: matched.slice(-EVENTS_SHOWN).map(({ id, time }) => ({ eventId: id, time })),
      nearest: nearest.map(({ event, clauses }) => ({
        eventId: event.id,
        time: event.time,
        clauses: clauses.map(({ text, met, values }) => ({
          text,
          met,
          values: values.map(({ value }) => value),
        })),
      })),
    })),
    missing: alerts.length > 0 ? [] : [...found.missing, ...cut],
    exceptions: hiding.map(({ id, reason, hidden }) => ({ id, reason, events: hidden.size })),
  }
}

/** What leaves out events that met a step. `hidden` may be empty: then it tells that pairs of them are expected. */
type Hiding = { id: string; reason: string; hidden: Set<string> }

/** The exceptions for the rule, and the settings that it heeds, as far as they leave something out. */
async function hidingHere(
  { store, compiled }: ExplainInput,
  events: readonly RuleEvent[],
  hits: Hit[],
): Promise<{ hiding: Hiding[]; hits: Hit[] }> {
  const exceptions = (await loadExceptions(store)).filter(
    ({ ruleId }) => ruleId === '*' || ruleId === compiled.rule.id,
  )
  const met = events.filter(({ fields }) => compiled.steps.some((step) => step.matches(fields)))
  const byException = exceptions.map(({ id, reason, hides }) => ({
    id,
    reason,
    hidden: new Set(met.filter(hides).map((one) => one.id)),
  }))
  const learning = createLearning(store)
  await learning.load()
  const allowances = compileOrganisation((await readOrganisation(store)).organisation)
  const tuning = tuningOf(compiled, { allowance: allowances.of(compiled.rule), learned: learning.learned })
  const sorted = hits.toSorted((a, b) => a.time - b.time)
  const found = await tuned({ events: async () => [] }, { rule: compiled.rule.id }, sorted, tuning)
  const bySetting = Map.groupBy(found.hidden, ({ exception }) => exception)
  const settings = [...bySetting].map(([id, its]) => ({
    id,
    reason: its[0]!.reason ?? id,
    hidden: new Set(its.map(({ event }) => event)),
  }))
  const told = new Set(settings.map(({ reason }) => reason))
  const pairs = found.reasons.filter((reason) => !told.has(reason))
  return {
    hiding: [
      ...[...byException, ...settings].filter(({ hidden }) => hidden.size > 0),
      ...pairs.map((reason) => ({ id: 'learned', reason, hidden: new Set<string>() })),
    ],
    hits: found.hits,
  }
}

/** What is there without the events that tuning leaves out; where it alone prevents it, that comes first. */
function explainWithout(
  { compiled, from, to }: ExplainInput,
  events: readonly RuleEvent[],
  hits: { all: readonly Hit[]; tuned: readonly Hit[] },
  hiding: readonly Hiding[],
): RuleExplained {
  const all = { compiled, events, stored: hits.all, from, to }
  if (hiding.length === 0) return explainRule(all)
  const hidden = new Set(hiding.flatMap((one) => [...one.hidden]))
  const found = explainRule({
    ...all,
    events: events.filter(({ id }) => !hidden.has(id)),
    stored: hits.tuned.filter(({ event }) => !hidden.has(event)),
  })
  if (found.completions.length > 0 || explainRule(all).completions.length === 0) return found
  const named = hiding.map(({ reason, hidden: its }) =>
    its.size > 0 ? `${its.size} for the reason “${reason}”` : `“${reason}”`,
  )
  return {
    ...found,
    missing: [`Exceptions leave out what would have made it fire: ${named.join(', ')}.`, ...found.missing],
  }
}

/** Events that name the entity, by time. */
async function eventsAbout(
  { store, entity, compiled, turn }: ExplainInput,
  range: { from: Millis; to: Millis },
): Promise<{ events: RuleEvent[]; isCut: boolean }> {
  const wanted = entity.trim().toLowerCase()
  // A rule that joins on the local part meets the whole address and records that have nothing else.
  const local =
    joinsOnName(compiled) && wanted.indexOf('@') > 0 ? wanted.slice(0, wanted.indexOf('@')) : wanted
  const needle = longestPlain(local)
  const needles = needle.length > 1 ? [[needle]] : []
  const request = { ...range, only: {}, needles, order: 'newest', form: 'normalised' } as const
  const events: RuleEvent[] = []
  for await (const scanned of scanAlong(store, request, turn)) {
    const event = eventOf(scanned)
    const isAbout =
      accountOf(event.fields) === wanted ||
      mentions(event.fields, wanted) ||
      (local !== wanted && joinValues(event.fields, 'user.name').includes(local))
    if (isAbout) events.push(event)
    if (events.length >= MOST_EVENTS) return { events: events.reverse(), isCut: true }
  }
  return { events: events.reverse(), isCut: false }
}

/** Alerts of the rule that stand, of one of these groups or about the entity. */
async function alertsAbout(
  { store, compiled, entity, from, to }: ExplainInput,
  keys: ReadonlySet<string>,
): Promise<Alert[]> {
  const wanted = entity.trim().toLowerCase()
  const found: Alert[] = []
  for (let cursor: string | null = null; ;) {
    const page = await store.alerts({
      rule: compiled.rule.id,
      from,
      to,
      size: 1000,
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(
      ...page.items.filter(
        ({ key, status, users, entity: its }) =>
          status !== 'withdrawn' &&
          (keys.has(key) || users.includes(wanted) || its.value.toLowerCase() === wanted),
      ),
    )
    cursor = page.nextCursor
    if (cursor === null) return found
  }
}

function summaryOf(
  { compiled, entity, from, to }: ExplainInput,
  { completions, missing, steps }: RuleExplained,
  alerts: readonly Alert[],
  events: readonly RuleEvent[],
): string {
  const [alert] = alerts
  if (alert) return `It fired: ${alert.summary.replace(/\.$/, '')}.`
  const last = completions.at(-1)
  if (last) {
    const event = events.find(({ id }) => id === last.event)
    const at = event ? nameOf(event) : `an event at ${toIso(last.time)}`
    const wait = compiled.negation
      ? `it waits ${formatSpan(compiled.negation.wait)} for late logs`
      : 'it is about to come'
    const reason = compiled.rule.enabled ? wait : 'the rule is off'
    return `All that it asks for was there with ${at}, but no alert stands: ${reason}.`
  }
  if (events.length === 0) {
    return `It did not fire: there are no events about ${entity} from ${bound(from)} to ${bound(to)}.`
  }
  const first = missing[0] ?? `Its ${steps.length} steps were not met.`
  return `It did not fire: ${first.charAt(0).toLowerCase()}${first.slice(1)}`
}

function bound(time: Millis): string {
  if (time <= BEGINNING) return 'the beginning'
  return time >= END ? 'now' : toIso(time)
}

function joinsOnName({ steps }: CompiledRule): boolean {
  return steps.some(({ by }) => by.some(({ path }) => path === 'user.name'))
}

/** The longest stretch that JSON writes as it is. */
function longestPlain(text: string): string {
  return text
    .split(/[^\x20\x21\x23-\x5b\x5d-\x7e]+/)
    .reduce((best, next) => (next.length > best.length ? next : best), '')
}

/** Whether a value anywhere in a document is this text, in any case. */
function mentions(value: Json, wanted: string): boolean {
  if (typeof value === 'string') return value.toLowerCase() === wanted
  if (Array.isArray(value)) return value.some((item) => mentions(item, wanted))
  if (isObject(value)) return Object.values(value).some((item) => mentions(item, wanted))
  return typeof value === 'number' && String(value) === wanted
}
