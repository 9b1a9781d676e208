import type { JoinKey } from './keys.ts'
import type { Placed } from './timeline.ts'
import type { SequenceShape } from './tree.ts'

/** A `![ ]` step: how many positive events come before it, and when it was hit, by key, ascending milliseconds. */
export type MissingClause = { after: number; times: ReadonlyMap<string, readonly bigint[]> }

type Sequence = { placed: readonly Placed<unknown>[]; key: JoinKey }

/**
 * Whether a completed sequence stands beside its missing events. They never steer which events are picked; all
 * bounds are exclusive. Hits before and after the sequence are judged together: some window as long as maxspan
 * must hold the sequence and no hit.
 */
export function missingFilter(clauses: readonly MissingClause[], query: SequenceShape) {
  const maxspan = BigInt(query.maxspan ?? 0)
  const isLeading = query.steps[0]!.missing
  const isTrailing = query.steps.at(-1)!.missing
  return ({ placed, key }: Sequence): boolean => {
    const first = placed[0]!.millis
    const last = placed.at(-1)!.millis
    let before: bigint | undefined
    let after: bigint | undefined
    for (const clause of clauses) {
      const times = clause.times.get(key.id) ?? []
      if (clause.after === 0) before = later(before, lastBelow(times, first))
      else if (clause.after === placed.length) after = earlier(after, firstAbove(times, last))
      else {
        const hit = firstAbove(times, placed[clause.after - 1]!.millis)
        if (hit !== undefined && hit < placed[clause.after]!.millis) return false
      }
    }
    if (isLeading && isTrailing)
      return before === undefined || after === undefined || after - before > maxspan
    if (before !== undefined) return last - before > maxspan
    if (after !== undefined) return after - first > maxspan
    return true
  }
}

function later(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a
}

function earlier(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}

function firstAbove(times: readonly bigint[], bound: bigint): bigint | undefined {
  return times[countUpTo(times, (time) => time <= bound)]
}

function lastBelow(times: readonly bigint[], bound: bigint): bigint | undefined {
  return times[countUpTo(times, (time) => time < bound) - 1]
}

/** How many of the ascending times, from the start, satisfy the test. */
function countUpTo(times: readonly bigint[], test: (time: bigint) => boolean): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(times[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}
