/** Problems of a text in an editor: where they are drawn, and what mends them. */
import type { CodeToken } from './cut-tokens.ts'
import { visible } from './visible.ts'

/** As the server tells them: 1-based line and column, length in UTF-16 units; null: not about a place. */
export type EditorProblem = {
  severity: 'error' | 'warning'
  line: number | null
  column: number | null
  length: number | null
  message: string
  hint: string | null
}

/** A piece of a line: one token, or the part of one that a problem covers. */
export type Paint = { kind: CodeToken['kind']; text: string; problem: EditorProblem['severity'] | null }
export type PaintedLine = { pieces: Paint[]; problem: EditorProblem['severity'] | null }

/** The lines of a text as they are drawn. */
export function paintedLines(
  tokens: readonly CodeToken[],
  problems: readonly EditorProblem[],
): PaintedLine[] {
  const lines: CodeToken[][] = [[]]
  for (const { kind, text } of tokens) {
    for (const [i, part] of text.split('\n').entries()) {
      if (i > 0) lines.push([])
      if (part) lines.at(-1)!.push({ kind, text: part })
    }
  }
  return lines.map((line, i) =>
    paintedLine(
      line,
      problems.filter((one) => one.line === i + 1),
    ),
  )
}

function paintedLine(tokens: readonly CodeToken[], problems: readonly EditorProblem[]): PaintedLine {
  if (problems.length === 0) {
    return { pieces: tokens.map((token) => ({ ...token, problem: null })), problem: null }
  }
  const pieces: Paint[] = []
  const edges = problems.flatMap((one) => [startOf(one), startOf(one) + lengthOf(one)])
  let at = 0
  for (const { kind, text } of tokens) {
    const cuts = edges.filter((edge) => edge > at && edge < at + text.length).toSorted((a, b) => a - b)
    let from = at
    for (const to of [...cuts, at + text.length]) {
      if (to === from) continue
      const over = problems.filter((one) => startOf(one) <= from && from < startOf(one) + lengthOf(one))
      pieces.push({ kind, text: text.slice(from - at, to - at), problem: worst(over) })
      from = to
    }
    at += text.length
  }
  return { pieces, problem: worst(problems) }
}

function startOf(problem: EditorProblem): number {
  return (problem.column ?? 1) - 1
}

function lengthOf(problem: EditorProblem): number {
  return Math.max(1, problem.length ?? 1)
}

function worst(problems: readonly EditorProblem[]): EditorProblem['severity'] | null {
  if (problems.length === 0) return null
  return problems.some((one) => one.severity === 'error') ? 'error' : 'warning'
}

/** What to put in place of `from` to `to`. */
export type Fix = { from: number; to: number; put: string }

/** The change that a problem's hint proposes, or null when it proposes none that can be made. */
export function fixOf(problem: EditorProblem, text: string): Fix | null {
  const put = /^Did you mean (.+)\?$/.exec(problem.hint ?? '')?.[1]
  const from = offsetOf(problem, text)
  if (put === undefined || from === null || /\s/.test(put)) return null
  const to = from + lengthOf(problem)
  const old = text.slice(from, to)
  if (old.includes('\n') || old === '') return null
  const bare = /^".*"$/.test(put) ? put.slice(1, -1) : put
  // What is quoted stays quoted.
  const quote = /^(["'`]).*\1$/.exec(old)?.[1] ?? ''
  return { from, to, put: quote + bare + quote }
}

/** Where it begins in the text; null when it is about no place. */
export function offsetOf(problem: EditorProblem, text: string): number | null {
  if (problem.line === null || problem.column === null) return null
  let at = 0
  for (let line = 1; line < problem.line; line++) {
    const end = text.indexOf('\n', at)
    if (end === -1) return null
    at = end + 1
  }
  return Math.min(text.length, at + startOf(problem))
}

const MOST_UNSEEN = 10

/** A warning for each character that nobody sees: one in a pasted query changes what it finds. */
export function unseenProblems(text: string): EditorProblem[] {
  const found: EditorProblem[] = []
  for (const [i, line] of text.split('\n').entries()) {
    let column = 1
    for (const character of line) {
      const shown = character === '\t' || character === '\r' ? character : visible(character)
      if (shown !== character && found.length < MOST_UNSEEN) {
        const message = `The character ${shown} cannot be seen`
        const hint = 'It counts all the same: delete it unless it is meant.'
        found.push({ severity: 'warning', line: i + 1, column, length: character.length, message, hint })
      }
      column += character.length
    }
  }
  return found
}
