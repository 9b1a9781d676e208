import type { Rule } from '../domain/rule.ts'
import { ALLOWED_LATENESS, formatSpan } from '../domain/time.ts'
import { nearest } from '../lang/diagnose.ts'
import { readSigma } from '../lang/sigma/parse.ts'
import { isMonotone } from '../lang/sigma/plan.ts'
import type { EventFilter, Expr, Query } from '../lang/tree.ts'
import { walkExpr } from './walk-expr.ts'
import { parseQuery } from './query-text.ts'
import { RESPOND_STEPS } from './respond/catalogue.ts'

/** Something that is allowed but seldom meant. `message` is one sentence; `impact` says what follows from it. */
export type ReviewWarning = {
  code: ReviewCode
  message: string
  impact: string
  line: number
  column: number
}

export type ReviewCode =
  | 'no-dataset'
  | 'matches-everything'
  | 'leading-wildcard'
  | 'no-maxspan'
  | 'no-join-key'
  | 'entity-not-in-key'
  | 'waits-for-late-logs'
  | 'unknown-step'

/**
 * Looks over a rule that reads without errors, in the order of the query's text. Old functions and pipes are told by
 * the parser and the compiler.
 */
export function reviewRule(rule: Rule): ReviewWarning[] {
  const query = parseQuery(rule.language, rule.query).query
  if (!query) return []
  // The reader of Sigma tells what there is to say of log sources, and names keys as the rule does.
  if (rule.language === 'sigma') return [...reviewWait(rule, query), ...reviewSteps(rule)]
  const filters = filtersOf(query)
  return [
    ...filters.flatMap(reviewFilter),
    ...reviewSequence(rule, query),
    ...reviewKey(rule, query),
    ...reviewWait(rule, query),
    ...reviewSteps(rule),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column)
}

type At = { line: number; column: number }

function warning(code: ReviewCode, at: At, message: string, impact: string): ReviewWarning {
  return { code, message, impact, line: at.line, column: at.column }
}

function filtersOf(query: Query): EventFilter[] {
  if (query.kind === 'event') return [query]
  return query.kind === 'sequence' && query.until ? [...query.steps, query.until] : query.steps
}

function reviewFilter(filter: EventFilter): ReviewWarning[] {
  const found: ReviewWarning[] = []
  const where = filter.where
  if (where.kind === 'constant' && where.value === true && filter.category === null) {
    found.push(
      warning(
        'matches-everything',
        where.at,
        'This step matches every log',
        'Each log is stored as a hit: slow and large.',
      ),
    )
  } else if (!namesDataset(where)) {
    found.push(
      warning(
        'no-dataset',
        where.at,
        'This step names no dataset, e.g. event.dataset == "o365.audit"',
        'It is tried on every log, and a field that two products use differently can match by accident.',
      ),
    )
  }
  for (const part of walkExpr(where)) {
    if (hasLeadingWildcard(part)) {
      found.push(
        warning(
          'leading-wildcard',
          part.at,
          'A pattern begins with *',
          'The whole value must be read each time; leave the * out where the beginning is known.',
        ),
      )
    }
  }
  return onePerCode(found)
}

// One warning of a kind a step is enough to act on.
function onePerCode(found: ReviewWarning[]): ReviewWarning[] {
  return found.filter(({ code }, i) => found.findIndex((other) => other.code === code) === i)
}

const DATASET_FIELDS = ['event.dataset', 'data_stream.dataset', 'event.module', '_index']

/** Whether every way to match goes through a dataset. */
function namesDataset(expr: Expr): boolean {
  switch (expr.kind) {
    case 'and':
      return expr.items.some(namesDataset)
    case 'or':
      return expr.items.every(namesDataset)
    case 'compare':
      return expr.op === '==' && (isDataset(expr.left) || isDataset(expr.right))
    case 'in':
    case 'pattern':
      return isDataset(expr.value)
    case 'kql-match':
      return expr.field !== null && DATASET_FIELDS.includes(expr.field)
    default:
      return false
  }
}

function isDataset(expr: Expr): boolean {
  return expr.kind === 'field' && DATASET_FIELDS.includes(expr.path)
}

function hasLeadingWildcard(expr: Expr): boolean {
  if (expr.kind === 'kql-match') return !expr.value.phrase && /^\*./.test(expr.value.text)
  const patterns =
    expr.kind === 'pattern' && expr.op === 'like'
      ? expr.patterns
      : expr.kind === 'call' && expr.name.toLowerCase() === 'wildcard'
        ? expr.args.slice(1)
        : []
  return patterns.some(
    (part) => part.kind === 'constant' && typeof part.value === 'string' && /^\*[^*]/.test(part.value),
  )
}

function reviewSequence(rule: Rule, query: Query): ReviewWarning[] {
  if (query.kind !== 'sequence') return []
  const at = query.steps[0]!.at
  const found: ReviewWarning[] = []
  if (query.maxspan === null) {
    found.push(
      warning('no-maxspan', at, 'The sequence has no maxspan', 'Steps months apart would be put together.'),
    )
  }
  if (query.steps.every((step) => step.by.length === 0)) {
    found.push(
      warning(
        'no-join-key',
        at,
        'The sequence joins by nothing',
        'Steps of different people would be put together.',
      ),
    )
  }
  return found
}

function reviewWait(rule: Rule, query: Query): ReviewWarning[] {
  const isNegated = query.kind === 'sequence' && (query.until || query.steps.some((step) => step.missing))
  const isAboutBefore = rule.newTerms !== null || rule.threshold?.baseline !== undefined
  const isAboutAll = rule.kind === 'correlation' && waitsForAll(rule.query)
  if (!isNegated && !isAboutBefore && !isAboutAll) return []
  const at = query.kind === 'event' ? query.where.at : query.steps[0]!.at
  return [
    warning(
      'waits-for-late-logs',
      at,
      isAboutBefore
        ? 'The rule depends on what was there before'
        : isAboutAll
          ? 'The rule depends on all that happens within its window'
          : 'The rule depends on something that did not happen',
      `Its alerts wait until late logs have had time to arrive (${formatSpan(rule.lateness ?? ALLOWED_LATENESS)}).`,
    ),
  ]
}

/** Whether more events could take back what a Sigma correlation finds. */
function waitsForAll(text: string): boolean {
  const correlation = readSigma(text).plan?.correlation
  return correlation !== undefined && correlation !== null && !isMonotone(correlation)
}

function reviewKey(rule: Rule, query: Query): ReviewWarning[] {
  const at = query.kind === 'sequence' ? query.steps[0]!.at : { line: 1, column: 1 }
  const keys = query.kind === 'sequence' ? query.steps[0]!.by.map(({ path }) => path) : keysOf(rule)
  if (keys.length === 0 || keys.includes(rule.entity)) return []
  return [
    warning(
      'entity-not-in-key',
      at,
      `The rule is about ${rule.entity}, but joins by ${keys.join(', ')}`,
      'One alert can hold events of several of them.',
    ),
  ]
}

function keysOf(rule: Rule): string[] {
  return rule.threshold?.by ?? rule.travel?.by ?? rule.newTerms?.by ?? []
}

function reviewSteps(rule: Rule): ReviewWarning[] {
  return rule.respond
    .filter((id) => !RESPOND_STEPS.includes(id))
    .map((id) => {
      const near = nearest(id, RESPOND_STEPS)
      const message = `There is no response step "${id}"${near ? `; did you mean "${near}"?` : ''}`
      return warning('unknown-step', { line: 1, column: 1 }, message, 'It is left out of the advice.')
    })
}
