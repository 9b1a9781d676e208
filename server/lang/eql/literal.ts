import type { Expr } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'

const WORDS: Record<string, null | boolean> = { null: null, true: true, false: false }

/** A constant if the next token is one. */
export function parseConstant(cursor: Cursor): Expr | undefined {
  const token = cursor.peek()
  const { at } = token
  if (token.type === 'string') {
    cursor.next()
    return { kind: 'constant', type: 'string', value: token.value, at }
  }
  if (token.type === 'number') {
    cursor.next()
    return { kind: 'constant', type: token.double ? 'double' : 'integer', value: token.value, at }
  }
  if (token.type !== 'name' || token.tilde || !Object.hasOwn(WORDS, token.value)) return undefined
  cursor.next()
  const value = WORDS[token.value]!
  return value === null
    ? { kind: 'constant', type: 'null', value, at }
    : { kind: 'constant', type: 'boolean', value, at }
}

/** What stands to the right of `:`, `like` and `regex`: one literal, or several in parentheses. */
export function parsePatterns(cursor: Cursor, op: string): Expr[] {
  if (!cursor.takeSign('(')) return [parseLiteral(cursor, op)]
  if (cursor.isSign(')')) {
    cursor.complain(`The list of [${op}] is empty`, 'Give at least one pattern')
    cursor.next()
    return []
  }
  const patterns = [parseLiteral(cursor, op)]
  while (cursor.takeSign(',')) patterns.push(parseLiteral(cursor, op))
  if (!cursor.takeSign(')')) {
    cursor.fail(
      `A closing ) is missing before ${describe(cursor.peek())}`,
      'The list of patterns is not closed',
    )
  }
  return patterns
}

function parseLiteral(cursor: Cursor, op: string): Expr {
  const start = cursor.peek().at
  const negative = cursor.isSign('-') && cursor.peek(1).type === 'number'
  if (negative) cursor.next()
  const constant = parseConstant(cursor)
  if (!constant) {
    const { type } = cursor.peek()
    const isField = type === 'name' || type === 'quoted'
    return cursor.fail(
      `The right side of [${op}] must be a literal, found ${describe(cursor.peek())}`,
      isField ? 'Compare two fields with ==' : 'Write it in double quotes',
    )
  }
  if (!negative || constant.kind !== 'constant') return constant
  return { ...constant, value: minus(constant.value as number | bigint), at: cursor.since(start) }
}

/** The negative of a literal; there is no -0. */
export function minus(value: number | bigint): number | bigint {
  return value === 0 ? 0 : -value
}
