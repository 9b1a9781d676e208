/**
 * Correlation: a pure function of the stored hits of one group. It consumes nothing, and what it finds does not depend
 * on the order in which the hits came.
 */
import type { Alert, EvidenceRow } from '../domain/alert.ts'
import type { Account } from '../domain/event.ts'
import type { Hit } from '../domain/hit.ts'
import type { Json } from '../domain/json.ts'
import { type Millis, SECOND } from '../domain/time.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import { type Episode, spread, worseningEndOf } from './episodes.ts'
import { kindOf } from './kinds/index.ts'
import { byTime, type Completion, type Facts, type Support } from './kinds/kind.ts'
import type { Counted } from './kinds/threshold-windows.ts'
import { reopenable, survivorOf } from './survivor.ts'

export type CorrelateInput = {
  compiled: CompiledRule
  /** Of one group, covering `reachOf(...).hits`. */
  hits: readonly Hit[]
  /** Alerts of the group that touch `reachOf(...).alerts`, closed and withdrawn ones too. */
  near: readonly Alert[]
  /** The times of the earliest and latest new hit. */
  from: Millis
  to: Millis
  /** Completions after this are not yet certain, since late logs could undo them. Absent: all are. */
  ripe?: Millis
  /** Of a rule that hits can undo: nobody can tell whether it is satisfied here. */
  unknown?: readonly Range[]
}

/** What is to become of one alert: a new one, or one that grows. */
export type AlertPlan = {
  /** The stored alert that goes on, open again if it was withdrawn; null: a new one. */
  survivor: Alert | null
  /** Stored alerts that end in it. */
  absorbed: Alert[]
  /** Range of its completions. */
  from: Millis
  to: Millis
  /** The completions behind this plan, by time and event; the first founds a new alert. */
  completions: Completion[]
  rows: EvidenceRow[]
  facts: Facts
  /** The event of the latest completion of all. */
  completedBy: string
  /** The account of that completion where this plan found it, else what the alert says. */
  account: Account
  worsenedBy: Worsening | null
}

/** The latest event that made an alert worse, as its facts keep it. */
export type Worsening = { event: string; time: Millis; account: Account }

type Range = { from: Millis; to: Millis }

/** The farthest a date can be: a bound that every engine can store. */
const END_OF_TIME: Millis = 8.64e15

/** What must be read to correlate hits from `from` to `to`. */
export function reachOf(compiled: CompiledRule, range: Range): { hits: Range; alerts: Range } {
  const reach = reachMs(compiled)
  return { hits: widen(range, 2 * reach + slackMs(compiled)), alerts: widen(range, reach + compiled.gap) }
}

/** What must be read to find every completion from `from` to `to`, and what stands behind it. */
export function supportReach(compiled: CompiledRule, range: Range): Range {
  return widen(range, reachMs(compiled) + slackMs(compiled))
}

/** Where the rule is satisfied from `from` to `to`; the hits cover `supportReach`. Not yet certain ones too. */
export function completionsWithin(
  compiled: CompiledRule,
  hits: readonly Hit[],
  { from, to }: Range,
): Completion[] {
  return between(kindOf(compiled).completions(compiled, hits.toSorted(byTime)), from, to)
}

/** What becomes of the alerts of a group, given its hits. A plan may change nothing: the caller compares. */
export function correlate(input: CorrelateInput): AlertPlan[] {
  const { compiled, near } = input
  const hits = input.hits.toSorted(byTime)
  // Beyond this, hits that were not read could have a part; what completes there is known already.
  const certain = widen(input, reachMs(compiled))
  const completions = between(
    kindOf(compiled).completions(compiled, hits),
    certain.from,
    Math.min(certain.to, input.ripe ?? END_OF_TIME),
  ).filter(({ time }) => !input.unknown?.some(({ from, to }) => from <= time && time <= to))
  const parts = standing(completions, near, compiled.gap).map((episode) => partOf(compiled, hits, episode))
  const late = worseAfterClosing(compiled, hits, parts, { from: input.from, to: certain.to })
  if (late.size === 0) return parts.map(planOf)
  return standing([...completions, ...late.keys()].toSorted(byTime), near, compiled.gap)
    .map((episode) => partOf(compiled, hits, episode, late))
    .map(planOf)
}

/** The episodes of completions, once the withdrawn alerts that they raise again stand. */
function standing(completions: readonly Completion[], near: readonly Alert[], gap: Millis): Episode[] {
  for (let alerts = near; ;) {
    const episodes = spread(completions, alerts, gap)
    const again = episodes
      .filter((episode) => episode.alerts.length === 0)
      .map((episode) => reopenable(rangeOf(episode), alerts, gap))
      .find((alert) => alert !== null)
    if (!again) return episodes
    alerts = alerts.map((alert) =>
      alert === again ? { ...alert, status: 'open', withdrawReason: null } : alert,
    )
  }
}

/** How far from a hit what it changes can lie: what it completes, and what makes that worse. */
export function reachMs({ rule, window }: CompiledRule): Millis {
  return window + (rule.then?.within ?? 0)
}

/** Copies of one event may name two times within a second; where it decides, both must be seen. */
function slackMs({ negation }: CompiledRule): Millis {
  return negation ? SECOND : 0
}

type Part = { compiled: CompiledRule; episode: Episode; support: Support }

function partOf(
  compiled: CompiledRule,
  hits: readonly Hit[],
  episode: Episode,
  late: Late = new Map(),
): Part {
  const closed = closedOf(episode)
  const own = episode.completions.filter((completion) => !late.has(completion))
  if (own.length > 0) {
    const until = closed ? worseningEndOf(closed) : Infinity
    return { compiled, episode, support: supportOf(compiled, hits, own, -Infinity, until) }
  }
  // Only a `then` after a closing stands here: what it makes worse is behind it.
  const causes = episode.completions.map((completion) => late.get(completion)!)
  const behind = [...new Set(causes.flatMap(({ completions }) => completions))].sort(byTime)
  const after = Math.min(...causes.map(({ closing }) => closing))
  return { compiled, episode, support: supportOf(compiled, hits, behind, after, Infinity) }
}

/** What stands behind completions; hits of a `then` only after `after` and until `until`. */
function supportOf(
  compiled: CompiledRule,
  hits: readonly Hit[],
  completions: readonly Completion[],
  after: Millis,
  until: Millis,
): Support {
  const reach = reachMs(compiled) + slackMs(compiled)
  const inReach = between(hits, completions[0]!.time - reach, completions.at(-1)!.time + reach)
  const isThen = (hit: Hit) => compiled.rule.then !== null && hit.step === 1
  const ours = inReach.filter((hit) => !isThen(hit) || (hit.time > after && hit.time <= until))
  return kindOf(compiled).support(compiled, ours, completions)
}

/** A `then` that comes after a person closed the alert it makes worse, with what it makes worse. */
type Late = Map<Hit, { completions: Completion[]; closing: Millis }>

/**
 * A success after a spray that was closed must not be lost in the closed alert: where no other alert has it, it stands
 * as a completion of its own.
 */
function worseAfterClosing(
  compiled: CompiledRule,
  hits: readonly Hit[],
  parts: readonly Part[],
  range: Range,
): Late {
  const late: Late = new Map()
  const span = compiled.rule.then?.within
  if (span === undefined) return late
  const known = new Set(parts.flatMap(({ support }) => support.worsening.map(idOf)))
  for (const { episode } of parts) {
    const closed = closedOf(episode)
    if (!closed) continue
    const closing = worseningEndOf(closed)
    const after = supportOf(compiled, hits, episode.completions, closing, Infinity).worsening
    // Further away, it could belong to an alert that was not read.
    for (const hit of between(after, range.from, range.to)) {
      if (known.has(idOf(hit))) continue
      known.add(idOf(hit))
      const completions = between(episode.completions, hit.time - span, hit.time)
      late.set(hit, { completions, closing })
    }
  }
  return late
}

function planOf({ compiled, episode, support }: Part): AlertPlan {
  const { completions, alerts: stored } = episode
  const range = rangeOf(episode)
  const survivor = survivorOf(stored)
  const latest = completions.at(-1)!
  const worst = support.worsening.at(-1)
  const sources: Source[] = [
    {
      to: latest.time,
      completedBy: latest.event,
      account: latest.account,
      facts: support.facts,
      worsenedBy: worst ? { event: worst.event, time: worst.time, account: worst.account } : null,
    },
    ...stored.map(sourceOf),
  ]
  // The newly found first: what completes at the same event was told with less evidence before.
  sources.sort(
    (a, b) => b.to - a.to || (a.completedBy < b.completedBy ? 1 : a.completedBy > b.completedBy ? -1 : 0),
  )
  return {
    survivor,
    absorbed: stored.filter((alert) => alert !== survivor),
    from: Math.min(range.from, ...stored.map(({ from }) => from)),
    to: Math.max(range.to, ...stored.map(({ to }) => to)),
    completions,
    rows: support.hits.map((hit) => rowOf(compiled, hit)),
    facts: kindOf(compiled).combine(
      sources.map(({ facts }) => facts),
      support.facts,
    ),
    completedBy: sources[0]!.completedBy,
    account: sources[0]!.account,
    worsenedBy: sources.reduce<Worsening | null>((last, { worsenedBy }) => later(last, worsenedBy), null),
  }
}

/** What one part of an alert knows: what was found now, or a stored alert. */
type Source = {
  to: Millis
  completedBy: string
  account: Account
  facts: Facts
  worsenedBy: Worsening | null
}

function sourceOf(alert: Alert): Source {
  // Where a completion stands, nothing contradicts it any more.
  const { completedBy, worsenedBy, contradicted: _, ...facts } = alert.facts
  return {
    to: alert.to,
    completedBy: typeof completedBy === 'string' ? completedBy : '',
    account: alert.user,
    facts,
    worsenedBy: (worsenedBy as Worsening | undefined) ?? null,
  }
}

function later(a: Worsening | null, b: Worsening | null): Worsening | null {
  if (!a || !b) return a ?? b
  return b.time > a.time || (b.time === a.time && b.event > a.event) ? b : a
}

function rowOf({ rule }: CompiledRule, { event, time, step, account, value }: Hit): EvidenceRow {
  return {
    event,
    time,
    step,
    account,
    value: rule.threshold && step === 0 ? countedValue(value as Counted) : null,
  }
}

/** What the store counts as distinct: a threshold rule's distinct values, else its records. */
function countedValue({ distinct, record }: Counted): Json {
  return distinct[0] ?? record
}

function rangeOf({ completions }: Episode): Range {
  return { from: completions[0]!.time, to: completions.at(-1)!.time }
}

function closedOf({ alerts }: Episode): Alert | null {
  return alerts.find(({ status }) => status === 'closed') ?? null
}

/** The hits from one time to another, both included; sorted by time before and after. */
function between<T extends Hit>(hits: readonly T[], from: Millis, to: Millis): T[] {
  return hits.slice(firstAt(hits, from), firstAfter(hits, to))
}

function firstAt(hits: readonly Hit[], time: Millis): number {
  return lowest(hits.length, (i) => hits[i]!.time >= time)
}

function firstAfter(hits: readonly Hit[], time: Millis): number {
  return lowest(hits.length, (i) => hits[i]!.time > time)
}

function lowest(end: number, holds: (i: number) => boolean): number {
  let low = 0
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function widen({ from, to }: Range, by: Millis): Range {
  return { from: Math.max(from - by, -END_OF_TIME), to: Math.min(to + by, END_OF_TIME) }
}

function idOf({ time, event }: Hit): string {
  return `${time} ${event}`
}
