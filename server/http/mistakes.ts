/** What is wrong with a body or a query, in words for people: one place for all that the schemas check. */
import type { z } from 'zod'
import type { ProblemError } from './problem.ts'

export type Checked<T extends z.ZodType> = { value: z.output<T> } | { mistakes: ProblemError[] }

/**
 * A schema's own message is kept when it has one; it goes on after the name: `must be a time`. `depth`: how many steps
 * of a path to tell, for input whose parts have no names (`?status=open,closed`).
 */
export function checkInput<T extends z.ZodType>(schema: T, value: unknown, depth = Infinity): Checked<T> {
  const checked = schema.safeParse(value, { error: phraseOf, reportInput: true })
  if (checked.success) return { value: checked.data }
  const issues = checked.error.issues.flatMap(narrow)
  return { mistakes: issues.flatMap((issue) => mistakesOf(issue, value, depth)) }
}

/** `severity must be one of low, high; it was "huge", and 2 more mistakes.` */
export function mistakeSummary(mistakes: readonly ProblemError[]): string {
  const more = mistakes.length - 1
  const rest = more === 0 ? '' : more === 1 ? ', and one more mistake' : `, and ${more} more mistakes`
  return `${mistakes[0]!.message.replace(/\.$/, '')}${rest}.`
}

/** A value from the request, short and quoted. Never for what may be a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return typeWord(value)
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

type Issue = z.core.$ZodIssue

function mistakesOf(issue: Issue, value: unknown, depth: number): ProblemError[] {
  const told = (path: PropertyKey[], message: string): ProblemError => {
    const subject = path.length > 0 ? path.slice(0, depth).map(String).join('.') : null
    // A sentence of the schema's own needs no subject.
    const text = /^[A-Z]/.test(message) ? message : `${subject ?? 'The body'} ${message}`
    return subject === null ? { message: text } : { message: text, path: subject }
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => told([...issue.path, key], issue.message))
  }
  return [told(issue.path, issue.message + was(issue, valueAt(value, issue.path)))]
}

/** Of the alternatives, the mistakes of the one that was most likely meant. */
function narrow(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const meant = issue.errors
    .filter((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
    .toSorted((a, b) => a.length - b.length)[0]
  if (!meant) return [issue]
  return meant.flatMap((inner) => narrow({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** The end of the sentence: what came instead. Text is quoted only where it should have been something else. */
function was(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') return issue.input === undefined ? '' : `; it was ${shown(issue.input)}`
  if (value === undefined) return ''
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'string' ? `; it was ${typeWord(value)}` : `; it was ${shown(value)}`
    case 'invalid_union':
      return `; it was ${typeWord(value)}`
    case 'too_small':
    case 'too_big':
      return SIZED[issue.origin] === undefined ? `; it was ${shown(value)}` : ''
    default:
      return ''
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  )
}

function phraseOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${oneOf(issue.values)}`
    case 'invalid_union': {
      if (issue.input === undefined) return 'is missing'
      const types = (issue.errors as Issue[][]).map(([first]) =>
        first?.code === 'invalid_type' ? (TYPES[first.expected] ?? first.expected) : 'something else',
      )
      return `must be ${types.join(' or ')}`
    }
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'must not be empty'
        : `must ${sized(issue.origin, 'at least', Number(issue.minimum))}`
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', Number(issue.maximum))}`
    case 'unrecognized_keys':
      return `is not known here${knownKeys(issue.inst)}`
    case 'invalid_format':
      return 'is not in the right form'
    default:
      return 'is wrong'
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`
}

const SIZED: Record<string, string> = {
  string: 'character',
  array: 'entry',
  record: 'entry',
  object: 'entry',
}

function sized(origin: string, bound: string, n: number): string {
  const unit = SIZED[origin]
  if (unit === undefined) return `be ${bound} ${n}`
  return `have ${bound} ${n} ${n === 1 ? unit : unit === 'entry' ? 'entries' : `${unit}s`}`
}

function knownKeys(schema: unknown): string {
  const shape = (schema as z.ZodObject | undefined)?.shape
  return shape ? `: there are ${Object.keys(shape).join(', ')}` : ''
}

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

function typeWord(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return 'a list'
  return { string: 'text', object: 'an object' }[typeof value as string] ?? 'a number'
}
