/** A rule as written becomes one that can run: predicates built once, keys and values ready to be read off an event. */
import type { Rule } from '../domain/rule.ts'
import { ALLOWED_LATENESS, DAY, HOUR, type Millis } from '../domain/time.ts'
import type { Diagnostic, FieldRef, Query, SequenceQuery } from '../lang/tree.ts'
import { compileNewTerms } from './compile/new-terms.ts'
import {
  at,
  eventFilter,
  fieldRefs,
  ignorePipes,
  makeStep,
  place,
  recordOf,
  refusal,
} from './compile/steps.ts'
import { compileSigma } from './compile/sigma.ts'
import { compileThreshold } from './compile/threshold.ts'
import type { CompiledRule, CompiledStep, Negation } from './compiled.ts'
import { entityKey, joinKeys } from './keys.ts'
import { parseQuery } from './query-text.ts'
import { SAMPLE_REFUSED } from './rule-checks.ts'
import { stayAt } from './stay.ts'

export type Compilation = { compiled: CompiledRule | null; diagnostics: Diagnostic[] }

/** Episodes of single-event rules: one hour apart makes two. */
const SINGLE_GAP: Millis = HOUR
/** A sequence without maxspan has no window to take the gap from. */
const UNLIMITED_GAP: Millis = DAY

/** Compiles a rule. Its query's mistakes are answered with their positions in the query's text. */
export function compileRule(rule: Rule): Compilation {
  const parsed = parseQuery(rule.language, rule.query)
  const diagnostics = [...parsed.diagnostics]
  if (!parsed.query) return { compiled: null, diagnostics }
  const compiled = compileKind(rule, parsed.query, diagnostics)
  if (rule.lateness !== undefined && compiled && !compiled.negation) diagnostics.push(noLateness())
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  return { compiled: failed ? null : compiled, diagnostics }
}

function compileKind(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  if (rule.language === 'sigma' && rule.kind !== 'query') return compileSigma(rule, query, diagnostics)
  switch (rule.kind) {
    case 'query':
      return compileSingle(rule, query, diagnostics)
    case 'sequence':
      return compileSequence(rule, query, diagnostics)
    case 'threshold':
      return compileThreshold(rule, query, diagnostics)
    case 'travel':
      return compileTravel(rule, query, diagnostics)
    case 'new_terms':
      return compileNewTerms(rule, query, diagnostics)
    case 'correlation':
      diagnostics.push(refusal('A rule of the kind correlation is written in Sigma'))
      return null
  }
}

function compileSingle(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const filter = eventFilter(query, diagnostics, 'A rule of the kind query needs a query over single events')
  if (!filter) return null
  const step = makeStep(filter, [], { keys: (event) => [entityKey(event, rule.entity)] })
  return { rule, steps: [step], window: 0, gap: SINGLE_GAP }
}

function compileSequence(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  if (query.kind === 'sample')
    diagnostics.push({ ...refusal(SAMPLE_REFUSED.message, at(query)), hint: SAMPLE_REFUSED.hint })
  else if (query.kind === 'event')
    diagnostics.push(refusal('A rule of the kind sequence needs a sequence query'))
  if (query.kind !== 'sequence') return null
  ignorePipes(query, diagnostics)
  const steps = query.steps.flatMap(({ category, where, by, runs, missing }) => {
    // Copies share the filter, by which they are known as copies: an event is matched against the first only.
    const own = rule.several ? strands(by, rule.several.by.length) : {}
    const step = makeStep({ category, where }, by, missing ? { negates: 'missing' } : own)
    return Array.from({ length: runs }, () => step)
  })
  if (query.until) {
    const { category, where, by } = query.until
    steps.push(makeStep({ category, where }, by, { negates: 'until' }))
  }
  if (rule.several && query.maxspan !== null) {
    const within = query.maxspan
    // The last of them may complete a whole span after the first.
    return {
      rule,
      steps,
      window: 2 * within,
      gap: within,
      several: { within, atLeast: rule.several.atLeast },
    }
  }
  const window = query.maxspan ?? Infinity
  const negation = negationOf(rule, query)
  return {
    rule,
    steps,
    window,
    gap: query.maxspan ?? UNLIMITED_GAP,
    ...(negation && { negation }),
  }
}

/** The first join keys are the group's; the combinations of the others stand in the hit. */
function strands(by: FieldRef[], outer: number): Partial<Pick<CompiledStep, 'keys' | 'value'>> {
  const inner = by.slice(outer)
  return {
    keys: (event) =>
      joinKeys(event.fields, inner).length > 0 ? joinKeys(event.fields, by.slice(0, outer)) : [],
    value: (event) => joinKeys(event.fields, inner).map((tuple) => JSON.stringify(tuple)),
  }
}

function negationOf(rule: Rule, { maxspan, steps, until }: SequenceQuery): Negation | null {
  if (!until && steps.every(({ missing }) => !missing)) return null
  // Of what must be missing at the end, nobody knows before the span from the first event is over.
  const span = steps.at(-1)!.missing ? (maxspan ?? 0) : 0
  const shape = { maxspan, steps: steps.map(({ missing, runs }) => ({ missing, runs })) }
  return { shape, wait: span + (rule.lateness ?? ALLOWED_LATENESS) }
}

function compileTravel(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const spec = rule.travel
  const filter = eventFilter(query, diagnostics, 'Travel is told by the events of a single-event query')
  if (!spec) diagnostics.push(refusal('A rule of the kind travel needs its numbers'))
  if (!filter || !spec) return null
  const by = fieldRefs(spec.by, filter.where.at)
  const step = makeStep(filter, by, {
    // Without a place there is nothing to compare.
    keys: (event) => (stayAt(event.fields) ? joinKeys(event.fields, by) : []),
    value: (event) => ({ ...stayAt(event.fields), record: recordOf(event), dataset: event.dataset }),
  })
  return { rule, steps: [step], window: spec.within, gap: spec.within }
}

function noLateness(): Diagnostic {
  return {
    severity: 'warning',
    ...place(undefined),
    message: '[lateness] has no effect: this rule does not depend on what did not happen',
    hint: 'Its alerts are raised at once, and late logs add to them.',
  }
}
