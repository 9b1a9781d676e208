/** The sliding windows of a threshold rule: what each holds, whether it is enough, and what was usual before it. */
import type { Hit } from '../../domain/hit.ts'
import type { BaselineSpec, ThresholdAlternative, ThresholdSpec } from '../../domain/rule.ts'
import type { Millis } from '../../domain/time.ts'
import { isPresent } from '../presence.ts'
import { byTime } from './kind.ts'

/** `Hit.value` of a threshold rule's step 0. */
export type Counted = {
  /** One record told by several datasets counts once. */
  record: string
  /** The event's values in the `distinct` fields, one text a way to fire; null where one is missing. */
  distinct: (string | null)[]
}

/** What the window that ends at a moment holds for one way to fire. */
export type Held = {
  records: number
  /** Distinct values, where the way counts those. */
  distinct: number
  /** The number that counts: distinct values or records. */
  reached: number
  fires: boolean
  /** The time of the first hit in it. */
  from: Millis
}

/** A moment that has hits, with the windows that end there, both ends included: one for each way to fire. */
export type Moment = {
  time: Millis
  hits: Hit[]
  ways: Held[]
  /** Most that a window held in the time before this one, by the first way. Null: not known for long enough, or not asked. */
  usual: number | null
}

/** The ways to fire, the rule's own numbers first. */
export function waysOf(spec: ThresholdSpec): ThresholdAlternative[] {
  return [spec, ...(spec.or ?? [])]
}

export function withinOf(spec: ThresholdSpec, way: ThresholdAlternative): Millis {
  return way.within ?? spec.within
}

/** One moment for each time that has counted hits, in order. Hits of one group, in any order. */
export function momentsOf(spec: ThresholdSpec, hits: readonly Hit[]): Moment[] {
  const ways = waysOf(spec)
  const counted = hits.filter(({ step }) => step === 0).sort(byTime)
  const slid = ways.map((way, i) => slide(counted, withinOf(spec, way), i))
  const moments: Moment[] = []
  for (const hit of counted) {
    const last = moments.at(-1)
    if (last?.time === hit.time) last.hits.push(hit)
    else moments.push({ time: hit.time, hits: [hit], ways: [], usual: null })
  }
  for (const [at, moment] of moments.entries()) {
    moment.ways = ways.map((way, i) => heldBy(way, slid[i]![at]!))
  }
  if (spec.baseline) compare(spec.baseline, spec, moments, hits)
  return moments
}

function heldBy(way: ThresholdAlternative, { records, distinct, from }: Slid): Held {
  const reached = way.distinct.length > 0 ? distinct : records
  return {
    records,
    distinct,
    reached,
    fires: reached >= way.atLeast && records >= (way.atLeastEvents ?? 0),
    from,
  }
}

/** Lets the first way fire only where it exceeds what was usual in the time before its window. */
function compare(
  { history, times, learn }: BaselineSpec,
  { within }: ThresholdSpec,
  moments: readonly Moment[],
  hits: readonly Hit[],
): void {
  const known = hits.map(({ time }) => time).sort((a, b) => a - b)
  /** Earlier moments that are the most of what follows them: from the most to the least. */
  const most: Moment[] = []
  let next = 0
  for (const moment of moments) {
    const begin = moment.time - within
    for (; moments[next]!.time < begin; next++) {
      while (most.length > 0 && most.at(-1)!.ways[0]!.reached <= moments[next]!.ways[0]!.reached) most.pop()
      most.push(moments[next]!)
    }
    while (most.length > 0 && most[0]!.time < begin - history) most.shift()
    const own = moment.ways[0]!
    const isKnown = isPresent(known, begin - history, begin - learn)
    moment.usual = isKnown ? (most[0]?.ways[0]!.reached ?? 0) : null
    own.fires &&= moment.usual !== null && own.reached > times * moment.usual
  }
}

type Slid = Pick<Held, 'records' | 'distinct' | 'from'>

/** For each moment what a window of this length holds there. */
function slide(counted: readonly Hit[], within: Millis, way: number): Slid[] {
  const records = new Tally()
  const distinct = new Tally()
  const tally = (hit: Hit, change: 1 | -1) => {
    const value = hit.value as Counted
    records.change(value.record, change)
    const tuple = value.distinct[way] ?? null
    if (tuple !== null) distinct.change(tuple, change)
  }
  const found: Slid[] = []
  let oldest = 0
  for (let next = 0; next < counted.length;) {
    const { time } = counted[next]!
    for (; counted[next]?.time === time; next++) tally(counted[next]!, 1)
    for (; time - counted[oldest]!.time > within; oldest++) tally(counted[oldest]!, -1)
    found.push({ records: records.size, distinct: distinct.size, from: counted[oldest]!.time })
  }
  return found
}

/** How many distinct texts there are, as they come and go. */
class Tally {
  readonly #counts = new Map<string, number>()

  get size(): number {
    return this.#counts.size
  }

  change(text: string, by: 1 | -1): void {
    const count = (this.#counts.get(text) ?? 0) + by
    if (count === 0) this.#counts.delete(text)
    else this.#counts.set(text, count)
  }
}
