/** Why a rule fired, or what was missing: which step met which event, which events came nearest, in sentences. */
import { joinValues } from '../../domain/account.ts'
import type { RuleKind } from '../../domain/alert.ts'
import type { RuleEvent } from '../../domain/event.ts'
import type { Hit } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { buildIndex } from '../../rules/rule-index.ts'
import { kindOf } from '../kinds/index.ts'
import { byTime, type Completion } from '../kinds/kind.ts'
import { match } from '../match.ts'
import {
  type ExplainedGroup,
  type KindExplainer,
  nameOf,
  namer,
  sentence,
  stepNumber,
} from './explanation.ts'
import { lackText, type Near, nearestTo } from './nearest.ts'
import { explainNewTerms } from './new-terms.ts'
import { explainSequence } from './sequence.ts'
import { explainSeveral } from './several.ts'
import { explainThreshold } from './threshold.ts'
import { explainTravel } from './travel.ts'

export type ExplainInput = {
  compiled: CompiledRule
  /** What there is about the entity, by time. */
  events: readonly RuleEvent[]
  /** Hits of the groups that these events belong to, as they are stored; may be empty. */
  stored: readonly Hit[]
  /** Completions count from here to there. */
  from: Millis
  to: Millis
}
export type StepExplained = {
  step: number
  matched: RuleEvent[]
  nearest: Near[]
}
export type RuleExplained = {
  steps: StepExplained[]
  /** Where the rule is satisfied, by time. */
  completions: Completion[]
  /** What was missing, in sentences, the weightiest first; none where it is satisfied. */
  missing: string[]
}

/** One line a rule kind. What has none is explained by its steps alone. */
const EXPLAINERS: Partial<Record<RuleKind, KindExplainer>> = {
  sequence: explainSequence,
  threshold: explainThreshold,
  new_terms: explainNewTerms,
  travel: explainTravel,
}

export function explainRule(input: ExplainInput): RuleExplained {
  const { compiled, events, from, to } = input
  const steps = explainSteps(compiled, events)
  const groups = groupsOf(input)
  const completions = groups
    .flatMap(({ hits }) => kindOf(compiled).completions(compiled, hits))
    .filter(({ time }) => time >= from && time <= to)
    .sort(byTime)
  if (completions.length > 0) return { steps, completions, missing: [] }
  const hits = groups.flatMap((group) => group.hits)
  const name = namer(events, hits)
  const explainer = compiled.several ? explainSeveral : EXPLAINERS[compiled.rule.kind]
  const ofKind = explainer?.({ compiled, groups, name }) ?? []
  const without = keyless(compiled, steps)
  const missing = [
    ...unmetSteps(compiled, steps),
    ...without.filter(({ isAll }) => isAll).map(({ text }) => text),
    ...ofKind,
    ...without.filter(({ isAll }) => !isAll).map(({ text }) => text),
  ]
  return { steps, completions, missing: missing.map(sentence) }
}

/** What events are to the rule. */
export function hitsOf(compiled: CompiledRule, events: readonly RuleEvent[]): Hit[] {
  const index = buildIndex([compiled])
  return events.flatMap((event) => match(event, index))
}

function groupsOf({ compiled, events, stored }: ExplainInput): ExplainedGroup[] {
  const all = new Map<string, Hit>()
  // What is stored may be marked by tuning.
  for (const hit of [...hitsOf(compiled, events), ...stored]) {
    all.set(JSON.stringify([hit.key, hit.time, hit.event, hit.step]), hit)
  }
  const byKey = Map.groupBy(all.values(), ({ key }) => key)
  return [...byKey].map(([key, hits]) => ({ key, hits: hits.toSorted(byTime) }))
}

function explainSteps({ steps }: CompiledRule, events: readonly RuleEvent[]): StepExplained[] {
  const found: StepExplained[] = []
  for (const [step, { filter, matches, isPresence }] of steps.entries()) {
    // What shows only that the key was there is no condition of the rule.
    if (isPresence) continue
    const before = found[step - 1]
    if (before && steps[step - 1]!.filter === filter) {
      found.push({ ...before, step })
      continue
    }
    const byAnswer = Map.groupBy(events, ({ fields }) => matches(fields))
    const matched = byAnswer.get(true) ?? []
    found.push({ step, matched, nearest: nearestTo(filter, byAnswer.get(false) ?? []) })
  }
  return found
}

/** Events that meet a step but belong to no group. `isAll`: so do all that meet it. */
function keyless(
  compiled: CompiledRule,
  steps: readonly StepExplained[],
): { isAll: boolean; text: string }[] {
  return steps.flatMap(({ step, matched }) => {
    const run = compiled.steps[step]!
    const without = matched.filter((event) => run.keys(event).length === 0)
    const last = without.at(-1)
    if (!last) return []
    const fields = run.by
      .filter(({ path, optional }) => !optional && joinValues(last.fields, path).length === 0)
      .map(({ path }) => path)
    const more = without.length > 1 ? ` and ${without.length - 1} more` : ''
    const reason =
      fields.length > 0
        ? `the key is missing: ${fields.join(', ')}`
        : compiled.rule.kind === 'travel'
          ? 'there is no place to compare: coordinates or a country are missing'
          : `the key is missing: ${compiled.rule.entity}`
    const text = `${nameOf(last)}${more} met ${stepName(compiled, step)}, but ${reason}`
    return [{ isAll: without.length === matched.length, text }]
  })
}

/** Steps that nothing met, with what came nearest. */
function unmetSteps(compiled: CompiledRule, steps: readonly StepExplained[]): string[] {
  return steps.flatMap(({ step, matched, nearest }) => {
    const { filter, negates } = compiled.steps[step]!
    const isCopy = step > 0 && compiled.steps[step - 1]!.filter === filter
    // A `then` makes an alert worse; without it there is one all the same.
    const isExtra = compiled.rule.kind === 'threshold' && step > 0
    if (matched.length > 0 || negates || isCopy || isExtra) return []
    const best = nearest[0]
    const which = stepName(compiled, step)
    if (!best) return [`no event came near ${which}`]
    const lacks = best.unmet.map(lackText)
    return [`nothing met ${which}; ${nameOf(best.event)} matched all but: ${lacks.join('; ')}`]
  })
}

function stepName(compiled: CompiledRule, step: number): string {
  return compiled.steps.filter(({ isPresence }) => !isPresence).length > 1
    ? `step ${stepNumber(compiled, step)}`
    : 'the condition'
}
