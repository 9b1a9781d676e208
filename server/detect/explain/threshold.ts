/** Why a threshold was not reached: the fullest window that there was. */
import type { Hit } from '../../domain/hit.ts'
import type { ThresholdAlternative, ThresholdSpec } from '../../domain/rule.ts'
import { formatSpan, type Millis } from '../../domain/time.ts'
import type { Counted } from '../kinds/threshold.ts'
import { groupName, type KindExplainer, number, timesFrom } from './explanation.ts'

export const explainThreshold: KindExplainer = ({ compiled, groups }) => {
  const spec = compiled.rule.threshold
  if (!spec) return []
  const ways: ThresholdAlternative[] = [spec, ...(spec.or ?? [])]
  return groups
    .map(({ key, hits }) => {
      const counted = hits.filter(({ step }) => step === 0)
      const told = ways.map((way, i) => ({ way, ...fullest(counted, spec.within, way, i) }))
      const share = Math.max(...told.map(({ reached, way }) => reached / way.atLeast))
      const texts = told.map((one) => wayText(one, spec))
      return { share, text: `for ${groupName(key)}: ${texts.join('; nor ')}` }
    })
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ text }) => text)
}

type Fullest = { reached: number; records: number; from: Millis; to: Millis }

/** The window that comes nearest to this way of reaching the threshold. */
function fullest(hits: readonly Hit[], within: Millis, way: ThresholdAlternative, i: number): Fullest {
  const inside = { records: new Map<string, number>(), tuples: new Map<string, number>() }
  const change = (hit: Hit, by: 1 | -1) => {
    const { record, distinct } = hit.value as Counted
    add(inside.records, record, by)
    const tuple = distinct[i] ?? null
    if (tuple !== null) add(inside.tuples, tuple, by)
  }
  let best: Fullest = { reached: 0, records: 0, from: 0, to: 0 }
  let oldest = 0
  for (const hit of hits) {
    change(hit, 1)
    for (; hit.time - hits[oldest]!.time > within; oldest++) change(hits[oldest]!, -1)
    const records = inside.records.size
    const reached = way.distinct.length > 0 ? inside.tuples.size : records
    if (reached > best.reached || (reached === best.reached && records > best.records)) {
      best = { reached, records, from: hits[oldest]!.time, to: hit.time }
    }
  }
  return best
}

function wayText(
  { way, reached, records, from, to }: Fullest & { way: ThresholdAlternative },
  spec: ThresholdSpec,
) {
  const what = way.distinct.length > 0 ? `different ${way.distinct.join(', ')}` : 'events'
  const isMoreThan = way === spec && spec.isMoreThan
  const needed = isMoreThan ? `more than ${number(way.atLeast - 1)}` : `at least ${number(way.atLeast)}`
  const within = formatSpan(spec.within)
  const at = reached > 0 ? ` (${timesFrom(from, to)})` : ''
  const beside =
    way.atLeastEvents === undefined
      ? ''
      : `, and ${number(records)} events, at least ${number(way.atLeastEvents)} needed`
  return `${number(reached)} ${what} within ${within} at most${at}, ${needed} needed${beside}`
}

function add(counts: Map<string, number>, text: string, by: 1 | -1): void {
  const count = (counts.get(text) ?? 0) + by
  if (count === 0) counts.delete(text)
  else counts.set(text, count)
}
