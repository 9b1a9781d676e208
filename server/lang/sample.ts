import type { Json } from './document.ts'
import { compileKeys, type JoinKey } from './keys.ts'
import { compilePredicate, type PredicateOptions } from './predicate.ts'
import type { TimedEvent } from './timeline.ts'
import type { SampleQuery } from './tree.ts'

export type SampleOptions = PredicateOptions & {
  /** The most samples in all; default: no limit. */
  size?: number | undefined
  /** The most samples for one key; default 1. */
  maxSamplesPerKey?: number | undefined
}

export type SampleMatch<E> = { joinKeys: Json[]; events: E[] }

/** For each key that all steps know: distinct events, one for each step, in the order of the steps. */
export function runSample<E extends Pick<TimedEvent, 'doc'>>(
  query: SampleQuery,
  events: readonly E[],
  options: SampleOptions = {},
): SampleMatch<E>[] {
  const groups = query.steps.map((step) => {
    const matches = compilePredicate(step, options)
    const keys = compileKeys(step.by, options.types)
    const found = new Map<string, { key: JoinKey; events: E[] }>()
    for (const event of events) {
      if (!matches(event.doc)) continue
      for (const key of keys(event.doc)) {
        const group = found.get(key.id)
        if (group) group.events.push(event)
        else found.set(key.id, { key, events: [event] })
      }
    }
    return found
  })
  const shared = [...(groups[0]?.values() ?? [])].filter(({ key }) =>
    groups.every((group) => group.has(key.id)),
  )
  shared.sort((a, b) => orderKeys(a.key.values, b.key.values))
  const size = options.size ?? Infinity
  const matches: SampleMatch<E>[] = []
  for (const { key } of shared) {
    const choices = groups.map((group) => group.get(key.id)!.events)
    for (const picked of combinations(choices, options.maxSamplesPerKey ?? 1)) {
      if (matches.length >= size) return matches
      matches.push({ joinKeys: key.values, events: picked })
    }
  }
  return matches
}

// Backtracking over very many alike events must not stall the process.
const MOST_TRIES = 100_000

/** Up to `most` ways to pick one event from each list, none twice. */
function combinations<E>(lists: E[][], most: number): E[][] {
  const found: E[][] = []
  const picked: E[] = []
  let tries = 0
  const pick = (i: number): void => {
    if (i === lists.length) {
      found.push([...picked])
      return
    }
    for (const event of lists[i]!) {
      if (found.length >= most || ++tries > MOST_TRIES) return
      if (picked.includes(event)) continue
      picked.push(event)
      pick(i + 1)
      picked.pop()
    }
  }
  pick(0)
  return found
}

/** Ascending, null first. */
function orderKeys(a: Json[], b: Json[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i]!
    if (x === y) continue
    if (x === null || y === null) return x === null ? -1 : 1
    if (typeof x === typeof y) return x < y ? -1 : 1
    return typeof x < typeof y ? -1 : 1
  }
  return 0
}
