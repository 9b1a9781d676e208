/** Events that came close to meeting a condition, and which of its clauses they lack. */
import type { RuleEvent } from '../../domain/event.ts'
import type { Fields } from '../../domain/json.ts'
import { type Clause, explainClauses } from '../../lang/matched.ts'
import { categoryTest, compilePredicate } from '../../lang/predicate.ts'
import type { EventFilter, Expr } from '../../lang/tree.ts'
import { walkExpr } from '../../rules/walk-expr.ts'
import { showValue } from '../summary.ts'

export type Near = {
  event: RuleEvent
  /** The fewest clauses that would have to be otherwise. */
  unmet: Clause[]
  /** All clauses, as the condition reads. */
  clauses: Clause[]
}

const MOST_NEAR = 3
const LONGEST_CLAUSE = 200

/** Of events that do not meet the condition those that lack least, the latest first where they lack as much. */
export function nearestTo(filter: EventFilter, events: readonly RuleEvent[]): Near[] {
  const lackOf = compileLack(whole(filter))
  const nothing = lackOf({})
  const lacking = events.flatMap((event) => {
    const lack = lackOf(event.fields)
    return isNear(lack, nothing) ? [{ event, lack }] : []
  })
  return lacking
    .sort((a, b) => a.lack.cost - b.lack.cost || b.event.time - a.event.time)
    .slice(0, MOST_NEAR)
    .map(({ event, lack }) => ({
      event,
      unmet: lack.exprs.flatMap((where) => explainClauses({ category: null, where }, event.fields)),
      clauses: explainClauses(filter, event.fields),
    }))
}

/** `event.outcome == "success" (was failure)`. */
export function lackText({ text, values }: Clause): string {
  const clause = text.length > LONGEST_CLAUSE ? `${text.slice(0, LONGEST_CLAUSE)}…` : text
  const held = [...new Set(values.map(({ value }) => showValue(value)))]
  return `${clause} (${held.length > 0 ? `was ${held.join(', ')}` : 'there is no such value'})`
}

type Lack = {
  cost: number
  /** Of the cost, what says that this is another kind of event. */
  otherness: number
  exprs: Expr[]
}

/** What tells kinds of events apart weighs more: a failed sign-in is nearer to a sign-in than a mail is. */
const KIND_FIELDS = new Set(['event.dataset', 'event.action', 'event.category', 'event.code'])
const KIND_WEIGHT = 5

function compileLack(expr: Expr): (fields: Fields) => Lack {
  if (expr.kind === 'and') {
    const items = expr.items.map(compileLack)
    return (fields) => items.map((item) => item(fields)).reduce(together, NOTHING)
  }
  if (expr.kind === 'or') {
    const items = expr.items.map(compileLack)
    return (fields) => items.map((item) => item(fields)).reduce((a, b) => (b.cost < a.cost ? b : a))
  }
  const test = compilePredicate({ category: null, where: expr })
  const otherness = isOfKind(expr) ? KIND_WEIGHT : 0
  const lack = { cost: otherness || 1, otherness, exprs: [expr] }
  return (fields) => (test(fields) ? NOTHING : lack)
}

const NOTHING: Lack = { cost: 0, otherness: 0, exprs: [] }

function together(a: Lack, b: Lack): Lack {
  return { cost: a.cost + b.cost, otherness: a.otherness + b.otherness, exprs: [...a.exprs, ...b.exprs] }
}

/** Nearer than an empty document, and of the kind that is meant, if the condition says any. */
function isNear(lack: Lack, nothing: Lack): boolean {
  if (lack.cost === 0 || lack.cost >= nothing.cost) return false
  return nothing.otherness === 0 || lack.otherness < nothing.otherness
}

function isOfKind(expr: Expr): boolean {
  if (expr.kind === 'kql-match') return expr.field !== null && KIND_FIELDS.has(expr.field)
  return [...walkExpr(expr)].some((one) => one.kind === 'field' && KIND_FIELDS.has(one.path))
}

function whole(filter: EventFilter): Expr {
  if (filter.category === null) return filter.where
  return { kind: 'and', items: [categoryTest(filter), filter.where], at: filter.where.at }
}
