/** Conditions on account fields, which audit log and sign-in log spell differently: compared without case. */
import type { EventFilter, Expr, Span } from './tree.ts'

/** Whether a field names an account. */
type IsAccountField = (path: string) => boolean

/**
 * The same condition with account fields compared without case, and a `user.name` that holds an address counting as
 * its local part too.
 */
export function withoutAccountCase<Filter extends EventFilter>(
  filter: Filter,
  isAccountField: IsAccountField,
): Filter {
  return { ...filter, where: relax(filter.where, isAccountField) }
}

function relax(expr: Expr, isAccountField: IsAccountField): Expr {
  const isAccount = (part: Expr): part is Field => part.kind === 'field' && isAccountField(part.path)
  switch (expr.kind) {
    case 'and':
    case 'or':
      return { ...expr, items: expr.items.map((item) => relax(item, isAccountField)) }
    case 'not':
      return { ...expr, item: relax(expr.item, isAccountField) }
    case 'compare': {
      const [field, value] = expr.left.kind === 'field' ? [expr.left, expr.right] : [expr.right, expr.left]
      if (field.kind !== 'field' || value.kind !== 'constant' || value.type !== 'string') return expr
      if (!isAccountField(field.path) || (expr.op !== '==' && expr.op !== '!=')) return expr
      const same = anyOf(field, [value], expr.at)
      return expr.op === '==' ? same : { kind: 'not', item: same, at: expr.at }
    }
    case 'in':
      return isAccount(expr.value) ? anyOf(expr.value, expr.list, expr.at) : expr
    case 'pattern':
      return isAccount(expr.value) ? { ...expr, insensitive: true } : expr
    case 'call':
      return expr.args[0] && isAccount(expr.args[0]) ? { ...expr, insensitive: true } : expr
    case 'kql-match':
      return expr.field !== null && isAccountField(expr.field) ? relaxMatch(expr, expr.field) : expr
    default:
      return expr
  }
}

type Field = Extract<Expr, { kind: 'field' }>

function anyOf(value: Field, list: Expr[], at: Span): Expr {
  const same: Expr = { kind: 'in', value, list, insensitive: true, at }
  const local = value.path === 'user.name' ? list.filter(isLocalPart) : []
  if (local.length === 0) return same
  const patterns = local.map((item) => ({ ...item, value: `${item.value}@*` }))
  return {
    kind: 'or',
    items: [same, { kind: 'pattern', op: 'like', insensitive: true, value, patterns, at }],
    at,
  }
}

type Text = Extract<Expr, { kind: 'constant' }>

function isLocalPart(expr: Expr): expr is Text {
  return expr.kind === 'constant' && expr.type === 'string' && /^[^@*?]+$/.test(String(expr.value))
}

/** KQL's own match, or the same text in any case. */
function relaxMatch(expr: Extract<Expr, { kind: 'kql-match' }>, path: string): Expr {
  const { value, at } = expr
  const field: Field = { kind: 'field', path, optional: true, at }
  const text: Text = { kind: 'constant', type: 'string', value: value.text, at }
  if (value.phrase || !value.text.includes('*')) return orItself(expr, anyOf(field, [text], at))
  if (value.text.includes('?') || value.literal?.length) return expr
  return orItself(expr, {
    kind: 'pattern',
    op: 'like',
    insensitive: true,
    value: field,
    patterns: [text],
    at,
  })
}

/** A number or an address block in the text means more than the text: then KQL's own match stays beside it. */
function orItself(expr: Extract<Expr, { kind: 'kql-match' }>, relaxed: Expr): Expr {
  const { text } = expr.value
  const isText = Number.isNaN(Number(text)) && !text.includes('/') && text !== 'true' && text !== 'false'
  return isText ? relaxed : { kind: 'or', items: [expr, relaxed], at: expr.at }
}
