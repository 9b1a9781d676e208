import { didYouMean } from '../diagnose.ts'
import type { FieldRef, Span, Step } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'
import { parseField } from './field.ts'
import { parseFilter, unreadable } from './filter.ts'

/** A step with its own keys only, and where it ends. */
export type ReadStep = { step: Step; end: Span }

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const MOST_RUNS = 100

export function isStepStart(cursor: Cursor): boolean {
  if (cursor.isSign('[') || cursor.isSign('![')) return true
  return (cursor.isSign('-') || cursor.isSign('!')) && cursor.isSign('[', 1)
}

/** `[ filter ]`, its own `by`, and `with runs=N`. */
export function parseStep(cursor: Cursor, place: 'sequence' | 'sample' | 'until'): ReadStep {
  const start = cursor.peek().at
  const missing = openStep(cursor, place)
  const filter = cursor.recover(
    () => parseFilter(cursor),
    (c) => c.isSign(']') || c.isSign('|') || c.isSign('[') || c.isSign('!['),
    () => ({ category: null, where: unreadable(start) }),
  )
  const at = cursor.since(start)
  if (!cursor.takeSign(']')) {
    cursor.complain(
      `A closing ] is missing before ${describe(cursor.peek())}`,
      `The step that begins at line ${start.line} is not closed`,
    )
    cursor.skipTo((c) => c.isSign(']') || c.isSign('|') || isStepStart(c))
    cursor.takeSign(']')
  }
  const end = cursor.before().at
  const by = cursor.takeWord('by') ? parseKeys(cursor) : []
  const runs = cursor.isWord('with') ? parseRuns(cursor, place) : 1
  if (cursor.isWord('by')) {
    cursor.complain('Please specify [by] before [with] not after', 'Write: [ ... ] by <field> with runs=N')
    cursor.next()
    by.push(...parseKeys(cursor))
  }
  if (cursor.isWord('fork')) {
    cursor.complain('sequence fork is unsupported', 'Leave fork=true out')
    cursor.skipTo(isAfterStep)
  }
  return { step: { ...filter, by, missing, runs, at }, end }
}

function openStep(cursor: Cursor, place: 'sequence' | 'sample' | 'until'): boolean {
  const token = cursor.peek()
  if (token.type === 'sign' && (token.value === '-' || token.value === '!') && cursor.isSign('[', 1)) {
    cursor.complain(`Unexpected [${token.value}]`, 'A missing event is written ![ ... ]')
    cursor.next()
    cursor.next()
    return true
  }
  if (cursor.takeSign('![')) {
    if (place !== 'sequence')
      cursor.findings.error(token.at, `Missing events are not supported in ${place}`, null)
    return true
  }
  if (!cursor.takeSign('[')) {
    cursor.complain(
      `Expected a step in [ ] but found ${describe(token)}`,
      `Write: ${place} [ <category> where ... ]`,
    )
  }
  return false
}

/** A comma-separated list of join keys. */
export function parseKeys(cursor: Cursor): FieldRef[] {
  const keys: FieldRef[] = []
  do {
    cursor.recover(
      () => keys.push(parseKey(cursor)),
      (c) => c.isSign(',') || isAfterStep(c),
      () => 0,
    )
  } while (cursor.takeSign(','))
  return keys
}

function parseKey(cursor: Cursor): FieldRef {
  const key = parseField(cursor)
  if (!cursor.isSign(',') && !isAfterStep(cursor)) {
    const isExpression = cursor.peek().type === 'sign'
    cursor.complain(
      isExpression ? 'Join keys must be fields' : `Unexpected ${describe(cursor.peek())}`,
      isExpression ? null : 'Separate join keys with commas',
    )
    cursor.skipTo((c) => c.isSign(',') || isAfterStep(c))
  }
  return key
}

/** What may follow the keys of a step or of the sequence. */
function isAfterStep(cursor: Cursor): boolean {
  if (cursor.atEnd() || isStepStart(cursor) || cursor.isSign('|')) return true
  return ['with', 'until', 'by', 'fork'].some((word) => cursor.isWord(word))
}

/** `with maxspan=30s` in milliseconds, null if it was wrong. */
export function parseMaxspan(cursor: Cursor): number | null {
  return cursor.recover(
    () => readMaxspan(cursor),
    isAfterStep,
    () => null,
  )
}

function readMaxspan(cursor: Cursor): number | null {
  readOption(cursor, 'maxspan', 'A sequence')
  const start = cursor.peek().at
  const negative = cursor.takeSign('-')
  const number = cursor.peek()
  if (number.type !== 'number') {
    cursor.fail(`Expected a time span but found ${describe(number)}`, 'Write it as in maxspan=30s')
  }
  cursor.next()
  const { length, offset } = number.at
  const unit = number.touches && cursor.peek().type === 'name' ? (cursor.next().value as string) : ''
  const text = `${negative ? '-' : ''}${number.value}`
  const at = { ...start, length: offset + length + unit.length - start.offset }
  if (number.double)
    cursor.fail(`Decimal time interval [${text}${unit}] not supported`, 'Use a smaller unit', at)
  if (unit === '') {
    const hint = `A unit is one of ms, s, m, h, d`
    cursor.fail(`No time unit specified, did you mean [s] as in [${text}s]?`, hint, at)
  }
  if (!Object.hasOwn(UNITS, unit)) {
    const known = Object.keys(UNITS).join(', ')
    cursor.fail(
      `Unrecognized time unit [${unit}] in [${text}${unit}], please specify one of [${known}]`,
      null,
      at,
    )
  }
  const span = Number(number.value) * UNITS[unit]!
  if (negative || span <= 0) cursor.fail(`A positive maxspan value is required; found [${text}]`, null, at)
  if (!Number.isSafeInteger(span)) cursor.fail(`The maxspan [${text}${unit}] is too long`, null, at)
  return span
}

function parseRuns(cursor: Cursor, place: string): number {
  return cursor.recover(
    () => readRuns(cursor, place),
    isAfterStep,
    () => 1,
  )
}

function readRuns(cursor: Cursor, place: string): number {
  const { at } = cursor.peek()
  readOption(cursor, 'runs', 'A step')
  const start = cursor.peek().at
  const negative = cursor.takeSign('-')
  const token = cursor.next()
  const text = `${negative ? '-' : ''}${token.value}`
  const whole = token.type === 'number' && !token.double && !negative
  if (!whole || token.value < 1 || token.value > MOST_RUNS) {
    const message = `A step [runs] a whole number of times from 1 to ${MOST_RUNS}; found [${text}]`
    cursor.fail(message, null, cursor.since(start))
  }
  if (place !== 'sequence') cursor.fail(`[runs] is not supported in ${place}`, null, at)
  return Number(token.value)
}

/** `with <name> =`. */
function readOption(cursor: Cursor, name: string, whose: string): void {
  cursor.next()
  const option = cursor.peek()
  if (!cursor.takeWord(name)) {
    const hint = option.type === 'name' ? didYouMean(option.value, [name]) : null
    cursor.fail(`${whose} has no option ${describe(option)}, only [${name}]`, hint)
  }
  if (!cursor.takeSign('='))
    cursor.fail(`Expected [=] but found ${describe(cursor.peek())}`, `Write: with ${name}=`)
}
