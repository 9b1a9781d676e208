import type { Diagnostic } from '../lang/tree.ts'
import { compileRule } from './compile.ts'
import type { CompiledRule } from './compiled.ts'
import { reviewRule } from './review.ts'
import {
  readRule,
  type RuleDiagnostic,
  type RuleInput,
  type RuleOptions,
  type RuleRead,
} from './rule-file.ts'

/** A rule that is ready to be saved, and all that there is to say about it. */
export type RuleCheck = {
  rule: RuleRead['rule']
  compiled: CompiledRule | null
  diagnostics: RuleDiagnostic[]
}

/**
 * Reads, compiles and reviews a rule: each error and each warning once, with its place in the file or, for a rule
 * that came as a value, in its query. `rule` and `compiled` are null when there is an error.
 */
export function checkRule(input: RuleInput, options: RuleOptions): RuleCheck {
  const read = readRule(input, options)
  if (!read.rule) return { rule: null, compiled: null, diagnostics: read.diagnostics }
  const { compiled, diagnostics } = compileRule(read.rule)
  const reviewed = reviewRule(read.rule).map(({ message, impact, line, column }): Diagnostic => ({
    severity: 'warning',
    line,
    column,
    length: 1,
    message,
    hint: impact,
  }))
  // The compiler parses the query again, so it repeats what the parser said; the review adds only what is new.
  const known = new Set(read.diagnostics.map(({ message }) => message))
  const added = [...diagnostics, ...reviewed].filter(({ message }) => !known.has(message))
  const all = [...read.diagnostics, ...added.map((found) => read.inFile(found))]
  return {
    rule: compiled ? read.rule : null,
    compiled,
    diagnostics: all.toSorted((a, b) => a.line - b.line || a.column - b.column),
  }
}
