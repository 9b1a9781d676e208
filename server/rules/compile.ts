/** A rule as written becomes one that can run: predicates built once, keys and values ready to be read off an event. */
import type { RuleEvent } from '../domain/event.ts'
import { type Json, valueAt } from '../domain/json.ts'
import type { Rule, ThresholdSpec } from '../domain/rule.ts'
import { ALLOWED_LATENESS, DAY, HOUR, type Millis } from '../domain/time.ts'
import { parseEql } from '../lang/eql/parse.ts'
import { parseKql } from '../lang/kql/parse.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { Diagnostic, EventFilter, FieldRef, Parsed, Query, SequenceQuery, Span } from '../lang/tree.ts'
import type { CompiledRule, CompiledStep, Negation } from './compiled.ts'
import { entityKey, joinKeys } from './keys.ts'
import { SAMPLE_REFUSED } from './rule-checks.ts'
import { stayAt } from './stay.ts'

export type Compilation = { compiled: CompiledRule | null; diagnostics: Diagnostic[] }

/** Episodes of single-event rules: one hour apart makes two. */
const SINGLE_GAP: Millis = HOUR
/** A sequence without maxspan has no window to take the gap from. */
const UNLIMITED_GAP: Millis = DAY

/** Compiles a rule. Its query's mistakes are answered with their positions in the query's text. */
export function compileRule(rule: Rule): Compilation {
  const parsed = parse(rule, rule.query)
  const diagnostics = [...parsed.diagnostics]
  if (!parsed.query) return { compiled: null, diagnostics }
  const compiled = compileKind(rule, parsed.query, diagnostics)
  if (rule.lateness !== undefined && compiled && !compiled.negation) diagnostics.push(noLateness())
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  return { compiled: failed ? null : compiled, diagnostics }
}

function compileKind(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
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
      diagnostics.push(refusal('Rules of the kind new_terms are not yet supported'))
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
    const step = makeStep({ category, where }, by, missing ? { negates: 'missing' } : {})
    return Array.from({ length: runs }, () => step)
  })
  if (query.until) {
    const { category, where, by } = query.until
    steps.push(makeStep({ category, where }, by, { negates: 'until' }))
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

function negationOf(rule: Rule, { maxspan, steps, until }: SequenceQuery): Negation | null {
  if (!until && steps.every(({ missing }) => !missing)) return null
  // Of what must be missing at the end, nobody knows before the span from the first event is over.
  const span = steps.at(-1)!.missing ? (maxspan ?? 0) : 0
  const shape = { maxspan, steps: steps.map(({ missing, runs }) => ({ missing, runs })) }
  return { shape, wait: span + (rule.lateness ?? ALLOWED_LATENESS) }
}

function compileThreshold(rule: Rule, query: Query, diagnostics: Diagnostic[]): CompiledRule | null {
  const spec = rule.threshold
  const filter = eventFilter(query, diagnostics, 'A threshold counts the events of a single-event query')
  if (!spec) diagnostics.push(refusal('A rule of the kind threshold needs a threshold'))
  if (!filter || !spec) return null
  const by = fieldRefs(spec.by, filter.where.at)
  const steps = [makeStep(filter, by, { value: (event) => counted(event, spec) })]
  if (rule.then) {
    const parsed = parse(rule, rule.then.query)
    for (const found of parsed.diagnostics) diagnostics.push({ ...found, message: `then: ${found.message}` })
    const then = parsed.query && eventFilter(parsed.query, diagnostics, 'then: needs a single-event query')
    if (then)
      steps.push(makeStep(then, by, { value: (event) => ({ record: recordOf(event), distinct: [] }) }))
  }
  return { rule, steps, window: spec.within, gap: spec.within }
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

function makeStep(
  filter: EventFilter,
  by: FieldRef[],
  own: Partial<Pick<CompiledStep, 'keys' | 'value' | 'negates'>> = {},
): CompiledStep {
  return {
    filter,
    by,
    matches: compilePredicate(filter),
    keys: own.keys ?? ((event) => joinKeys(event.fields, by)),
    value: own.value ?? (() => null),
    ...(own.negates && { negates: own.negates }),
  }
}

function counted(event: RuleEvent, spec: ThresholdSpec): Json {
  const distinct = [spec, ...(spec.or ?? [])].map((one) => distinctText(event, one.distinct))
  return { record: recordOf(event), distinct }
}

/** One text for the event's values in these fields: the first of each, account fields lower-cased. Null if one is missing. */
function distinctText(event: RuleEvent, fields: readonly string[]): string | null {
  if (fields.length === 0) return null
  const tuple = fields.map((path) => entityValue(event, path))
  return tuple.includes(null) ? null : JSON.stringify(tuple)
}

function entityValue(event: RuleEvent, path: string): Json {
  return joinKeys(event.fields, [{ path, optional: true }])[0]?.[0] ?? null
}

/** One sign-in is told by several datasets under one `event.id`. */
function recordOf(event: RuleEvent): string {
  const id = valueAt(event.fields, 'event.id')
  return typeof id === 'string' || typeof id === 'number' ? String(id) : event.id
}

function eventFilter(query: Query, diagnostics: Diagnostic[], otherwise: string): EventFilter | null {
  if (query.kind !== 'event') {
    diagnostics.push(refusal(otherwise, at(query)))
    return null
  }
  ignorePipes(query, diagnostics)
  return { category: query.category, where: query.where }
}

function ignorePipes(query: Query, diagnostics: Diagnostic[]): void {
  for (const { kind, at: where } of query.pipes) {
    diagnostics.push({
      severity: 'warning',
      ...place(where),
      message: `[${kind}] has no effect in a rule: every match counts`,
      hint: null,
    })
  }
}

function noLateness(): Diagnostic {
  return {
    severity: 'warning',
    ...place(undefined),
    message: '[lateness] has no effect: this rule does not depend on what did not happen',
    hint: 'Its alerts are raised at once, and late logs add to them.',
  }
}

function parse(rule: Rule, text: string): Parsed {
  return rule.language === 'kql' ? parseKql(text) : parseEql(text)
}

function fieldRefs(paths: readonly string[], where: Span): FieldRef[] {
  return paths.map((path) => ({ path, optional: false, at: where }))
}

function at(query: Query): Span | undefined {
  return query.kind === 'event' ? query.where.at : query.steps[0]?.at
}

function refusal(message: string, where?: Span): Diagnostic {
  return { severity: 'error', ...place(where), message, hint: null }
}

function place(where: Span | undefined): Pick<Diagnostic, 'line' | 'column' | 'length'> {
  return { line: where?.line ?? 1, column: where?.column ?? 1, length: where?.length ?? 1 }
}
