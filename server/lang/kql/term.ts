import type { Expr, KqlValue } from '../tree.ts'
import type { KqlReader } from './reader.ts'

/** A name or a value: quoted, or as far as no special character and no operator stands. */
export function parseField(reader: KqlReader): KqlValue {
  reader.skipSpace()
  if (reader.peek() === '"') return quoted(reader)
  return unquoted(reader)
}

/** What stands behind `field:`, one value or a list in parentheses with `and`, `or`, `not`. */
export function parseValues(reader: KqlReader, field: string, start: number): Expr {
  reader.skipSpace()
  if (reader.peek() !== '(') return matchOf(field, parseField(reader), reader, start)
  const open = reader.offset
  reader.take('(')
  const list = parseOrValues(reader, field)
  reader.skipSpace()
  if (!reader.take(')')) {
    const at = reader.spanAt(open, 1)
    reader.fail(
      'A closing ) is missing behind the values',
      `The list at line ${at.line}, column ${at.column} is not closed`,
    )
  }
  return list
}

function parseOrValues(reader: KqlReader, field: string): Expr {
  return reader.deeper(() =>
    parseJoined(reader, 'or', () => parseJoined(reader, 'and', () => parseNotValue(reader, field))),
  )
}

function parseJoined(reader: KqlReader, word: 'and' | 'or', parseItem: () => Expr): Expr {
  reader.skipSpace()
  const start = reader.offset
  const items: Expr[] = []
  do {
    const item = parseItem()
    if (item.kind === word) {
      for (const inner of item.items) items.push(inner)
    } else items.push(item)
  } while (reader.takeWord(word))
  return items.length === 1 ? items[0]! : { kind: word, items, at: reader.span(start) }
}

function parseNotValue(reader: KqlReader, field: string): Expr {
  reader.skipSpace()
  const start = reader.offset
  let count = 0
  while (reader.takeWord('not')) if (++count > 200) reader.tooDeep()
  reader.skipSpace()
  let expr = parseValues(reader, field, reader.offset)
  for (; count > 0; count--) expr = { kind: 'not', item: expr, at: reader.span(start) }
  return expr
}

function matchOf(field: string, value: KqlValue, reader: KqlReader, start: number): Expr {
  const at = reader.span(start)
  if (value.text === '*' && !value.phrase && !value.literal) return { kind: 'kql-exists', field, at }
  return { kind: 'kql-match', field, value, at }
}

const BLANKS: Record<string, string> = { t: '\t', n: '\n', r: '\r' }
const SPECIAL = new Set('\\():<>"*{}')

function quoted(reader: KqlReader): KqlValue {
  const start = reader.offset
  reader.take('"')
  let text = ''
  while (!reader.atEnd() && reader.peek() !== '"') {
    const char = reader.next()
    if (char !== '\\') {
      text += char
      continue
    }
    const escaped = reader.peek()
    if (escaped === '"' || escaped === '\\') text += reader.next()
    else if (Object.hasOwn(BLANKS, escaped)) text += BLANKS[reader.next()]
    else text += takeUnicode(reader) ?? '\\'
  }
  if (!reader.take('"'))
    reader.fail('This quote is never closed', 'Close it with ["]', reader.spanAt(start, 1))
  return { text, phrase: true }
}

function unquoted(reader: KqlReader): KqlValue {
  const start = reader.offset
  let text = ''
  // The length without trailing blanks, which are not part of the value.
  let solid = 0
  const literal: number[] = []
  while (!reader.atEnd()) {
    const char = reader.peek()
    if (char === '\\') {
      reader.next()
      const escaped = reader.atEnd() ? '\\' : takeEscaped(reader)
      if (escaped === '*') literal.push(text.length)
      text += escaped
      solid = text.length
      continue
    }
    if (char !== '*' && SPECIAL.has(char)) break
    if (reader.atOperator()) break
    text += reader.next()
    if (!/\s/.test(char)) solid = text.length
  }
  text = text.slice(0, solid)
  if (text === '') {
    reader.offset = start
    missing(reader)
  }
  return literal.length > 0 ? { text, phrase: false, literal } : { text, phrase: false }
}

function missing(reader: KqlReader): never {
  reader.skipSpace()
  if (reader.atEnd()) return reader.fail('The query ends too early', 'A field or a value is expected here')
  const word = reader.wordAhead()
  const hint = word ? `Quote it to search for the word: "${word}"` : null
  return reader.fail(`Expected a field or a value but found [${word ?? reader.peek()}]`, hint)
}

function takeEscaped(reader: KqlReader): string {
  const char = reader.peek()
  if (Object.hasOwn(BLANKS, char)) return BLANKS[reader.next()]!
  if (SPECIAL.has(char) || /\s/.test(char)) return reader.next()
  const unicode = takeUnicode(reader)
  if (unicode !== undefined) return unicode
  const word = reader.wordAhead()
  if (word) {
    reader.offset += word.length
    return word
  }
  return '\\'
}

function takeUnicode(reader: KqlReader): string | undefined {
  const found = /^u([0-9a-fA-F]{4})/.exec(reader.rest(5))
  if (!found) return undefined
  reader.offset += 5
  return String.fromCharCode(Number.parseInt(found[1]!, 16))
}
