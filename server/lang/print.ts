import { KEYWORDS } from './keywords.ts'
import { printKql } from './kql/print.ts'
import { printSigma } from './sigma/print.ts'
import type { EventFilter, Expr, FieldRef, Query, SampleQuery, SequenceQuery, Step } from './tree.ts'

// How tightly what is printed holds together; a looser part inside a tighter one gets parentheses.
const OR = 1
const AND = 2
const NOT = 3
const COMPARE = 4
const SUM = 5
const PRODUCT = 6
const SIGN = 7
const PRIMARY = 8

/** A whole query as text that parses to the same tree. */
export function printQuery(query: Query): string {
  if (query.kind === 'event') return printFilter(query) + printPipes(query)
  return (query.kind === 'sequence' ? printSequence(query) : printSample(query)) + printPipes(query)
}

/** `category where condition`. */
export function printFilter(filter: EventFilter): string {
  const { category } = filter
  const isName = category !== null && /^[A-Za-z_@]\w*$/.test(category) && !KEYWORDS.has(category)
  const shown = category === null ? 'any' : isName ? category : printString(category)
  return `${shown} where ${printExpr(filter.where)}`
}

/** A condition or value as a person would write it. */
export function printExpr(expr: Expr): string {
  return print(expr, OR)
}

export function printField(field: Pick<FieldRef, 'path' | 'optional'>): string {
  const names = field.path.split('.')
  const path = names.includes('') ? backQuoted(field.path) : names.map(printName).join('.')
  return (field.optional ? '?' : '') + path
}

export function printString(text: string): string {
  let shown = ''
  for (const char of text) shown += ESCAPES[char] ?? (isControl(char) ? unicodeEscape(char) : char)
  return `"${shown}"`
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

function print(expr: Expr, around: number): string {
  const [text, strength] = printAlone(expr)
  return strength < around ? `(${text})` : text
}

function printAlone(expr: Expr): [text: string, strength: number] {
  switch (expr.kind) {
    case 'or':
      return [expr.items.map((item) => print(item, OR + 1)).join(' or '), OR]
    case 'and':
      return [expr.items.map((item) => print(item, AND + 1)).join(' and '), AND]
    case 'not':
      return printNot(expr.item)
    case 'compare':
      return [`${print(expr.left, SUM)} ${expr.op} ${print(expr.right, SUM)}`, COMPARE]
    case 'in':
      return [printIn(expr, ''), SIGN]
    case 'pattern':
      return [printPattern(expr), SIGN]
    case 'arithmetic': {
      const strength = expr.op === '+' || expr.op === '-' ? SUM : PRODUCT
      return [`${print(expr.left, strength)} ${expr.op} ${print(expr.right, strength + 1)}`, strength]
    }
    case 'negate':
      return [`-${print(expr.value, PRIMARY)}`, SIGN]
    case 'call': {
      const args = expr.args.map(printExpr).join(', ')
      return [`${expr.name}${expr.insensitive ? '~' : ''}(${args})`, PRIMARY]
    }
    case 'field':
      return [printField(expr), PRIMARY]
    case 'constant':
      return printConstant(expr)
    case 'sigma-match':
      return [printSigma(expr), COMPARE]
    default:
      return [printKql(expr, (item) => print(item, OR)), COMPARE]
  }
}

function printNot(item: Expr): [string, number] {
  if (item.kind === 'compare' && item.op === '==') {
    return [`${print(item.left, SUM)} != ${print(item.right, SUM)}`, COMPARE]
  }
  if (item.kind === 'in') return [printIn(item, 'not '), SIGN]
  return [`not ${print(item, NOT)}`, NOT]
}

function printIn(expr: Extract<Expr, { kind: 'in' }>, not: string): string {
  const list = expr.list.map(printExpr).join(', ')
  return `${print(expr.value, PRIMARY)} ${not}in${expr.insensitive ? '~' : ''} (${list})`
}

function printPattern(expr: Extract<Expr, { kind: 'pattern' }>): string {
  const isColon = expr.op === 'like' && expr.insensitive
  const op = isColon ? ':' : expr.op + (expr.insensitive ? '~' : '')
  const patterns = expr.patterns.map(printExpr)
  const right = patterns.length === 1 ? patterns[0]! : `(${patterns.join(', ')})`
  return `${print(expr.value, PRIMARY)} ${op} ${right}`
}

function printConstant(expr: Extract<Expr, { kind: 'constant' }>): [string, number] {
  if (expr.type === 'string') return [printString(String(expr.value)), PRIMARY]
  const shown = String(expr.value)
  const isWhole = expr.type === 'double' && /^-?\d+$/.test(shown)
  return [isWhole ? `${shown}.0` : shown, shown.startsWith('-') ? SIGN : PRIMARY]
}

function printSequence(query: SequenceQuery): string {
  const all = query.until ? [...query.steps, query.until] : query.steps
  const shared = sharedKeys(all)
  const head = `sequence${printBy(all[0]!.by.slice(0, shared))}${query.maxspan ? ` with maxspan=${printSpan(query.maxspan)}` : ''}`
  const steps = query.steps.map((step) => `\n  ${printStep(step, shared)}`).join('')
  return head + steps + (query.until ? `\nuntil ${printStep(query.until, shared)}` : '')
}

function printSample(query: SampleQuery): string {
  const shared = sharedKeys(query.steps)
  const steps = query.steps.map((step) => `\n  ${printStep(step, shared)}`).join('')
  return `sample${printBy(query.steps[0]!.by.slice(0, shared))}${steps}`
}

function printStep(step: Step, shared: number): string {
  const runs = step.runs === 1 ? '' : ` with runs=${step.runs}`
  return `${step.missing ? '!' : ''}[${printFilter(step)}]${printBy(step.by.slice(shared))}${runs}`
}

function printBy(keys: FieldRef[]): string {
  return keys.length === 0 ? '' : ` by ${keys.map(printField).join(', ')}`
}

/** How many keys all steps begin with; those are written once. */
function sharedKeys(steps: Step[]): number {
  const first = steps[0]?.by ?? []
  const differs = first.findIndex((key, i) =>
    steps.some((step) => step.by[i]?.path !== key.path || step.by[i]?.optional !== key.optional),
  )
  return differs === -1 ? first.length : differs
}

function printSpan(span: number): string {
  const units: [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ]
  const [unit, size] = units.find(([, millis]) => span % millis === 0) ?? ['ms', 1]
  return `${span / size}${unit}`
}

function printPipes(query: Query): string {
  return query.pipes.map((pipe) => `\n| ${pipe.kind} ${pipe.count}`).join('')
}

function printName(name: string): string {
  return /^[A-Za-z_@]\w*$/.test(name) && !KEYWORDS.has(name) ? name : backQuoted(name)
}

function backQuoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

function isControl(char: string): boolean {
  const code = char.codePointAt(0)!
  return code < 32 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029
}

function unicodeEscape(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16).padStart(4, '0')}}`
}
