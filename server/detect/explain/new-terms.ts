/** Why nothing was new: what was seen before, and whether the key is known for long enough. */
import { type Hit, PRESENCE } from '../../domain/hit.ts'
import type { NewTermsSpec } from '../../domain/rule.ts'
import { DAY, formatSpan, toIso } from '../../domain/time.ts'
import { isPresent } from '../presence.ts'
import { termText } from '../summary.ts'
import type { Terms } from '../kinds/new-terms.ts'
import { type ExplainedGroup, groupName, type KindExplainer, type KindInput } from './explanation.ts'

export const explainNewTerms: KindExplainer = ({ compiled, groups, name }) => {
  const spec = compiled.rule.newTerms
  if (!spec) return []
  return groups
    .map((group) => ({ group, last: group.hits.findLast(({ step }) => step === 0) }))
    .filter((one): one is { group: ExplainedGroup; last: Hit } => one.last !== undefined)
    .toSorted((a, b) => b.last.time - a.last.time)
    .slice(0, 3)
    .map(({ group, last }) => `for ${groupName(group.key)}: ${reason(spec, group, last, name)}`)
}

function reason(spec: NewTermsSpec, { hits }: ExplainedGroup, last: Hit, name: KindInput['name']): string {
  const times = hits.map(({ time }) => time)
  if (spec.learn > 0 && !isPresent(times, last.time - spec.history, last.time - spec.learn)) {
    const first = times.find((time) => time >= last.time - spec.history) ?? last.time
    return `it was still learning what is usual: first seen at ${toIso(first)}, and nothing counts as new within ${formatSpan(spec.learn)} of that`
  }
  const [term] = last.value as Terms
  const before = hits.findLast(
    (hit) =>
      hit.event !== PRESENCE &&
      hit.time < last.time &&
      hit.time >= last.time - spec.history &&
      has(hit, term),
  )
  if (!before) return `${name(last.event)} is not within the range that was asked for`
  const age = last.time - before.time
  const ago = age < DAY ? formatSpan(age) : formatSpan(Math.floor(age / DAY) * DAY)
  return `${spec.fields.join(', ')} of ${name(last.event)} was not new: ${termText(term!)} was seen ${ago} before, by ${name(before.event)}`
}

function has(hit: Hit, term: Terms[number] | undefined): boolean {
  const wanted = JSON.stringify(term)
  return (hit.value as Terms).some((one) => JSON.stringify(one) === wanted)
}
