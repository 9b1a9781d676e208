import type { Findings } from '../diagnose.ts'
import type { Span } from '../tree.ts'
import { readNumber } from './number.ts'
import { readString } from './string.ts'

/**
 * `name`: an identifier or keyword; `quoted`: a back-quoted identifier. `value` is the text that is meant,
 * `at` where it stands. `tilde`: a `~` touches the name. `touches`: nothing stands before the next token.
 */
export type Token =
  | { type: 'name' | 'quoted' | 'string'; value: string; tilde: boolean; touches: boolean; at: Span }
  | { type: 'number'; value: number | bigint; double: boolean; tilde: false; touches: boolean; at: Span }
  | { type: 'sign' | 'end'; value: string; tilde: false; touches: boolean; at: Span }

const SIGNS = '![ == != <= >= && || < > : , ( ) [ ] . + - * / % | ? = ~ ! &'.split(' ')
const WORD = /[A-Za-z_@][A-Za-z0-9_]*/y
const BLANK = /\s+/y
const NUMBER_AHEAD = /\d|\.\d/y
const SMART_QUOTES = /[\u201c\u201d\u201e\u00ab\u00bb]/

/** Cuts the text into tokens; what cannot be one is reported and skipped. The last token is always `end`. */
export function lexEql(text: string, findings: Findings): Token[] {
  const tokens: Token[] = []
  const spans = spanFinder(text)
  let at = 0

  const test = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const push = (token: Token) => {
    const before = tokens.at(-1)
    if (before) before.touches = before.at.offset + before.at.length === token.at.offset
    tokens.push(token)
  }

  while (at < text.length) {
    const blank = test(BLANK)
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at)
      at = end === -1 ? text.length : end
      continue
    }
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2)
      if (end === -1) findings.error(spans(at, 2), 'This comment is never closed', 'Close it with */')
      at = end === -1 ? text.length : end + 2
      continue
    }
    const word = test(WORD)
    if (word !== undefined) {
      const tilde = text[at + word.length] === '~'
      push({ type: 'name', value: word, tilde, touches: false, at: spans(at, word.length + (tilde ? 1 : 0)) })
      at += word.length + (tilde ? 1 : 0)
      continue
    }
    if (test(NUMBER_AHEAD) !== undefined) {
      const number = readNumber(text, at)
      push({ type: 'number', ...number, tilde: false, touches: false, at: spans(at, number.length) })
      at += number.length
      continue
    }
    if (text[at] === '`') {
      at = quotedName(at)
      continue
    }
    const string = readString(text, at, spans, findings)
    if (string) {
      push({
        type: 'string',
        value: string.value,
        tilde: false,
        touches: false,
        at: spans(at, string.length),
      })
      at += string.length
      continue
    }
    const sign = SIGNS.find((s) => text.startsWith(s, at))
    if (sign === undefined) {
      const char = String.fromCodePoint(text.codePointAt(at)!)
      const hint = SMART_QUOTES.test(char) ? 'Use double quotes ["] to define string literals' : null
      findings.error(spans(at, char.length), `Unexpected character [${char}]`, hint)
      at += char.length
      continue
    }
    push({ type: 'sign', value: sign, tilde: false, touches: false, at: spans(at, sign.length) })
    at += sign.length
  }
  push({ type: 'end', value: '', tilde: false, touches: false, at: spans(text.length, 0) })
  return tokens

  function quotedName(from: number): number {
    let value = ''
    let i = from + 1
    for (; i < text.length; i++) {
      if (text[i] !== '`') value += text[i]
      else if (text[i + 1] === '`') {
        value += '`'
        i++
      } else break
    }
    if (i >= text.length) {
      findings.error(
        spans(from, 1),
        'This back-quoted name is never closed',
        'Close it with a back quote [`]',
      )
      return text.length
    } else if (value === '') findings.error(spans(from, 2), 'A back-quoted name may not be empty')
    push({ type: 'quoted', value, tilde: false, touches: false, at: spans(from, i + 1 - from) })
    return i + 1
  }
}

/** From an offset to a line and column; offsets are asked for in any order. */
export function spanFinder(text: string): (offset: number, length: number) => Span {
  const starts = [0]
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return (offset, length) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1, length, offset }
  }
}
