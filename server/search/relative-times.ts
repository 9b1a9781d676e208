/** Times relative to now in KQL ranges (`@timestamp > now-1d`). */
import { parseRelativeTime } from '../domain/relative-time.ts'
import { type Millis, toIso } from '../domain/time.ts'
import type { EventFilter, Expr } from '../lang/tree.ts'

/** The same condition with the instants that such times mean now. */
export function withInstants<Filter extends EventFilter>(filter: Filter, now: Millis): Filter {
  return { ...filter, where: resolve(filter.where, now) }
}

function resolve(expr: Expr, now: Millis): Expr {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return { ...expr, items: expr.items.map((item) => resolve(item, now)) }
    case 'not':
    case 'kql-nested':
      return { ...expr, item: resolve(expr.item, now) }
    case 'kql-range': {
      const time = parseRelativeTime(expr.value, now)
      return time === undefined ? expr : { ...expr, value: toIso(time) }
    }
    default:
      return expr
  }
}
