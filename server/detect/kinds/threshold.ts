/**
 * Thresholds: complete at a hit if the sliding window that ends there, both ends included, holds enough
 * distinct records (or distinct values). A later `then` hit on the same key makes it worse.
 */
import type { Hit } from '../../domain/hit.ts'
import type { ThresholdAlternative, ThresholdSpec } from '../../domain/rule.ts'
import type { Millis } from '../../domain/time.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { byTime, type Completion, type Facts, type Kind } from './kind.ts'

/** `Hit.value` of a threshold rule's step 0. */
export type Counted = {
  /** One record told by several datasets counts once. */
  record: string
  /** The event's values in the `distinct` fields, one text an alternative; null where one is missing. */
  distinct: (string | null)[]
}

export const threshold: Kind = {
  completions(compiled, hits) {
    return windows(compiled, hits).flatMap(({ moment, fires }) => (fires ? moment.hits : []))
  },

  support(compiled, hits, completions) {
    const spec = specOf(compiled)
    const wanted = new Set(completions.map(({ time }) => time))
    const times = [...wanted].sort((a, b) => a - b)
    const counted = hits.filter(({ step, time }) => step === 0 && isNear(times, time, time + spec.within))
    const span = compiled.rule.then?.within
    const after =
      span === undefined
        ? []
        : hits.filter(({ step, time }) => step === 1 && isNear(times, time - span, time))
    const peaks = windows(compiled, hits).filter(({ moment, fires }) => fires && wanted.has(moment.time))
    const facts: Facts = {
      peak: peaks.reduce((most, { records }) => Math.max(most, records), 0),
      ...(spec.distinct.length > 0
        ? { peakDistinct: peaks.reduce((most, { distinct }) => Math.max(most, distinct[0]!), 0) }
        : {}),
      threshold: spec.isMoreThan ? spec.atLeast - 1 : spec.atLeast,
      withinMs: spec.within,
    }
    return {
      hits: eventsOf([...counted, ...after]),
      facts,
      worsening: after.sort(byTime),
    }
  },

  combine(latestFirst) {
    const first = latestFirst[0] ?? {}
    const highest = (name: string) => Math.max(...latestFirst.map((facts) => Number(facts[name] ?? 0)))
    return {
      ...first,
      peak: highest('peak'),
      ...('peakDistinct' in first ? { peakDistinct: highest('peakDistinct') } : {}),
    }
  },
}

type Window = {
  moment: { time: Millis; hits: Completion[] }
  fires: boolean
  records: number
  distinct: number[]
}

/** Slides over the hits: one window for each moment that has any, holding all that is no older than the span. */
function windows(compiled: CompiledRule, hits: readonly Hit[]): Window[] {
  const spec = specOf(compiled)
  const alternatives: ThresholdAlternative[] = [spec, ...(spec.or ?? [])]
  const counted = hits.filter(({ step }) => step === 0).sort(byTime)
  const records = new Tally()
  const distinct = alternatives.map(() => new Tally())
  const found: Window[] = []
  const tally = (hit: Hit, change: 1 | -1) => {
    const value = valueOf(hit)
    records.change(value.record, change)
    for (const [i, one] of distinct.entries()) {
      const tuple = value.distinct[i] ?? null
      if (tuple !== null) one.change(tuple, change)
    }
  }
  let oldest = 0
  for (let next = 0; next < counted.length;) {
    const { time } = counted[next]!
    const moment: Window['moment'] = { time, hits: [] }
    for (; counted[next]?.time === time; next++) {
      tally(counted[next]!, 1)
      moment.hits.push(counted[next]!)
    }
    for (; time - counted[oldest]!.time > spec.within; oldest++) tally(counted[oldest]!, -1)
    const fires = alternatives.some((one, i) => {
      const reached = one.distinct.length > 0 ? distinct[i]!.size : records.size
      return reached >= one.atLeast && records.size >= (one.atLeastEvents ?? 0)
    })
    found.push({ moment, fires, records: records.size, distinct: distinct.map(({ size }) => size) })
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

/** Is there a time from `from` to `to` in the sorted list? */
function isNear(times: readonly Millis[], from: Millis, to: Millis): boolean {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < from) low = middle + 1
    else high = middle
  }
  return low < times.length && times[low]! <= to
}

/** One entry an event: its earliest time, its highest step. */
function eventsOf(hits: readonly Hit[]): Hit[] {
  const found = new Map<string, Hit>()
  for (const hit of hits) {
    const known = found.get(hit.event)
    if (!known) found.set(hit.event, hit)
    else {
      const { time, step } = known
      found.set(hit.event, { ...known, time: Math.min(time, hit.time), step: Math.max(step, hit.step) })
    }
  }
  return [...found.values()].sort(byTime)
}

function valueOf(hit: Hit): Counted {
  return hit.value as Counted
}

function specOf(compiled: CompiledRule): ThresholdSpec {
  const spec = compiled.rule.threshold
  if (!spec) throw new Error(`Rule ${compiled.rule.id} is a threshold rule without numbers`)
  return spec
}
