/** One comparison of EQL or KQL in the words of Sigma. */
import { translateRegex } from '../../lang/lucene.ts'
import { MANY, ONE, type Pattern, writePattern } from '../../lang/sigma/pattern.ts'
import type { Expr } from '../../lang/tree.ts'

export type Said =
  | { kind: 'leaf'; entries: { [key: string]: unknown } }
  | { kind: 'keywords'; words: string[] }
  | { kind: 'not'; item: Said }
  | { kind: 'and' | 'or'; items: Said[] }

type Note = (text: string) => void

const NUMBERS = 'A number or truth value of the rule also matches the same text in an event.'

/** Null: Sigma cannot say it. */
export function sayLeaf(expr: Expr, note: Note): Said | null {
  switch (expr.kind) {
    case 'compare':
      return sayCompare(expr, note)
    case 'in':
      return sayIn(expr, note)
    case 'pattern':
      return sayPattern(expr)
    case 'call':
      return sayCall(expr)
    case 'field':
      note(NUMBERS)
      return { kind: 'leaf', entries: { [expr.path]: true } }
    case 'kql-match':
      return sayMatch(expr)
    case 'kql-exists':
      return expr.field.includes('*')
        ? null
        : { kind: 'not', item: { kind: 'leaf', entries: { [expr.field]: null } } }
    case 'kql-range':
      return Number.isFinite(Number(expr.value)) && expr.value.trim() !== ''
        ? { kind: 'leaf', entries: { [`${expr.field}|${BOUNDS[expr.op]}`]: Number(expr.value) } }
        : null
    default:
      return null
  }
}

const BOUNDS = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const

function sayCompare(expr: Extract<Expr, { kind: 'compare' }>, note: Note): Said | null {
  const [field, other] = expr.left.kind === 'field' ? [expr.left, expr.right] : [expr.right, expr.left]
  const isTurned = field !== expr.left
  if (field.kind !== 'field') return null
  if (other.kind === 'field' && expr.op === '==')
    return { kind: 'leaf', entries: { [`${field.path}|fieldref|cased`]: other.path } }
  if (other.kind !== 'constant') return null
  if (expr.op === '==') return sayEquals(field.path, other, note)
  if (expr.op === '!=' || isTurned || (other.type !== 'integer' && other.type !== 'double')) return null
  return { kind: 'leaf', entries: { [`${field.path}|${BOUNDS[expr.op]}`]: Number(other.value) } }
}

function sayEquals(path: string, { type, value }: Extract<Expr, { kind: 'constant' }>, note: Note): Said {
  if (type === 'null') return { kind: 'leaf', entries: { [path]: null } }
  if (type === 'string')
    return { kind: 'leaf', entries: { [`${path}|cased`]: writePattern([String(value)]) } }
  note(NUMBERS)
  return { kind: 'leaf', entries: { [path]: typeof value === 'bigint' ? String(value) : value } }
}

function sayIn(expr: Extract<Expr, { kind: 'in' }>, note: Note): Said | null {
  const { value, list } = expr
  if (value.kind !== 'field') return null
  const constants = list.filter((item) => item.kind === 'constant')
  if (constants.length < list.length || constants.some(({ type }) => type === 'null')) return null
  const texts = constants
    .filter(({ type }) => type === 'string')
    .map((item) => writePattern([String(item.value)]))
  const others = constants.filter(({ type }) => type !== 'string').map((item) => item.value)
  if (others.length > 0) note(NUMBERS)
  const items: Said[] = []
  if (texts.length > 0)
    items.push({ kind: 'leaf', entries: { [expr.insensitive ? value.path : `${value.path}|cased`]: texts } })
  if (others.length > 0)
    items.push({
      kind: 'leaf',
      entries: { [value.path]: others.map((one) => (typeof one === 'bigint' ? String(one) : one)) },
    })
  return items.length === 1 ? items[0]! : { kind: 'or', items }
}

function sayPattern(expr: Extract<Expr, { kind: 'pattern' }>): Said | null {
  const texts = textsOf(expr.patterns)
  if (expr.value.kind !== 'field' || !texts) return null
  if (expr.op === 'like') return likes(expr.value.path, texts, expr.insensitive)
  try {
    // Those of EQL fit the whole value, and their dot crosses lines.
    const patterns = texts.map((text) => `^(?:${translateRegex(text)})$`)
    return {
      kind: 'leaf',
      entries: { [`${expr.value.path}|re${expr.insensitive ? '|i' : ''}|s`]: one(patterns) },
    }
  } catch {
    return null
  }
}

function likes(path: string, texts: readonly string[], insensitive: boolean): Said {
  const shapes = texts.map((text) => shaped(text))
  const same = shapes.every(({ modifier }) => modifier === shapes[0]!.modifier)
  const modifier = same ? shapes[0]!.modifier : ''
  const values = same
    ? shapes.map(({ inner }) => inner)
    : texts.map((text) => writePattern(likePattern(text)))
  return { kind: 'leaf', entries: { [`${path}${modifier}${insensitive ? '' : '|cased'}`]: one(values) } }
}

/** `*x*` is said by a modifier. */
function shaped(text: string): { modifier: string; inner: string } {
  const begins = text.startsWith('*')
  const ends = text.endsWith('*')
  const inner = text.slice(begins ? 1 : 0, ends && text.length > 1 ? -1 : undefined)
  const isPlain = inner !== '' && !/^\*|\*$/.test(inner)
  const modifier = begins && ends ? '|contains' : begins ? '|endswith' : ends ? '|startswith' : ''
  return isPlain
    ? { modifier, inner: writePattern(likePattern(inner)) }
    : { modifier: '', inner: writePattern(likePattern(text)) }
}

function likePattern(text: string): Pattern {
  return text
    .split(/([*?])/)
    .filter((part) => part !== '')
    .map((part) => (part === '*' ? MANY : part === '?' ? ONE : part))
}

const TESTS: Record<string, string> = {
  stringcontains: 'contains',
  startswith: 'startswith',
  endswith: 'endswith',
}

function sayCall(expr: Extract<Expr, { kind: 'call' }>): Said | null {
  const name = expr.name.toLowerCase()
  const [subject, ...rest] = expr.args
  if (subject?.kind !== 'field') return null
  const texts = textsOf(rest)
  if (name === 'wildcard' && texts) return likes(subject.path, texts, true)
  if (name === 'cidrmatch' && texts)
    return { kind: 'leaf', entries: { [`${subject.path}|cidr`]: one(texts) } }
  const test = TESTS[name]
  const [arg] = rest
  if (!test || rest.length !== 1 || !arg) return null
  const cased = expr.insensitive ? '' : '|cased'
  if (arg.kind === 'field')
    return { kind: 'leaf', entries: { [`${subject.path}|fieldref|${test}${cased}`]: arg.path } }
  if (!texts) return null
  return { kind: 'leaf', entries: { [`${subject.path}|${test}${cased}`]: writePattern([texts[0]!]) } }
}

function sayMatch({ field, value }: Extract<Expr, { kind: 'kql-match' }>): Said | null {
  const { text, phrase, literal = [] } = value
  if (field?.includes('*')) return null
  const pattern: Pattern = phrase
    ? [text]
    : text.split('').map((char, i) => (char === '*' && !literal.includes(i) ? MANY : char))
  if (field === null) return { kind: 'keywords', words: [writePattern(pattern)] }
  return { kind: 'leaf', entries: { [`${field}|cased`]: writePattern(joinedText(pattern)) } }
}

/** Characters that stand for themselves, put together again. */
function joinedText(pattern: Pattern): Pattern {
  const whole: Pattern = []
  for (const part of pattern) {
    const last = whole.at(-1)
    if (typeof part === 'string' && typeof last === 'string') whole[whole.length - 1] = last + part
    else whole.push(part)
  }
  return whole
}

function textsOf(args: readonly Expr[]): string[] | null {
  const texts = args.map((arg) =>
    arg.kind === 'constant' && arg.type === 'string' ? String(arg.value) : null,
  )
  return texts.every((text) => text !== null) ? texts : null
}

function one<T>(list: readonly T[]): T | readonly T[] {
  return list.length === 1 ? list[0]! : list
}
