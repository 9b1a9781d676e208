import { didYouMean } from '../diagnose.ts'
import { KEYWORDS } from '../keywords.ts'
import type { EventFilter, Expr, Span } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'
import { parseCondition } from './expression.ts'

/** `category where condition`. */
export function parseFilter(cursor: Cursor): EventFilter {
  const category = parseCategory(cursor)
  if (!cursor.takeWord('where')) {
    const token = cursor.peek()
    const near = token.type === 'name' ? didYouMean(token.value, ['where']) : null
    cursor.fail(
      `Expected [where] but found ${describe(token)}`,
      near ?? 'A query reads: <category> where <condition>, or: any where <condition>',
    )
  }
  return { category, where: parseCondition(cursor) }
}

function parseCategory(cursor: Cursor): string | null {
  const token = cursor.next()
  if (token.type === 'string') return token.value
  if (token.type === 'name' && token.value === 'any') return null
  if (token.type === 'name' && !token.tilde && (!KEYWORDS.has(token.value) || cursor.isWord('where'))) {
    return token.value
  }
  const hint =
    token.type === 'quoted'
      ? `Write the category as a string: "${token.value}"`
      : 'A query begins with a category or with any: any where <condition>'
  return cursor.fail(`Expected an event category but found ${describe(token)}`, hint, token.at)
}

/** What stands in for a condition that could not be read, so that the rest can be checked. */
export function unreadable(at: Span): Expr {
  return { kind: 'constant', type: 'boolean', value: true, at }
}
