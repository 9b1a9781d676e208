import type { Findings } from '../diagnose.ts'
import type { Span } from '../tree.ts'
import type { Token } from './lex.ts'

/** Thrown after the finding was recorded, caught where parsing can go on. */
export class Unreadable extends Error {}
/** Thrown where going on makes no sense, such as a query nested too deeply. */
export class Hopeless extends Error {}

// Deep enough for any rule a person writes, far from what the stack holds.
const DEEPEST = 250

const OPEN = new Set(['(', '[', '!['])
const CLOSE = new Set([')', ']'])

/** Where the parser stands in the tokens. */
export class Cursor {
  private at = 0
  private depth = 0
  private lastError = -1
  private readonly tokens: readonly Token[]
  readonly findings: Findings

  constructor(tokens: readonly Token[], findings: Findings) {
    this.tokens = tokens
    this.findings = findings
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!
  }

  next(): Token {
    const token = this.peek()
    if (this.at < this.tokens.length - 1) this.at++
    return token
  }

  /** The token before the next one. */
  before(): Token {
    return this.tokens[Math.max(0, this.at - 1)]!
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.type === 'name' && !token.tilde && token.value === word
  }

  isSign(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.type === 'sign' && token.value === sign
  }

  atEnd(): boolean {
    return this.peek().type === 'end'
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.next()
    return true
  }

  takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.next()
    return true
  }

  /** From the start of one span to the end of the last token read. */
  since(start: Span): Span {
    const last = this.before().at
    return { ...start, length: Math.max(start.length, last.offset + last.length - start.offset) }
  }

  /** Records a mistake at the next token, at most one for each token, without giving up. */
  complain(message: string, hint: string | null = null, at: Span = this.peek().at): void {
    if (this.lastError === this.at) return
    this.lastError = this.at
    this.findings.error(at, message, hint)
  }

  fail(message: string, hint: string | null = null, at: Span = this.peek().at): never {
    this.complain(message, hint, at)
    throw new Unreadable(message)
  }

  /** Runs one level deeper, so that hostile nesting ends in a message and not in a stack overflow. */
  deeper<T>(parse: () => T): T {
    if (++this.depth > DEEPEST) this.tooDeep()
    const result = parse()
    this.depth--
    return result
  }

  tooDeep(): never {
    this.findings.error(this.peek().at, `The query is nested more than ${DEEPEST} levels deep`, 'Simplify it')
    throw new Hopeless('too deep')
  }

  /** Runs a parser; if it gives up, skips to where `stop` says parsing can go on and answers the substitute. */
  recover<T>(parse: () => T, stop: (cursor: Cursor) => boolean, substitute: () => T): T {
    const { depth } = this
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.depth = depth
      this.skipTo(stop)
      return substitute()
    }
  }

  /** Skips tokens, bracketed ones as a whole, until `stop` holds. Always ends: the last token is `end`. */
  skipTo(stop: (cursor: Cursor) => boolean): void {
    let nested = 0
    while (!this.atEnd()) {
      const token = this.peek()
      if (nested === 0 && stop(this)) return
      if (token.type === 'sign' && OPEN.has(token.value)) nested++
      if (token.type === 'sign' && CLOSE.has(token.value)) nested = Math.max(0, nested - 1)
      this.next()
    }
  }
}

/** A token as it is named in a message. */
export function describe(token: Token): string {
  if (token.type === 'end') return 'the end of the query'
  if (token.type === 'string') return 'a string'
  return `[${token.value}${token.tilde ? '~' : ''}]`
}
