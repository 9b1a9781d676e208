/**
 * Sequences side by side under one key, as the answers in several conversations of one account: each combination of the
 * inner join keys is a strand of its own. Complete at an event that ends a strand when enough different strands have ended
 * within the span before. More hits only add to that.
 */
import type { Hit } from '../../domain/hit.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { byTime, type Completion, type Kind } from './kind.ts'
import { sequence } from './sequence.ts'

/** `Hit.value`: each combination of an event's inner join keys, as text. */
export type Strands = string[]

export const severalSequences: Kind = {
  completions: (compiled, hits) => complete(compiled, endsOf(compiled, hits)),

  support(compiled, hits, completions) {
    const ends = endsOf(compiled, hits)
    const { within } = compiled.several!
    const counted = ends.filter(({ hit }) =>
      completions.some(({ time }) => hit.time <= time && time - hit.time <= within),
    )
    const byStrand = strandsOf(hits)
    const parts = [...Map.groupBy(counted, ({ strand }) => strand)].map(([strand, own]) =>
      sequence.support(
        inner(compiled),
        byStrand.get(strand)!,
        own.map(({ hit }) => hit),
      ),
    )
    const latest = completions.toSorted(byTime).at(-1)
    const told = parts.find(({ facts }) => (facts['chain'] as string[] | undefined)?.at(-1) === latest?.event)
    return {
      hits: merged(parts.flatMap((part) => part.hits)),
      facts: { ...(told ?? parts[0])?.facts, distinct: new Set(counted.map(({ strand }) => strand)).size },
      worsening: [],
    }
  },

  combine: (latestFirst) => latestFirst[0] ?? {},
}

type End = { strand: string; hit: Hit }

/** Where each strand is satisfied by itself, by time. */
function endsOf(compiled: CompiledRule, hits: readonly Hit[]): End[] {
  return [...strandsOf(hits)]
    .flatMap(([strand, own]) => sequence.completions(inner(compiled), own).map((hit) => ({ strand, hit })))
    .sort((a, b) => byTime(a.hit, b.hit) || (a.strand < b.strand ? -1 : 1))
}

/** The most different strands that are complete within the span. */
export function mostAtOnce(compiled: CompiledRule, hits: readonly Hit[]): number {
  return Math.max(0, ...counts(compiled, endsOf(compiled, hits)).map(({ strands }) => strands))
}

function complete(compiled: CompiledRule, ends: readonly End[]): Completion[] {
  const found = new Map<string, Completion>()
  for (const { hit, strands } of counts(compiled, ends)) {
    if (strands >= compiled.several!.atLeast) found.set(`${hit.time} ${hit.event}`, hit)
  }
  return [...found.values()]
}

/** At each end, how many different strands have ended within the span before, this one included. */
function counts(compiled: CompiledRule, ends: readonly End[]): { hit: Hit; strands: number }[] {
  const { within } = compiled.several!
  let oldest = 0
  return ends.map(({ hit }, i) => {
    while (hit.time - ends[oldest]!.hit.time > within) oldest++
    // Ends of the same time count together, whichever of them is looked at.
    let newest = i
    while (ends[newest + 1]?.hit.time === hit.time) newest++
    const strands = new Set(ends.slice(oldest, newest + 1).map(({ strand }) => strand)).size
    return { hit, strands }
  })
}

/** The hits of each strand. */
export function strandsOf(hits: readonly Hit[]): Map<string, Hit[]> {
  const found = new Map<string, Hit[]>()
  for (const hit of hits) {
    for (const strand of (hit.value ?? []) as Strands) {
      const own = found.get(strand)
      if (own) own.push(hit)
      else found.set(strand, [hit])
    }
  }
  return found
}

/** The rule as one strand sees it. */
export function inner(compiled: CompiledRule): CompiledRule {
  return { ...compiled, window: compiled.several!.within }
}

/** One entry an event; several strands can share it. */
function merged(hits: readonly Hit[]): Hit[] {
  const found = new Map<string, Hit>()
  for (const hit of hits.toSorted(byTime)) if (!found.has(hit.event)) found.set(hit.event, hit)
  return [...found.values()]
}
