import { isWordField } from './kql/value.ts'
import { parseCidr } from './address.ts'
import { tellingValues } from './sigma/telling.ts'
import type { EventFilter, Expr, KqlValue } from './tree.ts'

/**
 * Strings of which one must be a value at `path` for the filter to hold, null if that cannot be said. Never too
 * few: a document without any of them does not meet the filter. An empty set: nothing meets it.
 */
export function requiredValues(
  filter: EventFilter,
  path: string,
  categoryField = 'event.category',
): Set<string> | null {
  const where = requiredOf(filter.where, path)
  if (filter.category === null || path !== categoryField) return where
  // A category may be a list, so the condition may ask for another one of its values: either will do.
  return new Set([filter.category])
}

function requiredOf(expr: Expr, path: string): Set<string> | null {
  switch (expr.kind) {
    case 'and':
      return smallest(expr.items.map((item) => requiredOf(item, path)))
    case 'or':
      return union(expr.items.map((item) => requiredOf(item, path)))
    case 'constant':
      return expr.value === true ? null : new Set()
    case 'compare': {
      if (expr.op !== '==') return null
      const text = textOf(expr.right) ?? textOf(expr.left)
      const field = textOf(expr.right) === null ? expr.right : expr.left
      return text !== null && field.kind === 'field' && field.path === path ? new Set([text]) : null
    }
    case 'in': {
      if (expr.insensitive || expr.value.kind !== 'field' || expr.value.path !== path) return null
      return texts(expr.list)
    }
    case 'kql-match':
      return expr.field === path && isExact(expr.value) && !isWordField(path)
        ? new Set([expr.value.text])
        : null
    case 'sigma-match':
      return tellingValues(expr, path)
    case 'kql-nested':
      return path.startsWith(`${expr.field}.`)
        ? requiredOf(expr.item, path.slice(expr.field.length + 1))
        : null
    // Among them `like` without a wildcard: where the field is an object, it looks at the texts below.
    default:
      return null
  }
}

/** A value that only the same text can equal: no wildcard, number, truth value or block of addresses. */
function isExact(value: KqlValue): boolean {
  const { text } = value
  if (!value.phrase && text.includes('*')) return false
  const isNumber = text.trim() !== '' && !Number.isNaN(Number(text))
  return !isNumber && text !== 'true' && text !== 'false' && parseCidr(text) === null
}

function textOf(expr: Expr): string | null {
  return expr.kind === 'constant' && expr.type === 'string' ? String(expr.value) : null
}

function texts(list: Expr[]): Set<string> | null {
  const found = list.map(textOf)
  return found.every((text) => text !== null) ? new Set(found) : null
}

/** Of several that must all hold, the one that says most. */
function smallest(sets: (Set<string> | null)[]): Set<string> | null {
  const known = sets.filter((set) => set !== null)
  return known.reduce<Set<string> | null>((best, set) => (best && best.size <= set.size ? best : set), null)
}

function union(sets: (Set<string> | null)[]): Set<string> | null {
  const all = new Set<string>()
  for (const set of sets) {
    if (set === null) return null
    for (const value of set) all.add(value)
  }
  return all
}
