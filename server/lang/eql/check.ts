import { parseBlock } from '../address.ts'
import { didYouMean, type Findings } from '../diagnose.ts'
import { type ArgType, functionNamed, functionNames, type FunctionSpec } from '../functions.ts'
import { printExpr } from '../print.ts'
import { regexMistake } from '../regex.ts'
import type { Expr, Query, Span } from '../tree.ts'

type Type = 'null' | 'boolean' | 'integer' | 'double' | 'number' | 'string' | 'unknown'

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

/** What can be known to be wrong without knowing the fields: types of literals, functions, patterns. */
export function checkQuery(query: Query, findings: Findings): void {
  if (query.kind === 'event') {
    checkCondition(query.where, findings)
    return
  }
  for (const step of query.steps) checkCondition(step.where, findings)
  if (query.kind === 'sequence' && query.until) checkCondition(query.until.where, findings)
}

function checkCondition(expr: Expr, findings: Findings): void {
  if (expr.kind === 'and' || expr.kind === 'or') {
    for (const item of expr.items) checkCondition(item, findings)
    return
  }
  if (expr.kind === 'not') {
    checkCondition(expr.item, findings)
    return
  }
  const type = typeOf(expr, findings)
  if (type === 'boolean' || type === 'unknown' || type === 'null') return
  const hint = expr.kind === 'constant' ? 'Compare a field with it' : 'Compare it with something'
  findings.error(expr.at, `Condition expression needs to be boolean, found [${type}]`, hint)
}

/** The type of an expression, looking for mistakes on the way. */
function typeOf(expr: Expr, findings: Findings): Type {
  if (expr.kind === 'constant') return expr.type
  if (expr.kind === 'field') return 'unknown'
  if (expr.kind === 'and' || expr.kind === 'or' || expr.kind === 'not') {
    checkCondition(expr, findings)
    return 'boolean'
  }
  if (expr.kind === 'negate') {
    needNumber(expr.value, '-', findings)
    return 'number'
  }
  if (expr.kind === 'arithmetic') {
    needNumber(expr.left, expr.op, findings)
    needNumber(expr.right, expr.op, findings)
    return 'number'
  }
  if (expr.kind === 'call') return checkCall(expr, findings)
  if (expr.kind === 'compare') checkCompare(expr, findings)
  else if (expr.kind === 'in') checkIn(expr, findings)
  else if (expr.kind === 'pattern') checkPattern(expr, findings)
  return 'boolean'
}

function needNumber(expr: Expr, op: string, findings: Findings): void {
  const type = typeOf(expr, findings)
  if (type !== 'string' && type !== 'boolean') return
  const hint = type === 'string' && op === '+' ? 'Use concat() to join text' : null
  findings.error(expr.at, `[${op}] needs numbers, found ${valueWithType(expr, type)}`, hint)
}

function checkCompare(expr: Extract<Expr, { kind: 'compare' }>, findings: Findings): void {
  const left = typeOf(expr.left, findings)
  const right = typeOf(expr.right, findings)
  if (!compatible(left, right)) {
    const types = `[${left}] and [${right}]`
    findings.warn(expr.at, `A comparison of ${types} is never true`, 'Text and numbers are never equal')
  }
  const text = [expr.left, expr.right].find((side) => side.kind === 'constant' && side.type === 'string')
  const field = [expr.left, expr.right].some((side) => side.kind === 'field')
  if (field && expr.op === '==' && text?.kind === 'constant' && /^\*.|.\*$/s.test(String(text.value))) {
    findings.warn(text.at, '[==] takes the * literally', 'Use : or like for wildcards')
  }
}

function checkIn(expr: Extract<Expr, { kind: 'in' }>, findings: Findings): void {
  let seen = typeOf(expr.value, findings)
  for (const item of expr.list) {
    const type = typeOf(item, findings)
    if (!compatible(seen, type)) {
      findings.error(
        item.at,
        `The values of [in] must be of one type, [${seen}], found ${valueWithType(item, type)}`,
        'Text and numbers are never equal',
      )
      return
    }
    if (type !== 'unknown' && type !== 'null') seen = type
  }
}

function checkPattern(expr: Extract<Expr, { kind: 'pattern' }>, findings: Findings): void {
  const op = expr.op === 'like' && expr.insensitive ? ':' : expr.op + (expr.insensitive ? '~' : '')
  const type = typeOf(expr.value, findings)
  if (type !== 'string' && type !== 'unknown' && type !== 'null') {
    findings.error(expr.value.at, `[${op}] compares strings only, found [${type}]`, 'Use string() first')
  }
  for (const pattern of expr.patterns) {
    const found = typeOf(pattern, findings)
    if (found !== 'string') {
      const message = `Argument of [${op}] must be [string], found ${valueWithType(pattern, found)}`
      findings.error(pattern.at, message, 'Consider using [==] instead')
    } else if (expr.op === 'regex') checkRegex(pattern, findings)
  }
}

function checkRegex(pattern: Expr, findings: Findings): void {
  if (pattern.kind !== 'constant') return
  const text = String(pattern.value)
  const mistake = regexMistake(text)
  if (!mistake) return
  findings.error(
    placeInside(pattern.at, text, mistake.at),
    `In the pattern: ${mistake.message}`,
    mistake.hint,
  )
}

/** Where a character of a string literal stands; the whole literal if escapes moved the characters. */
function placeInside(at: Span, text: string, index: number): Span {
  const quotes = at.length - text.length
  if (quotes !== 2 && quotes !== 6) return at
  const shift = quotes / 2 + index
  return { ...at, column: at.column + shift, offset: at.offset + shift, length: 1 }
}

function checkCall(expr: Extract<Expr, { kind: 'call' }>, findings: Findings): Type {
  const spec = functionNamed(expr.name)
  if (!spec) {
    const hint = didYouMean(expr.name, functionNames()) ?? `There are ${functionNames().join(', ')}`
    const nameOnly = { ...expr.at, length: expr.name.length }
    const isMatch = expr.name.toLowerCase() === 'match'
    findings.error(
      nameOnly,
      `Unknown function [${expr.name}]`,
      isMatch ? 'Write: field regex~ "pattern"' : hint,
    )
    for (const arg of expr.args) typeOf(arg, findings)
    return 'unknown'
  }
  if (spec.instead) {
    findings.warn(expr.at, `[${spec.name}] is an old function, kept for old rules`, `Write: ${spec.instead}`)
  }
  if (expr.insensitive && !spec.folds) {
    findings.error(expr.at, `[${spec.name}] has no case-insensitive form [${spec.name}~]`, 'Leave the ~ out')
  }
  checkArguments(expr, spec, findings)
  for (const pattern of spec.instead ? expr.args.slice(1) : []) {
    if (pattern.kind === 'constant') continue
    findings.error(
      pattern.at,
      `The patterns of [${spec.name}] must be literals`,
      'Compare two fields with ==',
    )
  }
  return spec.result
}

function checkArguments(expr: Extract<Expr, { kind: 'call' }>, spec: FunctionSpec, findings: Findings): void {
  const most = spec.rest ? Infinity : spec.args.length
  const count = expr.args.length
  if (count < spec.least || count > most) {
    const expected = spec.rest
      ? `at least ${spec.least}`
      : most === spec.least
        ? `exactly ${most}`
        : `${spec.least} to ${most}`
    findings.error(
      expr.at,
      `[${spec.name}] takes ${expected} ${most === 1 ? 'argument' : 'arguments'}, found [${count}]`,
      null,
    )
  }
  for (const [i, arg] of expr.args.entries()) {
    const type = typeOf(arg, findings)
    const wanted = spec.args[Math.min(i, spec.args.length - 1)]!
    if (accepts(wanted, type)) {
      checkBlock(spec, i, arg, findings)
      continue
    }
    const which = ORDINALS[i] ?? `${i + 1}th`
    findings.error(
      arg.at,
      `The ${which} argument of [${spec.name}] must be [${wanted}], found ${valueWithType(arg, type)}`,
      wanted === 'string' ? 'Use string() first' : null,
    )
  }
}

function checkBlock(spec: FunctionSpec, index: number, arg: Expr, findings: Findings): void {
  if (spec.name !== 'cidrMatch' || index === 0 || arg.kind !== 'constant' || arg.type !== 'string') return
  if (parseBlock(String(arg.value))) return
  findings.error(
    arg.at,
    `[${arg.value}] is not a CIDR block`,
    'Write an address and a length, as in 10.0.0.0/8',
  )
}

function accepts(wanted: ArgType, type: Type): boolean {
  if (wanted === 'any' || type === 'unknown' || type === 'null') return true
  if (wanted === 'number') return type === 'integer' || type === 'double' || type === 'number'
  if (wanted === 'integer') return type === 'integer' || type === 'number'
  return wanted === type
}

function compatible(a: Type, b: Type): boolean {
  const kind = (type: Type) => (type === 'integer' || type === 'double' ? 'number' : type)
  const open = (type: Type) => type === 'unknown' || type === 'null'
  return open(a) || open(b) || kind(a) === kind(b)
}

function valueWithType(expr: Expr, type: Type): string {
  const text = printExpr(expr)
  return `value [${text.length > 60 ? `${text.slice(0, 57)}...` : text}] type [${type}]`
}
