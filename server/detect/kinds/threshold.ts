/**
 * Thresholds: complete at a hit if a sliding window that ends there holds enough distinct records (or distinct values),
 * and, where the rule has a baseline, more than is usual. A later `then` hit on the same key makes it worse.
 */
import type { Hit } from '../../domain/hit.ts'
import type { ThresholdSpec } from '../../domain/rule.ts'
import type { Millis } from '../../domain/time.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { isPresent } from '../presence.ts'
import { byTime, type Facts, type Kind } from './kind.ts'
import { type Moment, momentsOf, waysOf, withinOf } from './threshold-windows.ts'

export type { Counted } from './threshold-windows.ts'

export const threshold: Kind = {
  completions: (compiled, hits) =>
    momentsOf(specOf(compiled), hits).flatMap((moment) => (fires(moment) ? moment.hits : [])),

  support(compiled, hits, completions) {
    const spec = specOf(compiled)
    const wanted = new Set(completions.map(({ time }) => time))
    const moments = momentsOf(spec, hits).filter((moment) => fires(moment) && wanted.has(moment.time))
    const isInside = insideOf(spec, moments)
    const counted = hits.filter(({ step, time }) => step === 0 && isInside(time))
    const span = compiled.rule.then?.within
    const times = [...wanted].sort((a, b) => a - b)
    const after =
      span === undefined
        ? []
        : hits.filter(({ step, time }) => step === 1 && isPresent(times, time - span, time))
    return {
      hits: eventsOf([...counted, ...after]),
      facts: factsOf(spec, moments),
      worsening: after.sort(byTime),
    }
  },

  combine(latestFirst) {
    const [first = {}] = latestFirst.toSorted((a, b) => wayOf(a) - wayOf(b))
    const all = (name: string) =>
      latestFirst.map((facts) => facts[name]).filter((one) => typeof one === 'number')
    return {
      ...first,
      peak: Math.max(0, ...all('peak')),
      ...('peakDistinct' in first ? { peakDistinct: Math.max(0, ...all('peakDistinct')) } : {}),
      ...(all('baseline').length > 0 ? { baseline: Math.min(...all('baseline')) } : {}),
    }
  },
}

function fires({ ways }: Moment): boolean {
  return ways.some((way) => way.fires)
}

/** What lies in a window that is full enough, the longest of those that end at one moment. */
function insideOf(spec: ThresholdSpec, moments: readonly Moment[]): (time: Millis) => boolean {
  const byLength = waysOf(spec).map((way, i) => ({
    within: withinOf(spec, way),
    ends: moments.filter(({ ways }) => ways[i]!.fires).map(({ time }) => time),
  }))
  return (time) => byLength.some(({ within, ends }) => isPresent(ends, time, time + within))
}

/** More hits only make the peaks higher, and the way to fire one that is named earlier. */
function factsOf(spec: ThresholdSpec, moments: readonly Moment[]): Facts {
  const full = moments.flatMap(({ ways }) => ways.filter((way) => way.fires))
  const peak = Math.max(0, ...full.map(({ records }) => records))
  const peakDistinct = Math.max(0, ...full.map(({ distinct }) => distinct))
  const usual = moments.flatMap(({ ways, usual: most }) => (ways[0]!.fires && most !== null ? [most] : []))
  return {
    peak,
    ...(spec.distinct.length > 0 ? { peakDistinct } : {}),
    ...toldWay(spec, moments),
    ...(usual.length > 0 ? { baseline: Math.min(...usual) } : {}),
  }
}

/** The numbers that people are told: those of the rule, or of the way with a span of its own that alone fired. */
function toldWay(spec: ThresholdSpec, moments: readonly Moment[]): Facts {
  const own = { threshold: spec.isMoreThan ? spec.atLeast - 1 : spec.atLeast, withinMs: spec.within }
  const ways = waysOf(spec)
  const first = ways.findIndex((_, i) => moments.some((moment) => moment.ways[i]!.fires))
  const way = ways[first]
  if (!way || first === 0 || way.within === undefined) return own
  return { threshold: way.atLeast, withinMs: way.within, way: first }
}

function wayOf({ way }: Facts): number {
  return typeof way === 'number' ? way : 0
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

function specOf(compiled: CompiledRule): ThresholdSpec {
  const spec = compiled.rule.threshold
  if (!spec) throw new Error(`Rule ${compiled.rule.id} is a threshold rule without numbers`)
  return spec
}
