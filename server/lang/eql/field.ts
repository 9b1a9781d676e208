import { KEYWORDS } from '../keywords.ts'
import type { FieldRef } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'

/** `?a.b.c`, parts back-quoted where they are no plain names. */
export function parseField(cursor: Cursor): FieldRef {
  const start = cursor.peek().at
  const optional = cursor.takeSign('?')
  const names = [fieldName(cursor, true)]
  while (cursor.isSign('.')) {
    cursor.next()
    names.push(fieldName(cursor, false))
  }
  const index = cursor.isSign('[') && cursor.peek(1).type === 'number' && cursor.isSign(']', 2)
  if (index) {
    cursor.fail('Array indexes are not supported', 'Leave the index out: any element is looked at')
  }
  return { path: names.join('.'), optional, at: cursor.since(start) }
}

function fieldName(cursor: Cursor, first: boolean): string {
  const token = cursor.peek()
  if (token.type !== 'name' && token.type !== 'quoted') {
    return cursor.fail(
      `Expected a field name but found ${describe(token)}`,
      token.type === 'number' ? `Back-quote it: \`${token.value}\`` : null,
    )
  }
  if (token.tilde) cursor.fail('[~] stands only behind a function, in, like or regex')
  // Behind a dot a keyword can be nothing but a name.
  if (first && token.type === 'name' && KEYWORDS.has(token.value)) {
    const known = token.value === 'not' ? null : `Back-quote it if it is a field: \`${token.value}\``
    cursor.fail(`Unexpected [${token.value}], which is a keyword`, known)
  }
  cursor.next()
  return token.value
}
