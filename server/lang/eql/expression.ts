import { didYouMean } from '../diagnose.ts'
import { canonicalName } from '../functions.ts'
import { KEYWORDS } from '../keywords.ts'
import type { ArithmeticOp, CompareOp, Expr, Span } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'
import { parseField } from './field.ts'
import { minus, parseConstant, parsePatterns } from './literal.ts'

const COMPARE = new Set(['==', '!=', '<', '<=', '>', '>='])
const JOINING = ['and', 'or', 'in', 'like', 'regex', 'not']

// A chain of arithmetic becomes a tree as deep as it is long.
const LONGEST_CHAIN = 200

/** A whole condition: `or` of `and` of `not` of comparisons. */
export function parseCondition(cursor: Cursor): Expr {
  return cursor.deeper(() => parseJoined(cursor, 'or', '||', () => parseAnd(cursor)))
}

function parseAnd(cursor: Cursor): Expr {
  return parseJoined(cursor, 'and', '&&', () => parseNot(cursor))
}

function parseJoined(cursor: Cursor, word: 'and' | 'or', foreign: string, parseItem: () => Expr): Expr {
  const start = cursor.peek().at
  const items: Expr[] = []
  const add = (item: Expr) => {
    // (a and b) and c is a and b and c
    if (item.kind === word) {
      for (const inner of item.items) items.push(inner)
    } else items.push(item)
  }
  add(parseItem())
  while (takeJoin(cursor, word, foreign)) add(parseItem())
  return items.length === 1 ? items[0]! : { kind: word, items, at: cursor.since(start) }
}

function takeJoin(cursor: Cursor, word: string, foreign: string): boolean {
  if (cursor.takeWord(word)) return true
  const token = cursor.peek()
  const isForeign = cursor.isSign(foreign) || (token.type === 'name' && token.value === word.toUpperCase())
  if (!isForeign) return false
  cursor.complain(`Unexpected ${describe(token)}`, `Write ${word}, in lower case`)
  cursor.next()
  return true
}

function parseNot(cursor: Cursor): Expr {
  const starts: Span[] = []
  while (cursor.isWord('not') || isForeignNot(cursor)) {
    if (!cursor.isWord('not'))
      cursor.complain(`Unexpected ${describe(cursor.peek())}`, 'Write not, in lower case')
    starts.push(cursor.next().at)
    if (starts.length > LONGEST_CHAIN) cursor.tooDeep()
  }
  let expr = cursor.recover(
    () => parseComparison(cursor),
    isOperandEnd,
    (): Expr => ({ kind: 'constant', type: 'boolean', value: true, at: cursor.before().at }),
  )
  for (const start of starts.toReversed()) expr = { kind: 'not', item: expr, at: cursor.since(start) }
  return expr
}

function isForeignNot(cursor: Cursor): boolean {
  const token = cursor.peek()
  if (token.type === 'sign' && token.value === '!') return true
  const after = cursor.peek(1)
  return token.type === 'name' && token.value === 'NOT' && (after.type !== 'sign' || after.value === '(')
}

/** Where reading can go on after an operand that made no sense. */
function isOperandEnd(cursor: Cursor): boolean {
  if (['and', 'or', 'until'].some((word) => cursor.isWord(word))) return true
  return [')', ']', ',', '|', '&&', '||', '['].some((sign) => cursor.isSign(sign))
}

function parseComparison(cursor: Cursor): Expr {
  const left = parseSum(cursor)
  const op = takeCompare(cursor)
  if (op === null) {
    checkJoint(cursor)
    return left
  }
  const right = parseSum(cursor)
  const at = cursor.since(left.at)
  if (takeCompare(cursor) !== null) {
    cursor.fail('Comparisons cannot be chained', 'Join two comparisons with and', cursor.before().at)
  }
  checkJoint(cursor)
  if (op === '!=') return { kind: 'not', item: { kind: 'compare', op: '==', left, right, at }, at }
  return { kind: 'compare', op, left, right, at }
}

function takeCompare(cursor: Cursor): CompareOp | null {
  const token = cursor.peek()
  if (token.type !== 'sign') return null
  if (token.value === '=') {
    cursor.complain('[=] does not compare', 'Write == (exactly equal) or : (ignores case, takes wildcards)')
    cursor.next()
    return '=='
  }
  if (!COMPARE.has(token.value)) return null
  cursor.next()
  return token.value as CompareOp
}

/** A word right behind an operand is most often a misspelt operator. */
function checkJoint(cursor: Cursor): void {
  const token = cursor.peek()
  if (token.type !== 'name' || ['and', 'or', 'AND', 'OR', 'until', 'by', 'with'].includes(token.value)) return
  if (token.value === 'of' || token.value === 'where') return
  cursor.fail(
    `Unexpected ${describe(token)}`,
    didYouMean(token.value, JOINING) ?? 'Join conditions with and, or',
  )
}

function parseSum(cursor: Cursor): Expr {
  return parseChain(cursor, ['+', '-'], () => parseProduct(cursor))
}

function parseProduct(cursor: Cursor): Expr {
  return parseChain(cursor, ['*', '/', '%'], () => parseSigned(cursor))
}

function parseChain(cursor: Cursor, ops: ArithmeticOp[], parseItem: () => Expr): Expr {
  let left = parseItem()
  for (let length = 0; ; length++) {
    const op = ops.find((sign) => cursor.isSign(sign))
    if (!op) return left
    if (length > LONGEST_CHAIN) cursor.tooDeep()
    cursor.next()
    const right = parseItem()
    left = { kind: 'arithmetic', op, left, right, at: cursor.since(left.at) }
  }
}

function parseSigned(cursor: Cursor): Expr {
  const start = cursor.peek().at
  const signs: string[] = []
  while (cursor.isSign('-') || cursor.isSign('+')) {
    signs.push(cursor.next().value as string)
    if (signs.length > LONGEST_CHAIN) cursor.tooDeep()
  }
  let expr = parsePredicate(cursor)
  for (const sign of signs.toReversed()) {
    if (sign === '-') expr = negated(expr, cursor.since(start))
  }
  return expr
}

function negated(expr: Expr, at: Span): Expr {
  if (expr.kind === 'constant' && (expr.type === 'integer' || expr.type === 'double')) {
    return { ...expr, value: minus(expr.value as number | bigint), at }
  }
  return { kind: 'negate', value: expr, at }
}

/** A primary, and `in`, `:`, `like` or `regex` directly behind it. */
function parsePredicate(cursor: Cursor): Expr {
  const value = parsePrimary(cursor)
  const isNot = cursor.isWord('not')
  const op = cursor.peek(isNot ? 1 : 0)
  if (isNot && op.type === 'name' && (op.value === 'like' || op.value === 'regex')) {
    cursor.fail(`Unexpected [not] before [${op.value}]`, `Write: not ... ${op.value} ...`)
  }
  if (op.type === 'name' && op.value === 'in') {
    if (isNot) cursor.next()
    cursor.next()
    const list = parseList(cursor)
    const at = cursor.since(value.at)
    const test: Expr = { kind: 'in', value, list, insensitive: op.tilde, at }
    return isNot ? { kind: 'not', item: test, at } : test
  }
  if (isNot) return value
  if (cursor.isSign(':')) {
    cursor.next()
    const patterns = parsePatterns(cursor, ':')
    return { kind: 'pattern', op: 'like', insensitive: true, value, patterns, at: cursor.since(value.at) }
  }
  if (op.type === 'name' && (op.value === 'like' || op.value === 'regex')) {
    cursor.next()
    const patterns = parsePatterns(cursor, op.value)
    const insensitive = op.tilde
    return { kind: 'pattern', op: op.value, insensitive, value, patterns, at: cursor.since(value.at) }
  }
  return value
}

function parseList(cursor: Cursor): Expr[] {
  if (!cursor.takeSign('(')) cursor.fail('[in] needs a list in parentheses', 'Write: in ("a", "b")')
  if (cursor.isSign(')')) {
    cursor.complain('The list of [in] is empty', 'Give at least one value')
    cursor.next()
    return []
  }
  return parseItems(cursor)
}

/** Expressions up to the closing parenthesis. */
function parseItems(cursor: Cursor): Expr[] {
  const items = [parseCondition(cursor)]
  while (cursor.takeSign(',')) items.push(parseCondition(cursor))
  closeParenthesis(cursor)
  return items
}

function closeParenthesis(cursor: Cursor): void {
  if (!cursor.takeSign(')')) {
    cursor.fail(`A closing ) is missing before ${describe(cursor.peek())}`, 'A parenthesis is not closed')
  }
}

function parsePrimary(cursor: Cursor): Expr {
  const token = cursor.peek()
  const constant = parseConstant(cursor)
  if (constant) return constant
  if (token.type === 'sign' && token.value === '(') {
    cursor.next()
    const inner = parseCondition(cursor)
    closeParenthesis(cursor)
    return inner
  }
  if (token.type === 'name' && cursor.isSign('(', 1) && !KEYWORDS.has(token.value)) return parseCall(cursor)
  if (token.type === 'name' && cursor.isWord('of', 1)) {
    return skipRelationship(cursor)
  }
  if (token.type === 'name' || token.type === 'quoted' || (token.type === 'sign' && token.value === '?')) {
    return { kind: 'field', ...parseField(cursor) }
  }
  if (token.type === 'sign' && token.value === '[') {
    cursor.fail('Unexpected opening bracket', 'A step in [ ] stands only in a sequence or sample')
  }
  return cursor.fail(
    token.type === 'end' ? 'The condition ends too early' : `Unexpected ${describe(token)}`,
    token.type === 'end' ? 'A field, a value or a function is expected here' : null,
  )
}

/** `child of [ ... ]` of another dialect, skipped as a whole. */
function skipRelationship(cursor: Cursor): Expr {
  const start = cursor.peek().at
  cursor.complain('Process relationships are not supported', 'Use a sequence by the process id instead')
  cursor.next()
  cursor.next()
  if (cursor.takeSign('[')) {
    cursor.skipTo((c) => c.isSign(']'))
    cursor.takeSign(']')
  }
  return { kind: 'constant', type: 'boolean', value: true, at: cursor.since(start) }
}

function parseCall(cursor: Cursor): Expr {
  const token = cursor.next()
  const name = token.value as string
  cursor.next()
  const args = cursor.takeSign(')') ? [] : parseItems(cursor)
  return {
    kind: 'call',
    name: canonicalName(name),
    insensitive: token.tilde,
    args,
    at: cursor.since(token.at),
  }
}
