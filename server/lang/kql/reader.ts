import type { Findings } from '../diagnose.ts'
import type { Span } from '../tree.ts'

/** Thrown after the finding was recorded, caught where reading can go on. */
export class Unreadable extends Error {}
/** Thrown where going on makes no sense. */
export class Hopeless extends Error {}

const DEEPEST = 250
const OPERATOR = /(?:and|or|not)(?=[\s(){}:"]|$)/iy
const BLANK = /\s*/y

/** Where the KQL parser stands in the text. */
export class KqlReader {
  offset = 0
  depth = 0
  private lastError = -1
  private readonly text: string
  private readonly spans: (offset: number, length: number) => Span
  readonly findings: Findings

  constructor(text: string, findings: Findings, spans: (offset: number, length: number) => Span) {
    this.text = text
    this.findings = findings
    this.spans = spans
  }

  peek(): string {
    return this.text[this.offset] ?? ''
  }

  next(): string {
    return this.text[this.offset++] ?? ''
  }

  rest(length: number): string {
    return this.text.slice(this.offset, this.offset + length)
  }

  atEnd(): boolean {
    return this.offset >= this.text.length
  }

  skipSpace(): void {
    BLANK.lastIndex = this.offset
    this.offset += BLANK.exec(this.text)![0].length
  }

  take(sign: string): boolean {
    if (!this.text.startsWith(sign, this.offset)) return false
    this.offset += sign.length
    return true
  }

  /** `and`, `or`, `not` in any case, blanks before it skipped. */
  takeWord(word: string): boolean {
    const start = this.offset
    this.skipSpace()
    const found = this.wordAhead()
    if (found?.toLowerCase() === word) {
      this.offset += found.length
      return true
    }
    this.offset = start
    return false
  }

  /** The operator that stands here, if one does. */
  wordAhead(): string | null {
    const before = this.text[this.offset - 1]
    if (before !== undefined && !/[\s(){}:"\\]/.test(before)) return null
    OPERATOR.lastIndex = this.offset
    return OPERATOR.exec(this.text)?.[0] ?? null
  }

  /** Whether a value ends here because an operator follows. */
  atOperator(): boolean {
    return this.wordAhead() !== null
  }

  takeRange(): '<' | '<=' | '>' | '>=' | null {
    for (const op of ['<=', '>=', '<', '>'] as const) if (this.take(op)) return op
    return null
  }

  spanAt(offset: number, length: number): Span {
    return this.spans(offset, length)
  }

  /** From an offset to here, blanks at the end left out. */
  span(start: number): Span {
    const length = this.text.slice(start, this.offset).trimEnd().length
    return this.spans(start, length)
  }

  complain(message: string, hint: string | null = null, at: Span = this.spanAt(this.offset, 1)): void {
    if (this.lastError === this.offset) return
    this.lastError = this.offset
    this.findings.error(at, message, hint)
  }

  fail(message: string, hint: string | null = null, at: Span = this.spanAt(this.offset, 1)): never {
    this.complain(message, hint, at)
    throw new Unreadable(message)
  }

  deeper<T>(parse: () => T): T {
    if (++this.depth > DEEPEST) this.tooDeep()
    const result = parse()
    this.depth--
    return result
  }

  tooDeep(): never {
    this.findings.error(
      this.spanAt(this.offset, 1),
      `The query is nested more than ${DEEPEST} levels deep`,
      'Simplify it',
    )
    throw new Hopeless('too deep')
  }

  /** Skips to the next `and`, `or` or closing bracket, quotes and brackets as a whole. */
  skipTerm(): void {
    let nested = 0
    let isQuoted = false
    for (; !this.atEnd(); this.offset++) {
      const char = this.peek()
      if (isQuoted) {
        if (char === '\\') this.offset++
        else isQuoted = char !== '"'
        continue
      }
      if (nested === 0 && (char === ')' || char === '}' || /^(?:and|or)$/i.test(this.wordAhead() ?? '')))
        return
      if (char === '"') isQuoted = true
      else if (char === '(' || char === '{') nested++
      else if (char === ')' || char === '}') nested--
    }
  }
}
