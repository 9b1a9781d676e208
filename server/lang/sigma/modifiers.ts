/** Modifiers: from a value as it is written to what an event is tested with. */
import { parseBlock } from '../address.ts'
import { didYouMean } from '../diagnose.ts'
import type { SigmaTest } from '../tree.ts'
import { base64Offsets, dashVariants, type Encoding, toBase64, toUtf16, toUtf8 } from './encode.ts'
import { MANY, type Pattern, plainText, readPattern, writePattern } from './pattern.ts'
import { regexMistake } from './regex.ts'

export type Scalar = string | number | boolean | null

/** What is wrong with a value or a chain of modifiers. */
export class SigmaMistake extends Error {
  readonly hint: string | null
  constructor(message: string, hint: string | null = null) {
    super(message)
    this.hint = hint
  }
}

/** One value through a chain of modifiers (`all` left out): tests of which one must hold. */
export function applyModifiers(value: Scalar, modifiers: readonly string[]): SigmaTest[] {
  let states: State[] = [{ kind: 'value', value }]
  let cased = false
  for (const name of modifiers) {
    if (name === 'cased') cased = true
    else states = states.flatMap((state) => step(state, name))
  }
  return states.map((state) => finish(state, cased))
}

/** Splits `Field|contains|all`; an unknown modifier is a mistake. */
export function readModifiers(key: string): { field: string; modifiers: string[]; all: boolean } {
  const [field, ...names] = key.split('|').map((part) => part.trim())
  const modifiers = names.map((name) => SHORT[name.toLowerCase()] ?? name.toLowerCase())
  for (const [i, name] of modifiers.entries()) {
    if (!KNOWN.has(name))
      throw new SigmaMistake(
        `There is no modifier "${names[i]}"`,
        didYouMean(name, KNOWN) ?? `Known are ${[...KNOWN].join(', ')}.`,
      )
  }
  // Sigma's field names have no spaces; Windows' have.
  return {
    field: field!.replaceAll(' ', ''),
    modifiers: modifiers.filter((name) => name !== 'all'),
    all: modifiers.includes('all'),
  }
}

const SHORT: Record<string, string> = {
  wide: 'utf16le',
  ignorecase: 'i',
  multiline: 'm',
  dotall: 's',
}
const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
const COMPARE = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const
const MODIFIERS =
  'contains startswith endswith all re i m s windash cidr base64 base64offset utf16 utf16le utf16be expand fieldref exists cased neq'
const KNOWN = new Set([...MODIFIERS.split(' '), ...Object.keys(COMPARE), ...UNITS])

type State =
  | { kind: 'value'; value: Scalar }
  | { kind: 'pattern'; pattern: Pattern }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'regex'; pattern: string; flags: string }
  | { kind: 'field'; other: string; how: 'equals' | 'startswith' | 'endswith' | 'contains'; differs: boolean }
  | { kind: 'differs'; pattern: Pattern }
  | { kind: 'test'; test: SigmaTest }

function step(state: State, name: string): State[] {
  switch (name) {
    case 'contains':
    case 'startswith':
    case 'endswith':
      return [around(state, name)]
    case 're':
      return [{ kind: 'regex', pattern: written(state, name), flags: '' }]
    case 'i':
    case 'm':
    case 's':
      if (state.kind !== 'regex') throw new SigmaMistake(`The modifier "${name}" belongs after "re"`)
      return [{ ...state, flags: state.flags + name }]
    case 'windash':
      return dashed(state)
    case 'cidr':
      return [{ kind: 'test', test: { op: 'cidr', blocks: [block(written(state, name))] } }]
    case 'base64':
      return [text(toBase64(bytesOf(state, name)))]
    case 'base64offset':
      return base64Offsets(bytesOf(state, name)).map(text)
    case 'utf16le':
    case 'utf16be':
    case 'utf16':
      return [{ kind: 'bytes', bytes: toUtf16(plainOf(state, name), name satisfies Encoding) }]
    case 'expand':
      return [expanded(state)]
    case 'fieldref':
      return [
        { kind: 'field', other: written(state, name).replaceAll(' ', ''), how: 'equals', differs: false },
      ]
    case 'exists':
      if (state.kind !== 'value' || typeof state.value !== 'boolean')
        throw new SigmaMistake('"exists" needs true or false')
      return [{ kind: 'test', test: { op: 'exists', wanted: state.value } }]
    case 'neq':
      return [different(state)]
    default:
      return [{ kind: 'test', test: numeric(state, name) }]
  }
}

function finish(state: State, cased: boolean): SigmaTest {
  switch (state.kind) {
    case 'value':
      return state.value === null ? { op: 'null' } : { op: 'text', patterns: [patternOf(state)], cased }
    case 'pattern':
      return { op: 'text', patterns: [state.pattern], cased }
    case 'bytes':
      return { op: 'text', patterns: [readBytes(state.bytes)], cased }
    case 'regex': {
      const { pattern, flags } = state
      const mistake = regexMistake(pattern, flags)
      if (mistake) throw new SigmaMistake(`The pattern ${JSON.stringify(pattern)} cannot be used: ${mistake}`)
      return { op: 'regex', pattern, flags }
    }
    case 'field':
      return { op: 'field', other: state.other, how: state.how, cased, differs: state.differs }
    case 'differs':
      return { op: 'differs', patterns: [state.pattern], cased }
    case 'test':
      return state.test
  }
}

function around(state: State, name: 'contains' | 'startswith' | 'endswith'): State {
  if (state.kind === 'field') return { ...state, how: name }
  // A pattern that may match anywhere contains already.
  if (state.kind === 'regex') {
    if (name === 'contains') return state
    return { ...state, pattern: name === 'startswith' ? `^(?:${state.pattern})` : `(?:${state.pattern})$` }
  }
  const pattern = patternOf(state)
  if (name === 'startswith') return { kind: 'pattern', pattern: [...pattern, MANY] }
  if (name === 'endswith') return { kind: 'pattern', pattern: [MANY, ...pattern] }
  return { kind: 'pattern', pattern: [MANY, ...pattern, MANY] }
}

function dashed(state: State): State[] {
  const pattern = patternOf(state)
  let variants: Pattern[] = [[]]
  // The same dash throughout, as the specification's examples have it.
  const lists = pattern.map((part) => (typeof part === 'string' ? dashVariants(part) : [part]))
  const most = Math.max(1, ...lists.map((list) => list.length))
  variants = Array.from({ length: most }, (_, i) => lists.map((list) => list[i] ?? list[0]!))
  return variants.map((one) => ({ kind: 'pattern', pattern: one }))
}

function expanded(state: State): State {
  const shown = state.kind === 'regex' ? state.pattern : writePattern(patternOf(state))
  const names = [...shown.matchAll(/%[^%\s]+%/g)].map(([name]) => name)
  if (names.length === 0) return state
  throw new SigmaMistake(
    `The value ${names.join(', ')} is a placeholder: it stands for a list that only you know`,
    'Put your own values in its place, remove "|expand", and import the rule again.',
  )
}

function different(state: State): State {
  if (state.kind === 'field') return { ...state, differs: true }
  if (state.kind === 'value' && typeof state.value === 'number')
    return { kind: 'test', test: { op: 'number', is: '!=', than: state.value } }
  if (state.kind === 'value' && state.value === null)
    throw new SigmaMistake(
      '"neq" cannot be used with null',
      'Write a selection with null and "not" in the condition.',
    )
  return { kind: 'differs', pattern: patternOf(state) }
}

function numeric(state: State, name: string): SigmaTest {
  const value = state.kind === 'value' ? state.value : null
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw new SigmaMistake(`"${name}" needs a number; this is ${JSON.stringify(value)}`)
  const unit = UNITS.find((one) => one === name)
  if (unit) return { op: 'time', unit, is: number }
  return { op: 'number', is: COMPARE[name as keyof typeof COMPARE], than: number }
}

/** The value as it is written, without wildcards or escapes: what `re`, `cidr` and `fieldref` take. */
function written(state: State, name: string): string {
  if (state.kind === 'value' && state.value !== null && typeof state.value !== 'boolean')
    return String(state.value)
  throw new SigmaMistake(`"${name}" needs a text, and stands before other modifiers`)
}

function plainOf(state: State, name: string): string {
  const plain = state.kind === 'bytes' ? null : plainText(patternOf(state))
  if (plain === null)
    throw new SigmaMistake(
      `"${name}" cannot encode a value with wildcards`,
      'Escape them (\\*), or leave them out; put "contains" behind.',
    )
  return plain
}

function bytesOf(state: State, name: string): Uint8Array {
  return state.kind === 'bytes' ? state.bytes : toUtf8(plainOf(state, name))
}

function patternOf(state: State): Pattern {
  if (state.kind === 'pattern') return state.pattern
  if (state.kind === 'bytes') return readBytes(state.bytes)
  if (state.kind === 'value' && state.value !== null)
    return typeof state.value === 'string' ? readPattern(state.value) : [String(state.value)]
  throw new SigmaMistake('These modifiers cannot follow each other, or have no value')
}

function text(value: string): State {
  return { kind: 'pattern', pattern: value === '' ? [] : [value] }
}

function readBytes(bytes: Uint8Array): Pattern {
  return [new TextDecoder('latin1').decode(bytes)]
}

function block(value: string): string {
  if (parseBlock(value) === null)
    throw new SigmaMistake(
      `"${value}" is no network`,
      'Write an address and the length of its prefix, e.g. 10.0.0.0/8.',
    )
  return value
}
