/** Hits of a rule's steps that are stored already, because a rule that is on has the same step. */
import type { Hit } from '../../domain/hit.ts'
import { reachMs } from '../../detect/correlate.ts'
import type { CompiledRule } from '../../rules/compiled.ts'
import { stepSignature } from '../../rules/step-signature.ts'
import type { Span, Store } from '../../store/store.ts'
import { readTask } from '../history.ts'
import { loadRules, REMATCH_PREFIX } from '../rulebook.ts'

/** Where the hits of one step lie, and the times whose hits have been deleted by age. */
export type StoredStep = { step: number; rule: string; version: number; storedStep: number; gone: Span[] }

type StoredStepStore = Pick<Store, 'records' | 'record' | 'goneTimes'>

const PAGE = 5000

/** The steps of a rule whose hits within a range are stored. */
export async function storedSteps(
  store: StoredStepStore,
  compiled: CompiledRule,
  range: Span,
): Promise<StoredStep[]> {
  const known = await stepsOfRules(store)
  const found: StoredStep[] = []
  for (const step of compiled.steps.keys()) {
    const signature = stepSignature(compiled, step)
    const stored = signature === null ? undefined : known.get(signature)
    if (!stored) continue
    found.push({ ...stored, step, gone: await store.goneTimes(stored, range.from, range.to) })
  }
  return found
}

/** Their hits within the range, as hits of the rule that is tried out; none of the times whose hits are deleted. */
export async function* readStored(
  store: Pick<Store, 'ruleHits'>,
  { rule }: CompiledRule,
  steps: readonly StoredStep[],
  range: Span,
): AsyncGenerator<Hit> {
  const bySource = Map.groupBy(steps, (step) => JSON.stringify([step.rule, step.version]))
  for (const ofSource of bySource.values()) {
    const { rule: source, version } = ofSource[0]!
    const byStep = new Map(ofSource.map((step) => [step.storedStep, step]))
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await store.ruleHits({ rule: source, version }, range, PAGE, cursor)
      for (const hit of page.items) {
        const known = byStep.get(hit.step)
        if (!known || known.gone.some(({ from, to }) => from <= hit.time && hit.time <= to)) continue
        yield { ...hit, rule: rule.id, version: rule.version, step: known.step }
      }
      cursor = page.nextCursor
    }
  }
}

/** The steps whose hits are complete: those of rules that are on and have looked through what was there before them. */
async function stepsOfRules(store: StoredStepStore) {
  const known = new Map<string, Pick<StoredStep, 'rule' | 'version' | 'storedStep'>>()
  for (const { rule, compiled } of await loadRules(store)) {
    // Of rules that look at single events nobody notes which hits have gone by age.
    if (!rule.enabled || !compiled || reachMs(compiled) === 0) continue
    const record = await store.record('setting', REMATCH_PREFIX + rule.id)
    const task = record && readTask(record)
    if (!task || task.version !== rule.version || task.stage === 'matching') continue
    for (const step of compiled.steps.keys()) {
      const signature = stepSignature(compiled, step)
      if (signature !== null) known.set(signature, { rule: rule.id, version: rule.version, storedStep: step })
    }
  }
  return known
}
