/** A comparison of a Sigma rule as a test of events. */
import { inBlock, parseAddress, parseBlock } from '../address.ts'
import { parseDate } from './time.ts'
import { compilePieces, type TextTest } from '../glob.ts'
import type { Node } from '../node.ts'
import type { SigmaExpr, SigmaTest } from '../tree.ts'
import { piecesOf, plainText } from './pattern.ts'
import { compileRegex } from './regex.ts'
import { partOfTime } from './time.ts'
import { fieldOf, type FieldValue, type View, viewOf } from './view.ts'

/** A missing field meets nothing but `null`, `exists: false`, and what `not` makes of the others. */
export function compileSigma(expr: SigmaExpr): Node {
  const { field, names } = expr
  const holds = compileTest(expr.test, names)
  const named = field === null ? null : fieldOf(names, field)
  const read = (view: View) => (named === null ? view.keywords() : view.field(named))
  return {
    test: (doc) => {
      const view = viewOf(doc)
      return holds(read(view), view)
    },
    explain: (doc, wanted, met) => {
      const value = read(viewOf(doc))
      if (field !== null) for (const text of value.texts.slice(0, 20)) met.push({ field, value: text })
      else if (wanted) {
        for (const text of value.texts)
          if (holds({ ...only(text), present: true }, viewOf(doc)))
            met.push({ field: 'keyword', value: text })
      }
    },
    cost: COST[expr.test.op] + (field === null ? 50 : 0),
  }
}

const COST: Record<SigmaTest['op'], number> = {
  text: 2,
  null: 1,
  exists: 1,
  regex: 20,
  cidr: 5,
  number: 2,
  time: 5,
  field: 4,
  differs: 2,
}

type Holds = (value: FieldValue, view: View) => boolean

function compileTest(test: SigmaTest, names: string): Holds {
  switch (test.op) {
    case 'null':
      return ({ texts }) => texts.length === 0
    case 'exists':
      return ({ present }) => present === test.wanted
    case 'text': {
      const fits = compileTexts(test)
      return (value) => someOf(value, test.cased, fits)
    }
    case 'differs': {
      const fits = compileTexts(test)
      return (value) => value.texts.length > 0 && !someOf(value, test.cased, fits)
    }
    case 'regex': {
      const fits = compileRegex(test.pattern, test.flags)
      return ({ texts }) => texts.some(fits)
    }
    case 'cidr': {
      const blocks = test.blocks.map(parseBlock).filter((block) => block !== null)
      return ({ texts }) =>
        texts.some((text) => {
          const address = parseAddress(text.trim())
          return address !== null && blocks.some((block) => inBlock(address, block))
        })
    }
    case 'number':
      return ({ texts }) => texts.some((text) => isNumber(text) && COMPARE[test.is](Number(text), test.than))
    case 'time':
      return ({ texts }) =>
        texts.some((text) => {
          const time = parseDate(text)
          return time !== undefined && partOfTime(time, test.unit) === test.is
        })
    case 'field': {
      const other = fieldOf(names, test.other)
      return (value, view) => compareFields(value, view.field(other), test)
    }
  }
}

const COMPARE: Record<Extract<SigmaTest, { op: 'number' }>['is'], (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '!=': (a, b) => a !== b,
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

function someOf(value: FieldValue, cased: boolean, fits: TextTest): boolean {
  const texts = cased ? value.texts : value.folded
  for (let i = 0; i < texts.length; i++) if (fits(texts[i]!)) return true
  return false
}

function compileTexts({ patterns, cased }: Extract<SigmaTest, { op: 'text' | 'differs' }>): TextTest {
  const whole = new Set<string>()
  const tests: TextTest[] = []
  for (const pattern of patterns) {
    const plain = plainText(pattern)
    if (plain !== null) whole.add(cased ? plain : plain.toLowerCase())
    else tests.push(compilePieces(piecesOf(pattern, !cased), false))
  }
  const [only] = tests
  if (tests.length === 1 && whole.size === 0) return only!
  if (tests.length === 0) return (text) => whole.has(text)
  return (text) => whole.has(text) || tests.some((test) => test(text))
}

function compareFields(
  a: FieldValue,
  b: FieldValue,
  { how, cased, differs }: Extract<SigmaTest, { op: 'field' }>,
): boolean {
  if (a.texts.length === 0 || b.texts.length === 0) return false
  const [left, right] = cased ? [a.texts, b.texts] : [a.folded, b.folded]
  return left.some((text) => right.some((other) => HOW[how](text, other))) !== differs
}

const HOW = {
  equals: (a: string, b: string) => a === b,
  startswith: (a: string, b: string) => a.startsWith(b),
  endswith: (a: string, b: string) => a.endsWith(b),
  contains: (a: string, b: string) => a.includes(b),
}

function only(text: string): Pick<FieldValue, 'texts' | 'folded'> {
  return { texts: [text], folded: [text.toLowerCase()] }
}
