/**
 * Sequences by existence: complete at an event if some chain of earlier hits ends there, one distinct event a step,
 * in an order of time that is "not before", no longer than the window from first to last.
 */
import type { Hit } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { CompiledRule, CompiledStep } from '../../rules/compiled.ts'
import { type Chain, Family } from './chains.ts'
import { byTime, type Completion, type Kind } from './kind.ts'

export const sequence: Kind = {
  completions: (compiled, hits) =>
    walk(compiled, hits)
      .ends.map(({ hit }) => hit)
      .sort(byTime),

  support(compiled, hits, completions) {
    const forward = walk(compiled, hits)
    const found = lookBack(compiled, forward, new Set(completions.map(idOf)))
    const latest = completions.reduce<Completion | null>(
      (last, next) => (last && byTime(last, next) > 0 ? last : next),
      null,
    )
    const end = latest && forward.ends.find(({ hit }) => idOf(hit) === idOf(latest))
    const chain = end ? hitsOf(end) : []
    const facts = end ? { gapMs: end.hit.time - chain[0]!.time, chain: chain.map(({ event }) => event) } : {}
    return { hits: found, facts, worsening: [] }
  },

  combine: (latestFirst) => latestFirst[0] ?? {},
}

/** Neighbouring steps that are copies of one (`with runs`): any hit of one is a hit of all. */
type Block = { first: number; last: number }
type Moment = { time: Millis; /** Per block, by event. */ hits: Hit[][] }
type Ways = Map<Hit, Chain[]>[]
type Walk = {
  blocks: Block[]
  moments: Moment[]
  /** Per step and hit: the ways to it, itself included. */
  ways: Ways
  /** The best way to each completion. */
  ends: Chain[]
  /** Events that could fill two places, with the times of their first and last hits. */
  shared: Map<string, { first: Millis; last: Millis }>
}

/** Forwards in time: of each hit, the ways to it with the latest start. */
function walk(compiled: CompiledRule, hits: readonly Hit[]): Walk {
  const last = compiled.steps.length - 1
  const blocks = blocksOf(compiled.steps)
  const moments = momentsOf(blocks, hits)
  const shared = sharedEvents(blocks, moments)
  const reached = compiled.steps.map((_, step) => new Family(last - step))
  const ways: Ways = compiled.steps.map(() => new Map())
  const ends: Chain[] = []
  for (const { time, hits: perBlock } of moments) {
    if (shared.size > 0) for (const family of reached) family.forget((e) => shared.get(e)!.last >= time)
    for (const [b, block] of blocks.entries()) {
      for (const hit of perBlock[b]!) {
        const own = shared.has(hit.event) ? [hit.event] : []
        // Last step first, so that one event never fills two places of a block.
        for (let step = block.last; step >= block.first; step--) {
          const chains =
            step === 0
              ? [{ score: time, used: own, hit, before: null }]
              : extend(reached[step - 1]!, own, hit)
          if (chains.length === 0) continue
          ways[step]!.set(hit, chains)
          for (const chain of chains) reached[step]!.add(chain)
          if (step === last && time - chains[0]!.score <= compiled.window) ends.push(chains[0]!)
        }
      }
    }
  }
  return { blocks, moments, ways, ends, shared }
}

/** Backwards in time: which hits lie on a way to one of these completions, as the highest step they can fill. */
function lookBack(compiled: CompiledRule, forward: Walk, wanted: ReadonlySet<string>): Hit[] {
  const { blocks, moments, ways, shared } = forward
  const last = compiled.steps.length - 1
  // From here to the end, by step; a score is the negated time of the completion.
  const ahead = compiled.steps.map((_, step) => new Family(step))
  const found = new Map<string, Hit>()
  for (const { time, hits: perBlock } of moments.toReversed()) {
    if (shared.size > 0) for (const family of ahead) family.forget((e) => shared.get(e)!.first <= time)
    for (const [b, block] of [...blocks.entries()].reverse()) {
      for (const hit of perBlock[b]!.toReversed()) {
        const own = shared.has(hit.event) ? [hit.event] : []
        for (let step = block.first; step <= block.last; step++) {
          if (step === last && !wanted.has(idOf(hit))) continue
          const chains =
            step === last
              ? [{ score: -time, used: own, hit, before: null }]
              : extend(ahead[step + 1]!, own, hit)
          for (const chain of chains) ahead[step]!.add(chain)
          if (meets(ways[step]!.get(hit), step === last ? null : ahead[step + 1]!, time, compiled.window)) {
            keep(found, { ...hit, step })
          }
        }
      }
    }
  }
  return [...found.values()].sort(byTime)
}

/** Does one of the ways to a hit go on to a completion, over other events and within the window? */
function meets(ways: Chain[] | undefined, ahead: Family | null, time: Millis, window: Millis): boolean {
  return (ways ?? []).some((way) => {
    if (!ahead) return time - way.score <= window
    const rest = ahead.best(way.used)
    return rest !== undefined && -rest.score - way.score <= window
  })
}

function keep(found: Map<string, Hit>, hit: Hit): void {
  const known = found.get(hit.event)
  if (!known) found.set(hit.event, hit)
  else
    found.set(hit.event, {
      ...known,
      step: Math.max(known.step, hit.step),
      time: Math.min(known.time, hit.time),
    })
}

function extend(family: Family, own: readonly string[], hit: Hit): Chain[] {
  return family.chains
    .filter(({ used }) => own.length === 0 || !used.includes(hit.event))
    .map((before) => ({
      score: before.score,
      used: own.length === 0 ? before.used : [...before.used, ...own],
      hit,
      before,
    }))
}

function blocksOf(steps: readonly CompiledStep[]): Block[] {
  const blocks: Block[] = []
  for (const [i, step] of steps.entries()) {
    if (i > 0 && steps[i - 1]!.filter === step.filter) blocks.at(-1)!.last = i
    else blocks.push({ first: i, last: i })
  }
  return blocks
}

function momentsOf(blocks: readonly Block[], hits: readonly Hit[]): Moment[] {
  const moments: Moment[] = []
  for (const hit of [...hits].sort(byTime)) {
    let moment = moments.at(-1)
    if (moment?.time !== hit.time) moments.push((moment = { time: hit.time, hits: blocks.map(() => []) }))
    const b = blocks.findIndex(({ first, last }) => hit.step >= first && hit.step <= last)
    if (b !== -1 && moment!.hits[b]!.at(-1)?.event !== hit.event) moment!.hits[b]!.push(hit)
  }
  return moments
}

function sharedEvents(blocks: readonly Block[], moments: readonly Moment[]): Walk['shared'] {
  const seen = new Map<string, { first: Millis; last: Millis; blocks: Set<number>; hits: number }>()
  for (const { time, hits } of moments) {
    for (const [b, inBlock] of hits.entries()) {
      for (const { event } of inBlock) {
        const known = seen.get(event)
        if (!known) seen.set(event, { first: time, last: time, blocks: new Set([b]), hits: 1 })
        else {
          known.last = time
          known.blocks.add(b)
          known.hits++
        }
      }
    }
  }
  for (const [event, { blocks: inBlocks, hits }] of seen) {
    // Told twice with two times, an event could fill two places of one block.
    const twice = hits > 1 && [...inBlocks].some((b) => blocks[b]!.last > blocks[b]!.first)
    if (inBlocks.size < 2 && !twice) seen.delete(event)
  }
  return seen
}

function hitsOf(end: Chain): Hit[] {
  const chain: Hit[] = []
  for (let at: Chain | null = end; at; at = at.before) chain.unshift(at.hit)
  return chain
}

function idOf({ time, event }: Hit): string {
  return `${time} ${event}`
}
