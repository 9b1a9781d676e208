/** Episodes: completions no further apart than a gap. Merging intervals gives the same episodes in any order. */
import type { Alert } from '../domain/alert.ts'
import { isObject } from '../domain/json.ts'
import type { Millis } from '../domain/time.ts'
import type { Completion } from './kinds/kind.ts'

/** Completions that belong together, with the stored alerts that they belong to: none, one, or two that meet. */
export type Episode = { completions: Completion[]; alerts: Alert[] }

/**
 * Spreads completions (by time) over the alerts near them. What lies in an alert's range is its own. What is near a
 * closed one and from before its closing joins it, but a closed alert never brings others together. The rest joins
 * the live alerts that it is near; what is near none founds new ones. Withdrawn alerts hold nothing.
 */
export function spread(completions: readonly Completion[], near: readonly Alert[], gap: Millis): Episode[] {
  const standing = near.filter(({ status }) => status !== 'withdrawn').toSorted(byRange)
  const episodes: Episode[] = apart(standing).map((alerts) => ({ completions: [], alerts }))
  const ranges = episodes.map((episode) => ({ from: firstOf(episode), to: lastOf(episode) }))
  // Ranges do not overlap, so what is in none of them lies in a space between two neighbours.
  const spaces: Completion[][] = Array.from({ length: ranges.length + 1 }, () => [])
  let next = 0
  for (const completion of completions) {
    while (next < ranges.length && ranges[next]!.to < completion.time) next++
    const own = ranges[next]
    if (own && own.from <= completion.time) episodes[next]!.completions.push(completion)
    else spaces[next]!.push(completion)
  }
  for (const [i, inSpace] of spaces.entries()) {
    if (inSpace.length > 0) fill(inSpace, episodes, i, gap)
  }
  return episodes
    .filter((episode) => episode.completions.length > 0)
    .map((episode) => ({ ...episode, completions: episode.completions.toSorted(inOrder) }))
}

/**
 * Alerts in order of their ranges, those together that lie over each other: of one key none do, but those of other keys
 * that an edited rule brings under one key may. A closed one stays by itself.
 */
function apart(standing: readonly Alert[]): Alert[][] {
  const groups: Alert[][] = []
  let to = -Infinity
  for (const alert of standing) {
    const last = groups.at(-1)
    const isOver = last && alert.from <= to && ![...last, alert].some(({ status }) => status === 'closed')
    if (isOver) last.push(alert)
    else groups.push([alert])
    to = Math.max(to, alert.to)
  }
  return groups
}

/** When a closed alert stops taking in completions. */
export function closingOf(alert: Alert): Millis {
  return Math.max(alert.closedAt ?? alert.to, alert.to)
}

/** When a closed alert stops taking in what makes it worse: what it holds stays its own. */
export function worseningEndOf(alert: Alert): Millis {
  const { worsenedBy } = alert.facts
  const last = isObject(worsenedBy) && typeof worsenedBy['time'] === 'number' ? worsenedBy['time'] : -Infinity
  return Math.max(closingOf(alert), last)
}

/** Shares out what lies between the alerts `right - 1` and `right`, either of which may be missing. */
function fill(inSpace: readonly Completion[], episodes: Episode[], right: number, gap: Millis): void {
  const before = episodes[right - 1]
  const after = episodes[right]
  let from = 0
  let to = inSpace.length
  const closedBefore = before && closedOf(before)
  if (closedBefore) {
    let end = closedBefore.to
    for (; from < to && isNear(end, inSpace[from]!.time, gap, closingOf(closedBefore)); from++) {
      end = inSpace[from]!.time
    }
    before.completions.push(...inSpace.slice(0, from))
  }
  const closedAfter = after && closedOf(after)
  if (closedAfter) {
    let start = closedAfter.from
    for (; to > from && start - inSpace[to - 1]!.time <= gap; to--) start = inSpace[to - 1]!.time
    after.completions.push(...inSpace.slice(to))
  }
  const chains = chainsOf(inSpace.slice(from, to), gap)
  for (const [i, chain] of chains.entries()) {
    const isFirst = i === 0 && before && !closedBefore && isNear(lastOf(before), chain[0]!.time, gap)
    const isLast =
      i === chains.length - 1 && after && !closedAfter && isNear(chain.at(-1)!.time, firstOf(after), gap)
    if (isFirst && isLast) unite(before, after, chain, episodes, right)
    else if (isFirst) before.completions.push(...chain)
    else if (isLast) after.completions.push(...chain)
    else episodes.push({ completions: chain, alerts: [] })
  }
}

/** Two alerts meet: the one on the right takes in the one on the left, and may meet the next one further on. */
function unite(
  before: Episode,
  after: Episode,
  chain: Completion[],
  episodes: Episode[],
  right: number,
): void {
  after.alerts.unshift(...before.alerts)
  after.completions.unshift(...before.completions, ...chain)
  episodes[right - 1] = { completions: [], alerts: [] }
}

function chainsOf(completions: readonly Completion[], gap: Millis): Completion[][] {
  const chains: Completion[][] = []
  for (const completion of completions) {
    const last = chains.at(-1)
    if (last && isNear(last.at(-1)!.time, completion.time, gap)) last.push(completion)
    else chains.push([completion])
  }
  return chains
}

function isNear(earlier: Millis, later: Millis, gap: Millis, limit: Millis = Infinity): boolean {
  return later - earlier <= gap && later <= limit
}

function closedOf(episode: Episode): Alert | null {
  return episode.alerts.find(({ status }) => status === 'closed') ?? null
}

function firstOf({ alerts }: Episode): Millis {
  return Math.min(...alerts.map(({ from }) => from))
}

function lastOf({ alerts }: Episode): Millis {
  return Math.max(...alerts.map(({ to }) => to))
}

function byRange(a: Alert, b: Alert): number {
  return a.from - b.from || a.to - b.to || (a.id < b.id ? -1 : 1)
}

function inOrder(a: Completion, b: Completion): number {
  return a.time - b.time || (a.event < b.event ? -1 : a.event > b.event ? 1 : 0)
}
