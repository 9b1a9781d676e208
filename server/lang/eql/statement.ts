import { didYouMean } from '../diagnose.ts'
import type { Query, Span, Step } from '../tree.ts'
import { type Cursor, describe } from './cursor.ts'
import { parseFilter } from './filter.ts'
import { isStepStart, parseKeys, parseMaxspan, parseStep, type ReadStep } from './step.ts'
import { parsePipes } from './pipe.ts'

/** A whole query with its pipes; null where not even its kind is clear. */
export function parseStatement(cursor: Cursor): Query | null {
  if (cursor.atEnd()) {
    cursor.complain('The query is empty', 'Write for example: any where user.name == "alice"')
    return null
  }
  const query = parseByKind(cursor)
  if (!query) return null
  if (!cursor.atEnd() && !cursor.isSign('|')) {
    cursor.complain(`Unexpected ${describe(cursor.peek())}`, leftoverHint(cursor))
    cursor.skipTo((c) => c.isSign('|'))
  }
  return { ...query, pipes: parsePipes(cursor) }
}

function parseByKind(cursor: Cursor): Query | null {
  const start = cursor.peek()
  const isEvent = cursor.isWord('where', 1)
  if (!isEvent && cursor.takeWord('sequence')) return parseSequence(cursor, start.at)
  if (!isEvent && cursor.takeWord('sample')) return parseSample(cursor, start.at)
  if (!isEvent && cursor.isWord('join')) {
    cursor.complain('[join] is not supported', 'Use a sample (any order) or a sequence (in order)')
    return null
  }
  if (isStepStart(cursor)) {
    const missing = cursor.isSign('![')
    cursor.complain(
      missing ? 'A missing event stands only inside a sequence' : 'A step in [ ] stands only in a sequence',
      'Begin the query with: sequence by <field> with maxspan=1h',
    )
    return null
  }
  const filter = cursor.recover(
    () => parseFilter(cursor),
    (c) => c.isSign('|'),
    () => null,
  )
  return filter && { kind: 'event', ...filter, pipes: [] }
}

function parseSequence(cursor: Cursor, start: Span): Query {
  const by = cursor.takeWord('by') ? parseKeys(cursor) : []
  const maxspan = cursor.isWord('with') ? parseMaxspan(cursor) : null
  if (cursor.isWord('by')) {
    cursor.complain(
      'Please specify sequence [by] before [with] not after',
      'Write: sequence by ... with maxspan=...',
    )
    cursor.next()
    by.push(...parseKeys(cursor))
  }
  const read = parseSteps(cursor, 'sequence')
  const until = cursor.takeWord('until') ? parseStep(cursor, 'until') : null
  const steps = read.map((step) => withKeys(step, by))
  const last = until && withKeys(until, by)
  checkKeys(cursor, [...read, ...(until ? [until] : [])], by.length)
  checkSteps(cursor, steps, maxspan, start)
  return { kind: 'sequence', maxspan, steps, until: last, pipes: [] }
}

function parseSample(cursor: Cursor, start: Span): Query {
  const by = cursor.takeWord('by') ? parseKeys(cursor) : []
  if (cursor.isWord('with')) {
    cursor.complain(
      'A sample takes no [with]',
      'A sample has no order and no maxspan; use a sequence for one',
    )
    cursor.skipTo(isStepStart)
  }
  const read = parseSteps(cursor, 'sample')
  if (cursor.isWord('until')) {
    cursor.complain('A sample takes no [until]', 'Only a sequence has an order')
    cursor.skipTo((c) => c.isSign('|'))
  }
  const steps = read.map((step) => withKeys(step, by))
  checkKeys(cursor, read, by.length)
  if (steps.length > 0 && steps.every((step) => step.by.length === 0)) {
    cursor.findings.error(
      start,
      'A sample requires at least one join key',
      'Write: sample by <field> [...] [...]',
    )
  }
  if (steps.length < 2 && steps.length > 0) {
    cursor.findings.error(start, 'A sample needs at least two queries', null)
  }
  return { kind: 'sample', steps, pipes: [] }
}

function parseSteps(cursor: Cursor, kind: 'sequence' | 'sample'): ReadStep[] {
  const steps: ReadStep[] = []
  while (isStepStart(cursor)) steps.push(parseStep(cursor, kind))
  if (steps.length === 0) {
    cursor.complain(
      `Expected a step in [ ] but found ${describe(cursor.peek())}`,
      `Write: ${kind} [any where ...] [...]`,
    )
    cursor.skipTo((c) => c.isSign('|'))
  }
  return steps
}

function withKeys(step: ReadStep, by: Step['by']): Step {
  return { ...step.step, by: [...by, ...step.step.by] }
}

function checkKeys(cursor: Cursor, read: ReadStep[], global: number): void {
  const expected = read[0]?.step.by.length ?? 0
  for (const { step, end } of read) {
    if (step.by.length === expected) continue
    cursor.findings.error(
      step.by[0]?.at ?? end,
      `Inconsistent number of join keys specified; expected [${expected + global}] but found [${step.by.length + global}]`,
      'Every step, and until, needs the same number of keys',
    )
  }
}

function checkSteps(cursor: Cursor, steps: Step[], maxspan: number | null, start: Span): void {
  if (steps.length === 0) return
  const findings = cursor.findings
  const missing = steps.find((step) => step.missing)
  const queries = steps.reduce((sum, step) => sum + step.runs, 0)
  if (queries < 2) {
    findings.error(
      start,
      'A sequence needs at least two queries, found 1',
      'Add a step, or write the step with runs=2',
    )
  }
  if (missing && maxspan === null) {
    findings.error(
      missing.at,
      '[maxspan] is mandatory with missing events',
      'Write: sequence ... with maxspan=1h',
    )
  }
  if (missing && steps.every((step) => step.missing)) {
    findings.error(
      start,
      'At least one query of a sequence must not be a missing event',
      'Write one step without !',
    )
  }
}

function leftoverHint(cursor: Cursor): string | null {
  const token = cursor.peek()
  if (token.type === 'sign' && token.value === ')') return 'This parenthesis was never opened'
  if (token.type === 'sign' && token.value === ']') return 'This bracket was never opened'
  if (token.type === 'name') return didYouMean(token.value, ['and', 'or', 'until', 'with', 'by'])
  return null
}
