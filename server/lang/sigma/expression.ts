/** A temporal correlation's condition as a text: which of its rules must have matched. */
import { Findings } from '../diagnose.ts'
import type { Expr, Span } from '../tree.ts'
import { parseCondition } from './condition.ts'

const AT: Span = { line: 1, column: 1, length: 1, offset: 0 }

/** Tests the numbers of the rules that matched; `called` are the names of each. Null if the text has a mistake. */
export function parseExpression(
  text: string,
  called: readonly (readonly string[])[],
  findings = new Findings(),
  at: Span = AT,
): ((matched: ReadonlySet<number>) => boolean) | null {
  const names = new Map(
    called.flatMap((all, rule) =>
      all.map((name): [string, Expr] => [name, { kind: 'constant', type: 'integer', value: rule, at }]),
    ),
  )
  const expr = parseCondition(text, at, names, findings)
  return expr && ((matched) => holds(expr, matched))
}

function holds(expr: Expr, matched: ReadonlySet<number>): boolean {
  switch (expr.kind) {
    case 'and':
      return expr.items.every((item) => holds(item, matched))
    case 'or':
      return expr.items.some((item) => holds(item, matched))
    case 'not':
      return !holds(expr.item, matched)
    default:
      return expr.kind === 'constant' && matched.has(Number(expr.value))
  }
}
