/** Why sequences of one key are too few: how many are complete, and what the next one lacks. */
import { groupKey, keyValues } from '../../domain/hit.ts'
import type { Json } from '../../domain/json.ts'
import { formatSpan } from '../../domain/time.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { inner, mostAtOnce, strandsOf } from '../kinds/several-sequences.ts'
import { groupName, type KindExplainer } from './explanation.ts'
import { explainSequence } from './sequence.ts'

export const explainSeveral: KindExplainer = ({ compiled, groups, name }) => {
  const { atLeast, within } = compiled.several!
  const outer = compiled.rule.several!.by.length
  const by = compiled.steps[0]!.by.slice(outer).map(({ path }) => path)
  const most = groups
    .map(({ key, hits }) => ({ key, complete: mostAtOnce(compiled, hits) }))
    .toSorted((a, b) => b.complete - a.complete)[0]
  const few =
    most && most.complete > 0
      ? [
          `for ${groupName(most.key)}: ${most.complete} different ${by.join(', ')} within ${formatSpan(within)}, ${atLeast} are needed`,
        ]
      : []
  const { several: _, ...alone } = inner(compiled)
  const single: CompiledRule = alone
  const open = groups
    .flatMap(({ key, hits }) =>
      [...strandsOf(hits)].map(([strand, own]) => ({
        key: groupKey([...keyValues(key), ...(JSON.parse(strand) as Json[])], null),
        hits: own,
        complete: mostAtOnce(compiled, own),
      })),
    )
    .filter(({ complete }) => complete === 0)
  return [...few, ...explainSequence({ compiled: single, groups: open, name })]
}
