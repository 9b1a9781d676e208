/**
 * Correlations as Sigma writes them, beyond what sequences and thresholds say: any order, sums, averages, upper bounds,
 * correlations of correlations. Windows slide, both ends included.
 */
import type { Hit } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import { type Correlation, isMonotone } from '../../lang/sigma/plan.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { conditionOf, type Measure, type Occurrence, valuesOf } from './correlation-condition.ts'
import { byTime, type Facts, type Kind } from './kind.ts'

export const correlation: Kind = {
  completions: (compiled, hits) => run(compiled, hits).map(({ occurrence }) => occurrence.hit),

  support(compiled, hits, completions) {
    const wanted = new Set(completions.map(idOf))
    const found = run(compiled, hits).filter(({ occurrence }) => wanted.has(idOf(occurrence.hit)))
    const behind = new Map<string, Hit>()
    for (const { occurrence, window } of found) {
      for (const hit of [...window.flatMap((one) => one.behind), occurrence.hit]) behind.set(hit.event, hit)
    }
    return { hits: [...behind.values()].sort(byTime), facts: factsOf(compiled, found.at(-1)), worsening: [] }
  },

  combine: (latestFirst) => latestFirst[0] ?? {},
}

type Found = { occurrence: Occurrence; window: Occurrence[]; measured: Measure }

function run(compiled: CompiledRule, hits: readonly Hit[]): Found[] {
  if (!compiled.correlation) throw new Error(`Rule ${compiled.rule.id} correlates nothing`)
  return complete(compiled.correlation, hits.toSorted(byTime)).sort((a, b) =>
    byTime(a.occurrence.hit, b.occurrence.hit),
  )
}

/** Where a correlation holds over the hits of one group. */
function complete(correlation: Correlation, hits: readonly Hit[]): Found[] {
  const all = correlation.of.flatMap((one, rule) => occurrences(one, rule, hits)).sort(inOrder)
  const condition = conditionOf(correlation)
  const found: Found[] = []
  for (const window of isMonotone(correlation)
    ? endingWindows(all, correlation.timespan)
    : wholeWindows(all, correlation.timespan)) {
    const content = all.slice(window.from, window.to)
    const measured = condition(content)
    if (!measured.holds) continue
    for (const occurrence of content.slice(window.last - window.from)) {
      if (measured.completes(occurrence)) found.push({ occurrence, window: content, measured })
    }
  }
  return found
}

function occurrences(one: number | Correlation, rule: number, hits: readonly Hit[]): Occurrence[] {
  if (typeof one === 'number') {
    return hits
      .filter(({ step }) => step === one)
      .map((hit) => ({ time: hit.time, hit, rule, once: hit.event, behind: [hit] }))
  }
  return [...groupsOf(hits, one.groupBy)].flatMap(([group, own]) => {
    let story = 0
    let last = -Infinity
    return complete(one, own)
      .sort((a, b) => byTime(a.occurrence.hit, b.occurrence.hit))
      .map(({ occurrence, window }): Occurrence => {
        if (occurrence.time - last > one.timespan) story++
        last = occurrence.time
        const behind = [...new Set(window.flatMap((each) => each.behind))]
        return { time: occurrence.time, hit: occurrence.hit, rule, once: `${rule} ${group} ${story}`, behind }
      })
  })
}

/** The hits of an inner correlation by its own groups; a hit that lacks a field is in none. */
function groupsOf(hits: readonly Hit[], groupBy: readonly string[]): Map<string, Hit[]> {
  const groups = new Map<string, Hit[]>()
  for (const hit of hits) {
    let tuples: string[][] = [[]]
    for (const name of groupBy)
      tuples = tuples.flatMap((tuple) => valuesOf(hit, name).map((value) => [...tuple, value.toLowerCase()]))
    for (const tuple of tuples) {
      const key = JSON.stringify(tuple)
      const group = groups.get(key)
      if (group) group.push(hit)
      else groups.set(key, [hit])
    }
  }
  return groups
}

/** `from` up to `to`; what stands from `last` on can complete. */
type Window = { from: number; to: number; last: number }

/** One window for each moment, holding what is no older than the span. */
function* endingWindows(all: readonly Occurrence[], span: Millis): Generator<Window> {
  let from = 0
  for (let next = 0; next < all.length;) {
    const last = next
    const { time } = all[last]!
    while (next < all.length && all[next]!.time === time) next++
    while (time - all[from]!.time > span) from++
    yield { from, to: next, last }
  }
}

/** Windows that no other holds whole: an upper bound that only a part of a window keeps means nothing. */
function* wholeWindows(all: readonly Occurrence[], span: Millis): Generator<Window> {
  let to = 0
  for (let from = 0; from < all.length; from++) {
    if (from > 0 && all[from]!.time === all[from - 1]!.time) continue
    const before = to
    while (to < all.length && all[to]!.time - all[from]!.time <= span) to++
    if (to > before) yield { from, to, last: to - 1 }
  }
}

function factsOf(compiled: CompiledRule, latest: Found | undefined): Facts {
  const spec = compiled.correlation
  if (!spec || !latest) return {}
  const { value } = latest.measured
  return {
    withinMs: spec.timespan,
    ...(spec.comparisons[0] ? { threshold: spec.comparisons[0].than } : {}),
    ...(value === null ? {} : { measured: value }),
  }
}

function inOrder(a: Occurrence, b: Occurrence): number {
  return a.time - b.time || a.rule - b.rule || byTime(a.hit, b.hit)
}

function idOf({ time, event }: Hit): string {
  return `${time} ${event}`
}
