/** Rules in Sigma: keys and values are read by the names of the rule's log sources. */
import { isAccountField, joinValues } from '../../domain/account.ts'
import type { RuleEvent } from '../../domain/event.ts'
import type { Json } from '../../domain/json.ts'
import type { Rule } from '../../domain/rule.ts'
import { ALLOWED_LATENESS, type Millis } from '../../domain/time.ts'
import { compilePredicate } from '../../lang/predicate.ts'
import { readSigma } from '../../lang/sigma/parse.ts'
import { type Correlation, type Detection, isMonotone, type SigmaPlan } from '../../lang/sigma/plan.ts'
import { fieldOf, viewOf } from '../../lang/sigma/view.ts'
import type { Diagnostic, FieldRef, Query } from '../../lang/tree.ts'
import type { CompiledRule, CompiledStep } from '../compiled.ts'
import { entityField } from '../sigma-shape.ts'
import { fieldRefs, makeStep, recordOf, refusal } from './steps.ts'

/** A rule in Sigma that puts matches together; one that does not is compiled as any other. */
export function compileSigma(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const plan = readSigma(rule.query).plan
  const correlation = plan?.correlation
  if (!plan || !correlation) {
    diagnostics.push(refusal(`A rule of the kind ${rule.kind} needs a Sigma text with a correlation`))
    return null
  }
  if (query.kind === 'sequence') return compileOrdered(rule, plan, correlation)
  return rule.threshold
    ? compileCount(rule, query, plan, correlation)
    : compileGeneral(rule, plan, correlation)
}

function compileOrdered(rule: Rule, plan: SigmaPlan, correlation: Correlation): CompiledRule {
  const steps = correlation.of.map((one) => stepOf(plan, one as number, correlation))
  return { rule, steps, window: correlation.timespan, gap: correlation.timespan }
}

function compileCount(
  rule: Rule,
  query: Query,
  plan: SigmaPlan,
  correlation: Correlation,
): CompiledRule | null {
  const spec = rule.threshold
  if (!spec || query.kind !== 'event') return null
  const filter = { category: null, where: query.where }
  const matching = testsOf(plan)
  const step = makeStep(filter, keyFields(correlation, query.where.at), {
    keys: (event) => unique(matching(event).flatMap((i) => keysOf(event, plan, i, correlation.groupBy))),
    value: (event) => {
      const tuples = matching(event).map((i) => distinctOf(event, plan, i, spec.distinct))
      return { record: recordOf(event), distinct: [tuples.find((tuple) => tuple !== null) ?? null] }
    },
  })
  return { rule, steps: [step], window: spec.within, gap: spec.within }
}

function compileGeneral(rule: Rule, plan: SigmaPlan, correlation: Correlation): CompiledRule {
  const steps = plan.detections.map((_, i) => ({
    ...stepOf(plan, i, correlation),
    value: (event: RuleEvent) => ({ fields: valuesOf(event, plan, i) }),
  }))
  const window = spanOf(correlation)
  const wait = window + (rule.lateness ?? ALLOWED_LATENESS)
  return {
    rule,
    steps,
    window,
    gap: correlation.timespan,
    correlation,
    // An event that is late, or yet to come within the window, can change what holds for the window as a whole.
    ...(isMonotone(correlation) ? {} : { negation: { shape: null, wait } }),
  }
}

/** How far apart in time what leads to one completion can lie, correlations within it included. */
function spanOf({ timespan, of }: Correlation): Millis {
  return timespan + Math.max(0, ...of.map((one) => (typeof one === 'number' ? 0 : spanOf(one))))
}

function stepOf(plan: SigmaPlan, index: number, { groupBy }: Correlation): CompiledStep {
  const { where } = plan.detections[index]!
  // Filters of their own, so that a detection named twice is two steps.
  return makeStep({ category: null, where }, fieldRefs(groupBy.map(entityField), where.at), {
    keys: (event) => keysOf(event, plan, index, groupBy),
  })
}

function keyFields({ groupBy }: Correlation, at: FieldRef['at']): FieldRef[] {
  return fieldRefs(groupBy.map(entityField), at)
}

/** Which detections an event meets; where there is only one, a hit says so already. */
function testsOf({ detections }: SigmaPlan): (event: RuleEvent) => number[] {
  if (detections.length === 1) return () => [0]
  const tests = detections.map(({ where }: Detection) => compilePredicate({ category: null, where }))
  return (event) => tests.flatMap((test, i) => (test(event.fields) ? [i] : []))
}

// A field with more values than this is no key but a list.
const MOST_VALUES = 50
const LONGEST_VALUE = 500

/** One tuple for each combination of values; none where a field is missing. */
function keysOf(event: RuleEvent, plan: SigmaPlan, index: number, groupBy: readonly string[]): Json[][] {
  let tuples: Json[][] = [[]]
  for (const name of groupBy) {
    const values = keyTexts(event, plan, index, name)
    tuples = tuples.flatMap((tuple) => [...new Set(values)].map((value) => [...tuple, value]))
  }
  return tuples.slice(0, MOST_VALUES * 2)
}

/** An account's spelling never matters; its ECS fields join as they do in the other languages. */
function keyTexts(event: RuleEvent, plan: SigmaPlan, index: number, name: string): string[] {
  const field = plan.fields[index]!.get(name) ?? name
  if (isAccountField(field)) {
    const own = joinValues(event.fields, field)
    if (own.length > 0) return own.map(String)
  }
  const isAccount = entityField(name) === 'user.email'
  return textsAt(event, plan, index, name).map((text) => (isAccount ? text.toLowerCase() : text))
}

function distinctOf(
  event: RuleEvent,
  plan: SigmaPlan,
  index: number,
  fields: readonly string[],
): string | null {
  if (fields.length === 0) return null
  const tuple = fields.map((name) => keyTexts(event, plan, index, name)[0]?.toLowerCase() ?? null)
  return tuple.includes(null) ? null : JSON.stringify(tuple)
}

/** The values that correlations group and count by. */
function valuesOf(event: RuleEvent, plan: SigmaPlan, index: number): { [name: string]: Json } {
  return Object.fromEntries(
    [...plan.fields[index]!.keys()].map((name) => [name, textsAt(event, plan, index, name)]),
  )
}

function textsAt({ fields }: RuleEvent, plan: SigmaPlan, index: number, name: string): string[] {
  const detection = plan.detections[index]!
  const { texts } = viewOf(fields).field(fieldOf(detection.names, plan.fields[index]!.get(name) ?? name))
  return texts.filter((text) => text !== '' && text.length <= LONGEST_VALUE).slice(0, MOST_VALUES)
}

function unique(tuples: readonly Json[][]): Json[][] {
  return [...new Map(tuples.map((tuple) => [JSON.stringify(tuple), tuple])).values()]
}
