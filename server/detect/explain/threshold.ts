/** Why a threshold was not reached: the fullest window that there was. */
import type { ThresholdAlternative, ThresholdSpec } from '../../domain/rule.ts'
import { DAY, formatSpan } from '../../domain/time.ts'
import { type Held, type Moment, momentsOf, waysOf, withinOf } from '../kinds/threshold-windows.ts'
import { groupName, type KindExplainer, number, timesFrom } from './explanation.ts'

export const explainThreshold: KindExplainer = ({ compiled, groups }) => {
  const spec = compiled.rule.threshold
  if (!spec) return []
  return groups
    .map(({ key, hits }) => {
      const moments = momentsOf(spec, hits)
      const told = waysOf(spec).map((way, i) => ({ way, i, ...fullest(moments, i) }))
      const share = Math.max(...told.map(({ held, way }) => held.reached / way.atLeast))
      const texts = told.map((one) => wayText(one, spec))
      return { share, text: `for ${groupName(key)}: ${texts.join('; nor ')}` }
    })
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ text }) => text)
}

type Fullest = { held: Held; moment: Moment | null }

const EMPTY: Held = { records: 0, distinct: 0, reached: 0, fires: false, from: 0 }

/** The window that comes nearest to this way of reaching the threshold. */
function fullest(moments: readonly Moment[], way: number): Fullest {
  let best: Fullest = { held: EMPTY, moment: null }
  for (const moment of moments) {
    const held = moment.ways[way]!
    const isFuller =
      held.reached > best.held.reached ||
      (held.reached === best.held.reached && held.records > best.held.records)
    if (isFuller) best = { held, moment }
  }
  return best
}

function wayText(
  { way, i, held, moment }: Fullest & { way: ThresholdAlternative; i: number },
  spec: ThresholdSpec,
): string {
  const what = way.distinct.length > 0 ? `different ${way.distinct.join(', ')}` : 'events'
  const isMoreThan = way === spec && spec.isMoreThan
  const needed = isMoreThan ? `more than ${number(way.atLeast - 1)}` : `at least ${number(way.atLeast)}`
  const within = withinOf(spec, way)
  const at = moment ? ` (${timesFrom(held.from, moment.time)})` : ''
  const beside =
    way.atLeastEvents === undefined
      ? ''
      : `, and ${number(held.records)} events, at least ${number(way.atLeastEvents)} needed`
  const usual = i === 0 && moment ? usualText(spec, moment) : ''
  return `${number(held.reached)} ${what} within ${formatSpan(within)} at most${at}, ${needed} needed${beside}${usual}`
}

function usualText({ baseline }: ThresholdSpec, { usual }: Moment): string {
  if (!baseline) return ''
  const days = formatSpan(baseline.history)
  if (usual === null)
    return `, and it was not known for ${number(baseline.learn / DAY)} days before, so that nobody could say what is usual`
  return `, and more than ${number(baseline.times * usual)}, which is ${baseline.times} times the most that was seen in the ${days} before (${number(usual)})`
}
