import { inBlock, parseAddress, parseBlock } from './address.ts'
import { calculate, negative } from './arithmetic.ts'
import { compilePath, type Reader } from './document.ts'
import { applyFunction, functionNamed } from './functions.ts'
import { compileLikes, type TextTest } from './glob.ts'
import { compileRegexes, compileSearch } from './regex.ts'
import type { CompareOp, Expr } from './tree.ts'
import { double, type FieldType, type FieldTypes, order, textOf, typed, type Value } from './values.ts'

/** Evaluates an expression over one value for each field; three-valued, null is unknown. */
export type Evaluate = (slots: readonly Value[]) => Value

type Slot = { path: string; read: Reader; type: FieldType | undefined; spread: boolean }

/** The fields that an expression reads, each once. */
export class Scope {
  readonly slots: Slot[] = []
  readonly types: FieldTypes
  cost = 0

  constructor(types: FieldTypes) {
    this.types = types
  }

  /** The slot of a field. `spread`: it stands where text is wanted, so an object is looked into. */
  slot(path: string, spread: boolean): number {
    const known = this.slots.findIndex((slot) => slot.path === path)
    if (known !== -1) {
      this.slots[known]!.spread ||= spread
      return known
    }
    this.cost++
    return this.slots.push({ path, read: compilePath(path), type: this.types.get(path), spread }) - 1
  }
}

export function compileValue(expr: Expr, scope: Scope, spread = false): Evaluate {
  switch (expr.kind) {
    case 'constant': {
      const value = constantValue(expr)
      return () => value
    }
    case 'field': {
      const slot = scope.slot(expr.path, spread)
      return (slots) => slots[slot]!
    }
    case 'negate': {
      const value = compileValue(expr.value, scope)
      return (slots) => negative(value(slots))
    }
    case 'arithmetic': {
      const left = compileValue(expr.left, scope)
      const right = compileValue(expr.right, scope)
      return (slots) => calculate(expr.op, left(slots), right(slots))
    }
    case 'compare':
      return compileCompare(expr, scope)
    case 'in':
      return compileIn(expr, scope)
    case 'pattern':
      return compilePattern(expr, scope)
    case 'call':
      return compileCall(expr, scope)
    case 'not': {
      const item = compileValue(expr.item, scope)
      return (slots) => {
        const value = item(slots)
        return typeof value === 'boolean' ? !value : null
      }
    }
    case 'and':
    case 'or':
      return compileJoin(expr, scope)
    default:
      // KQL has no values, only conditions.
      return () => null
  }
}

function constantValue(expr: Extract<Expr, { kind: 'constant' }>): Value {
  const { value } = expr
  if (expr.type === 'double') return double(Number(value))
  return typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(value) : value
}

function compileJoin(expr: Extract<Expr, { kind: 'and' | 'or' }>, scope: Scope): Evaluate {
  const items = expr.items.map((item) => compileValue(item, scope))
  // false decides an `and`, true an `or`, whatever is unknown beside it
  const decisive = expr.kind === 'or'
  return (slots) => {
    let isUnknown = false
    for (const item of items) {
      const value = item(slots)
      if (value === decisive) return decisive
      if (typeof value !== 'boolean') isUnknown = true
    }
    return isUnknown ? null : !decisive
  }
}

function compileCompare(expr: Extract<Expr, { kind: 'compare' }>, scope: Scope): Evaluate {
  const { op } = expr
  const nullSide = isNull(expr.right) ? expr.left : isNull(expr.left) ? expr.right : null
  if (nullSide && (op === '==' || op === '!=')) {
    const value = compileValue(nullSide, scope)
    return (slots) => (value(slots) === null) === (op === '==')
  }
  const left = compileSide(expr.left, expr.right, scope)
  const right = compileSide(expr.right, expr.left, scope)
  // By far the most common comparison there is: a field without a type, and a string or truth value.
  if (op === '==' && expr.left.kind === 'field' && expr.right.kind === 'constant') {
    const slot = scope.slot(expr.left.path, false)
    const wanted = expr.right.value
    const type = typeof wanted
    if (scope.slots[slot]!.type === undefined && (type === 'string' || type === 'boolean')) {
      return (slots) => {
        const value = slots[slot]!
        return typeof value === type ? value === wanted : null
      }
    }
  }
  const holds = COMPARE[op]
  return (slots) => {
    const found = order(left(slots), right(slots))
    return found === undefined ? null : holds(found)
  }
}

const COMPARE: Record<CompareOp, (order: number) => boolean> = {
  '==': (found) => found === 0,
  '!=': (found) => found !== 0,
  '<': (found) => found < 0,
  '<=': (found) => found <= 0,
  '>': (found) => found > 0,
  '>=': (found) => found >= 0,
}

/** A constant beside a field with a type is read as that type, once. */
function compileSide(expr: Expr, other: Expr, scope: Scope): Evaluate {
  const type = other.kind === 'field' ? scope.types.get(other.path) : undefined
  if (expr.kind !== 'constant' || type === undefined) return compileValue(expr, scope)
  const value = literalAs(constantValue(expr), type)
  return () => value
}

function literalAs(value: Value, type: FieldType): Value {
  if (type === 'long' || type === 'double') return value
  if (typeof value !== 'string' && typeof value !== 'number') return value
  return typed(value, type, true)
}

function isNull(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.type === 'null'
}

function compileIn(expr: Extract<Expr, { kind: 'in' }>, scope: Scope): Evaluate {
  const value = compileValue(expr.value, scope)
  const texts = expr.list.map((item) =>
    item.kind === 'constant' && item.type === 'string' ? String(item.value) : null,
  )
  const type = expr.value.kind === 'field' ? scope.types.get(expr.value.path) : undefined
  if (type === undefined && texts.every((text) => text !== null)) {
    const { insensitive } = expr
    const wanted = new Set(insensitive ? texts.map((text) => text.toLowerCase()) : texts)
    return (slots) => {
      const text = textOf(value(slots))
      return text === null ? null : wanted.has(insensitive ? text.toLowerCase() : text)
    }
  }
  const items = expr.list.map((item) => compileSide(item, expr.value, scope))
  return (slots) => {
    const found = value(slots)
    if (found === null) return null
    let isUnknown = false
    for (const item of items) {
      const wanted = item(slots)
      if (wanted === null) isUnknown = true
      else if (isSame(found, wanted, expr.insensitive)) return true
    }
    return isUnknown ? null : false
  }
}

function isSame(a: Value, b: Value, insensitive: boolean): boolean {
  if (insensitive && typeof a === 'string' && typeof b === 'string')
    return a.toLowerCase() === b.toLowerCase()
  return order(a, b) === 0
}

function compilePattern(expr: Extract<Expr, { kind: 'pattern' }>, scope: Scope): Evaluate {
  const patterns = expr.patterns.map((pattern) => (pattern.kind === 'constant' ? String(pattern.value) : ''))
  const test =
    expr.op === 'like' ? compileLikes(patterns, expr.insensitive) : compileRegexes(patterns, expr.insensitive)
  scope.cost += expr.op === 'like' ? 2 : 20
  return testText(compileValue(expr.value, scope, true), test)
}

function testText(value: Evaluate, test: TextTest): Evaluate {
  return (slots) => {
    const text = textOf(value(slots))
    return text === null ? null : test(text)
  }
}

function compileCall(expr: Extract<Expr, { kind: 'call' }>, scope: Scope): Evaluate {
  const name = expr.name.toLowerCase()
  const [subject, ...rest] = expr.args
  const literals = rest.flatMap((arg) =>
    arg.kind === 'constant' && arg.type === 'string' ? [String(arg.value)] : [],
  )
  const allLiteral = literals.length === rest.length
  scope.cost += 3
  if (subject && name === 'wildcard') {
    const value = compileValue(subject, scope, true)
    if (allLiteral) return testText(value, compileLikes(literals, true))
    return () => null
  }
  // Not part of the language: other languages' patterns, which may match anywhere, come as this call.
  if (subject && name === 'search' && allLiteral) {
    const tests = literals
      .map((text) => compileSearch(text, expr.insensitive))
      .filter((test) => test !== null)
    scope.cost += 20
    return testText(compileValue(subject, scope, true), (text) => tests.some((test) => test(text)))
  }
  if (subject && name === 'cidrmatch' && allLiteral)
    return compileCidr(compileValue(subject, scope, true), literals)
  const spec = functionNamed(name)
  if (!spec) return () => null
  const args = expr.args.map((arg, i) =>
    compileValue(arg, scope, spec.args[Math.min(i, spec.args.length - 1)] === 'string'),
  )
  const { insensitive } = expr
  return (slots) =>
    applyFunction(
      spec,
      args.map((arg) => arg(slots)),
      insensitive,
    )
}

function compileCidr(value: Evaluate, literals: string[]): Evaluate {
  const blocks = literals.map(parseBlock).filter((block) => block !== null)
  return testText(value, (text) => {
    const address = parseAddress(text)
    return address !== null && blocks.some((block) => inBlock(address, block))
  })
}
