import { type Doc } from './document.ts'
import { compileKql } from './kql/match.ts'
import { compileLeaf } from './leaf.ts'
import { joinNode, type Node, notNode } from './node.ts'
import { compileSigma } from './sigma/match.ts'
import type { EventFilter, Expr } from './tree.ts'
import type { FieldTypes } from './values.ts'

/** Whether a document meets a condition. Never throws, never looks at the order of keys. */
export type Predicate = (doc: Doc) => boolean

export type PredicateOptions = {
  /** Types that JSON cannot say, by path. `@timestamp` is a date unless it says otherwise. */
  types?: FieldTypes | undefined
  /** Where the category stands; default `event.category`. */
  categoryField?: string | undefined
}

export type { FieldType, FieldTypes } from './values.ts'

const NO_TYPES: FieldTypes = new Map([['@timestamp', 'date']])

/** Compiles a filter once into closures; what comes back runs on every event. */
export function compilePredicate(filter: EventFilter, options: PredicateOptions = {}): Predicate {
  return compileFilter(filter, options).test
}

/** The same with what is needed to explain an answer. */
export function compileFilter(filter: EventFilter, options: PredicateOptions = {}): Node {
  const types = withTimestamp(options.types)
  const where = compileCondition(filter.where, types)
  if (filter.category === null) return where
  // The category comes first: it decides most often. It is no finding of the condition, so it is not explained.
  const category = compileLeaf(categoryTest(filter, options), types)
  return joinNode('and', [{ test: category.test, explain: () => undefined, cost: 0 }, where])
}

/** `process where ...` as the comparison it stands for. */
export function categoryTest(filter: EventFilter, options: PredicateOptions = {}): Expr {
  const at = { line: 1, column: 1, length: 0, offset: 0 }
  return {
    kind: 'compare',
    op: '==',
    left: { kind: 'field', path: options.categoryField ?? 'event.category', optional: false, at },
    right: { kind: 'constant', type: 'string', value: filter.category, at },
    at,
  }
}

/** A condition: `and`, `or` and `not` are two-valued here, whatever is unknown inside a leaf makes it false. */
export function compileCondition(expr: Expr, types: FieldTypes): Node {
  // Without fields the whole of it is a constant, where unknown stays unknown: not null is no match.
  if (!readsFields(expr)) return compileLeaf(expr, types)
  switch (expr.kind) {
    case 'and':
    case 'or':
      return joinNode(
        expr.kind,
        expr.items.map((item) => compileCondition(item, types)),
      )
    case 'not':
      return notNode(compileCondition(expr.item, types))
    case 'compare':
      // a != b is not (a == b): of several values none may be equal
      if (expr.op === '!=') return notNode(compileLeaf({ ...expr, op: '==' }, types))
      return compileLeaf(expr, types)
    case 'kql-match':
    case 'kql-range':
    case 'kql-exists':
    case 'kql-nested':
      return compileKql(expr, types, compileCondition)
    case 'sigma-match':
      return compileSigma(expr)
    default:
      return compileLeaf(expr, types)
  }
}

export function withTimestamp(types: FieldTypes | undefined): FieldTypes {
  if (!types) return NO_TYPES
  return types.has('@timestamp') ? types : new Map([...types, ['@timestamp', 'date']])
}

function readsFields(expr: Expr): boolean {
  switch (expr.kind) {
    case 'constant':
      return false
    case 'not':
      return readsFields(expr.item)
    case 'and':
    case 'or':
      return expr.items.some(readsFields)
    case 'compare':
    case 'arithmetic':
      return readsFields(expr.left) || readsFields(expr.right)
    case 'negate':
      return readsFields(expr.value)
    case 'call':
      return expr.args.some(readsFields)
    case 'in':
      return readsFields(expr.value) || expr.list.some(readsFields)
    case 'pattern':
      return readsFields(expr.value)
    default:
      return true
  }
}
