/** Conditions: `and`, `or`, `not`, parentheses, names, and `1 of`, `all of`, `any of`, `N of` a pattern or `them`. */
import { didYouMean, type Findings } from '../diagnose.ts'
import type { Expr, Span } from '../tree.ts'

/** The selections of a rule by name, in its order. */
export type Selections = ReadonlyMap<string, Expr>

// `N of` is written out as the ways to choose; more of them than this is no rule.
const MOST_CHOICES = 2000
const DEEPEST = 100

/** The condition as a tree over the selections; null if it has a mistake, which `findings` then holds. */
export function parseCondition(
  text: string,
  at: Span,
  selections: Selections,
  findings: Findings,
): Expr | null {
  const reader = new Reader(text, at, selections, findings)
  const found = reader.or(0)
  if (found && !reader.isAtEnd) {
    reader.complainOfWord()
    return null
  }
  return findings.failed ? null : found
}

class Reader {
  readonly #words: string[]
  readonly #at: Span
  readonly #selections: Selections
  readonly #findings: Findings
  #next = 0

  constructor(text: string, at: Span, selections: Selections, findings: Findings) {
    this.#words = text.match(/[()]|[^\s()]+/g) ?? []
    this.#at = at
    this.#selections = selections
    this.#findings = findings
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#words.length
  }

  get word(): string {
    return this.#words[this.#next] ?? ''
  }

  complain(message: string, hint: string | null = null): null {
    this.#findings.error(this.#at, message, hint)
    return null
  }

  /** Of a word that does not belong where it stands. */
  complainOfWord(): null {
    if (!this.word.startsWith('|'))
      return this.complain(`Unexpected "${this.word}" in the condition`, 'Join selections with and, or.')
    return this.complain(
      'Aggregations in a condition ("| count() ...") are no longer part of Sigma',
      'Write a correlation rule: correlation: {type: event_count, ...}.',
    )
  }

  or(depth: number): Expr | null {
    return this.#join('or', () => this.#join('and', () => this.#not(depth)))
  }

  #join(kind: 'and' | 'or', read: () => Expr | null): Expr | null {
    const items: Expr[] = []
    do {
      const item = read()
      if (!item) return null
      items.push(item)
    } while (this.#take(kind))
    return items.length === 1 ? items[0]! : { kind, items, at: this.#at }
  }

  #not(depth: number): Expr | null {
    if (depth > DEEPEST) return this.complain('The condition is nested too deeply')
    if (this.#take('not')) {
      const item = this.#not(depth + 1)
      return item && { kind: 'not', item, at: this.#at }
    }
    if (this.#take('(')) {
      const inner = this.or(depth + 1)
      if (!inner) return null
      return this.#take(')') ? inner : this.complain('A parenthesis of the condition is not closed')
    }
    return this.#selection()
  }

  #selection(): Expr | null {
    const word = this.word
    const lower = word.toLowerCase()
    if (word === '') return this.complain('The condition ends too early', 'Name a selection there.')
    if (this.#words[this.#next + 1]?.toLowerCase() === 'of' && /^(\d+|all|any)$/.test(lower)) {
      this.#next += 2
      return this.#quantified(lower)
    }
    if (word === ')' || ['and', 'or', 'of'].includes(lower))
      return this.complain(`A selection is missing before "${word}" in the condition`)
    this.#next++
    const known = this.#selections.get(word)
    if (known) return known
    if (word.includes('*'))
      return this.complain(`"${word}" needs "1 of" or "all of" before it in the condition`)
    return this.complain(
      `The condition names "${word}", which is no selection of this rule`,
      didYouMean(word, this.#selections.keys()),
    )
  }

  #quantified(count: string): Expr | null {
    const pattern = this.word
    this.#next++
    if (pattern === '') return this.complain(`"${count} of" needs a pattern of names, or "them"`)
    const isThem = pattern.toLowerCase() === 'them' && !this.#selections.has(pattern)
    const matching = isThem ? /^[^_]/ : patternOf(pattern)
    const items = [...this.#selections].filter(([name]) => matching.test(name)).map(([, expr]) => expr)
    if (items.length === 0)
      return this.complain(
        `No selection is named like "${pattern}"`,
        `There are: ${[...this.#selections.keys()].join(', ')}.`,
      )
    if (count === 'all') return joined('and', items, this.#at)
    const least = count === 'any' ? 1 : Number(count)
    if (least === 0) return this.complain('"0 of" is not possible', 'Write "not 1 of".')
    if (least > items.length)
      return this.complain(`"${count} of ${pattern}" can never hold: there are ${items.length} of them`)
    const choices = chooseAll(items, least)
    if (!choices) return this.complain(`"${count} of ${pattern}" has too many ways to hold`)
    return joined(
      'or',
      choices.map((chosen) => joined('and', chosen, this.#at)),
      this.#at,
    )
  }

  #take(word: string): boolean {
    if (this.word.toLowerCase() !== word) return false
    this.#next++
    return true
  }
}

export function joined(kind: 'and' | 'or', items: Expr[], at: Span): Expr {
  return items.length === 1 ? items[0]! : { kind, items, at }
}

function patternOf(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
  )
}

/** Every way to choose so many, null if there are too many ways. */
function chooseAll(items: readonly Expr[], count: number): Expr[][] | null {
  let chosen: { from: number; items: Expr[] }[] = [{ from: 0, items: [] }]
  for (let i = 0; i < count; i++) {
    chosen = chosen.flatMap(({ from, items: before }) =>
      items.slice(from).map((item, j) => ({ from: from + j + 1, items: [...before, item] })),
    )
    if (chosen.length > MOST_CHOICES) return null
  }
  return chosen.map((one) => one.items)
}
