import type { Pipe } from '../lang/tree.ts'
import { compareStanding, type Standing } from './order.ts'

/** The first or last so many of a list in order. */
export type Cut = { kind: 'head' | 'tail'; count: number }

/** Keeps the first or last so many of what is added, in bounded memory; all of it without a cut. */
export function cutCollector<T extends Standing>(cut: Cut | null): { add(item: T): void; sorted(): T[] } {
  let kept: T[] = []
  const sort = () => {
    kept.sort(compareStanding)
    if (cut) kept = applyCut(kept, cut)
  }
  // Sorting when there is twice as much as is wanted costs the least.
  const most = cut ? cut.count * 2 + 1000 : Infinity
  return {
    add(item) {
      kept.push(item)
      if (kept.length > most) sort()
    },
    sorted() {
      sort()
      return kept
    },
  }
}

export function applyCut<T>(list: T[], { kind, count }: Cut): T[] {
  if (kind === 'head') return list.slice(0, count)
  return count === 0 ? [] : list.slice(-count)
}

export function applyCuts<T>(list: T[], cuts: readonly (Cut | Pipe)[]): T[] {
  return cuts.reduce((rest, cut) => applyCut(rest, cut), list)
}
