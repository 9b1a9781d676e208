import { Findings } from '../diagnose.ts'
import { spanFinder } from '../eql/lex.ts'
import type { Expr, Parsed, Span } from '../tree.ts'
import { Hopeless, KqlReader, Unreadable } from './reader.ts'
import { parseField, parseValues } from './term.ts'

/** Parses a KQL query as Kibana writes it: one condition over single events. An empty text matches everything. */
export function parseKql(text: string): Parsed {
  const findings = new Findings()
  const reader = new KqlReader(text, findings, spanFinder(text))
  const where = readWhere(reader)
  const query = where && { kind: 'event' as const, category: null, where, pipes: [] }
  return { query: findings.failed ? null : query, diagnostics: findings.sorted() }
}

function readWhere(reader: KqlReader): Expr | null {
  reader.skipSpace()
  if (reader.atEnd()) return { kind: 'kql-exists', field: '*', at: reader.span(0) }
  try {
    const expr = parseOr(reader)
    reader.skipSpace()
    if (!reader.atEnd()) {
      const isClose = reader.peek() === ')' || reader.peek() === '}'
      reader.complain(
        `Unexpected [${reader.peek()}]`,
        isClose ? 'It was never opened' : 'Join conditions with and, or',
      )
    }
    return expr
  } catch (error) {
    if (error instanceof Hopeless) return null
    throw error
  }
}

function parseOr(reader: KqlReader): Expr {
  return reader.deeper(() => parseJoined(reader, 'or', () => parseAnd(reader)))
}

function parseAnd(reader: KqlReader): Expr {
  return parseJoined(reader, 'and', () => parseNot(reader))
}

function parseJoined(reader: KqlReader, word: 'and' | 'or', parseItem: () => Expr): Expr {
  const start = reader.offset
  const items: Expr[] = []
  const add = (item: Expr) => {
    if (item.kind === word) {
      for (const inner of item.items) items.push(inner)
    } else items.push(item)
  }
  add(parseItem())
  while (reader.takeWord(word)) add(parseItem())
  return items.length === 1 ? items[0]! : { kind: word, items, at: reader.span(start) }
}

function parseNot(reader: KqlReader): Expr {
  reader.skipSpace()
  const starts: number[] = []
  for (let start = reader.offset; reader.takeWord('not'); start = reader.offset) {
    starts.push(start)
    if (starts.length > 200) reader.tooDeep()
  }
  let expr = parseTermSafely(reader)
  for (const start of starts.toReversed()) expr = { kind: 'not', item: expr, at: reader.span(start) }
  return expr
}

/** A term; after a mistake reading goes on at the next `and`, `or` or closing bracket. */
function parseTermSafely(reader: KqlReader): Expr {
  const { depth } = reader
  try {
    return parseTerm(reader)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    reader.depth = depth
    reader.skipTerm()
    return { kind: 'constant', type: 'boolean', value: true, at: reader.span(reader.offset) }
  }
}

function parseTerm(reader: KqlReader): Expr {
  reader.skipSpace()
  const start = reader.offset
  if (reader.take('(')) {
    const inner = parseOr(reader)
    close(reader, ')', start)
    return inner
  }
  const literal = parseField(reader)
  reader.skipSpace()
  const op = reader.takeRange()
  if (op) {
    const value = parseField(reader)
    const at = reader.span(start)
    if (/^now\b/.test(value.text)) {
      reader.findings.warn(
        at,
        'A time relative to now is not understood here',
        'Use the time range of the search',
      )
    }
    return { kind: 'kql-range', field: literal.text, op, value: value.text, at }
  }
  if (!reader.take(':')) {
    warnAboutForeignOperators(reader, literal.text, reader.span(start))
    if (literal.text === '*' && !literal.phrase)
      return { kind: 'kql-exists', field: '*', at: reader.span(start) }
    return { kind: 'kql-match', field: null, value: literal, at: reader.span(start) }
  }
  reader.skipSpace()
  const brace = reader.offset
  if (reader.take('{')) {
    const item = parseOr(reader)
    close(reader, '}', brace)
    return { kind: 'kql-nested', field: literal.text, item, at: reader.span(start) }
  }
  return parseValues(reader, literal.text, start)
}

function close(reader: KqlReader, sign: string, start: number): void {
  reader.skipSpace()
  if (reader.take(sign)) return
  const found = reader.atEnd() ? 'the end of the query' : `[${reader.peek()}]`
  const at: Span = reader.spanAt(start, 1)
  reader.fail(
    `A closing ${sign} is missing before ${found}`,
    `What begins at line ${at.line}, column ${at.column} is not closed`,
  )
}

/** KQL takes `a = b` for three words to look for; nobody means that. */
function warnAboutForeignOperators(reader: KqlReader, text: string, at: Span): void {
  const found = /(?:^|\s)(==?|!=|&&|\|\||like|in)(?:\s|$)/.exec(text) ?? /\w(==?|!=)\w?/.exec(text)
  if (!found) return
  reader.findings.warn(at, `[${found[1]}] is searched for as text`, 'KQL compares with a colon: field: value')
}
