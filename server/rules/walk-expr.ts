import type { Expr } from '../lang/tree.ts'

/** An expression and all within it, from the outside in. */
export function* walkExpr(expr: Expr): Generator<Expr> {
  yield expr
  for (const child of children(expr)) yield* walkExpr(child)
}

function children(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.items
    case 'not':
    case 'kql-nested':
      return [expr.item]
    case 'call':
      return expr.args
    case 'compare':
    case 'arithmetic':
      return [expr.left, expr.right]
    case 'in':
      return [expr.value, ...expr.list]
    case 'pattern':
      return [expr.value, ...expr.patterns]
    case 'negate':
      return [expr.value]
    default:
      return []
  }
}
