import type { Diagnostic, Span } from './tree.ts'

// Nobody reads more, and a text made of nothing but mistakes must not cost more than one reading.
const MOST = 100

/** Collects what is wrong with a text; all of it, not the first. */
export class Findings {
  readonly list: Diagnostic[] = []

  error(at: Span, message: string, hint: string | null = null): void {
    this.add('error', at, message, hint)
  }

  warn(at: Span, message: string, hint: string | null = null): void {
    this.add('warning', at, message, hint)
  }

  get failed(): boolean {
    return this.list.some((found) => found.severity === 'error')
  }

  /** In the order of the text. */
  sorted(): Diagnostic[] {
    return this.list.toSorted((a, b) => a.line - b.line || a.column - b.column)
  }

  private add(severity: Diagnostic['severity'], at: Span, message: string, hint: string | null): void {
    if (this.list.length >= MOST) return
    const { line, column, length } = at
    if (this.list.some((f) => f.line === line && f.column === column && f.message === message)) return
    this.list.push({ severity, line, column, length: Math.max(1, length), message, hint })
  }
}

/** `Did you mean X?`, or null when nothing known is near enough. */
export function didYouMean(word: string, known: Iterable<string>): string | null {
  const found = nearest(word, known)
  return found === null ? null : `Did you mean ${found}?`
}

/** The known word with the smallest edit distance, if that is at most a third of the word (and at least one). */
export function nearest(word: string, known: Iterable<string>): string | null {
  const wanted = word.toLowerCase().slice(0, 100)
  let best: string | null = null
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Optimal string alignment: insert, delete, replace, and swap of neighbours count one each. */
export function editDistance(a: string, b: string, limit = Infinity): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1)
      }
      row.push(cost)
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}
