/** A comparison of a Sigma rule as a person would write it. */
import type { SigmaExpr, SigmaTest } from '../tree.ts'
import { MANY, type Pattern, writePattern } from './pattern.ts'

export function printSigma({ field, test }: SigmaExpr): string {
  const name = field ?? 'keywords'
  switch (test.op) {
    case 'null':
      return `${name}: null`
    case 'exists':
      return `${name}|exists: ${test.wanted}`
    case 'text':
      return printTexts(name, test, field === null)
    case 'differs':
      return `${name}|neq: ${listed(test.patterns.map(writePattern))}`
    case 'regex':
      return `${name}|re${test.flags
        .split('')
        .map((flag) => `|${flag}`)
        .join('')}: ${quoted(test.pattern)}`
    case 'cidr':
      return `${name}|cidr: ${listed(test.blocks)}`
    case 'number':
      return `${name} ${test.is} ${test.than}`
    case 'time':
      return `${name}|${test.unit}: ${test.is}`
    case 'field':
      return `${name}|fieldref${test.how === 'equals' ? '' : `|${test.how}`}${test.differs ? '|neq' : ''}: ${test.other}`
  }
}

function printTexts(
  name: string,
  { patterns, cased }: Extract<SigmaTest, { op: 'text' }>,
  isKeyword: boolean,
): string {
  const shapes = new Set(patterns.map(shapeOf))
  const shape = shapes.size === 1 ? [...shapes][0]! : 'equals'
  const modifier = shape === 'equals' || isKeyword ? '' : `|${shape}`
  const shown = patterns.map((pattern) =>
    writePattern(shape === 'equals' ? pattern : innerOf(pattern, shape)),
  )
  return `${name}${modifier}${cased ? '|cased' : ''}: ${listed(shown)}`
}

type Shape = 'equals' | 'contains' | 'startswith' | 'endswith'

/** The modifier that says the wildcards at the ends. */
export function shapeOf(pattern: Pattern): Shape {
  const begins = pattern.length > 1 && pattern[0] === MANY
  const ends = pattern.length > 1 && pattern.at(-1) === MANY
  if (begins && ends && pattern.length > 2) return 'contains'
  if (begins && !ends) return 'endswith'
  return ends && !begins ? 'startswith' : 'equals'
}

export function innerOf(pattern: Pattern, shape: Shape): Pattern {
  return pattern.slice(
    shape === 'contains' || shape === 'endswith' ? 1 : 0,
    shape === 'contains' || shape === 'startswith' ? -1 : undefined,
  )
}

function listed(texts: readonly string[]): string {
  return texts.length === 1 ? quoted(texts[0]!) : `[${texts.map(quoted).join(', ')}]`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
