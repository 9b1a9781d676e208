/** An exception as written becomes one that can be asked about an event. */
import { isAccountField } from '../domain/account.ts'
import type { LogEvent } from '../domain/event.ts'
import type { Exception } from '../domain/exception.ts'
import { withoutAccountCase } from '../lang/account-conditions.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { Diagnostic, Parsed, Query } from '../lang/tree.ts'
import { parseQuery } from './query-text.ts'

export type CompiledException = Exception & {
  hides(event: Pick<LogEvent, 'time' | 'fields'>): boolean
}

/** Compiles it, account fields compared without case; mistakes are told with their places in the condition's text. */
export function compileException(exception: Exception): {
  compiled: CompiledException | null
  diagnostics: Diagnostic[]
} {
  const { language, condition, expires } = exception
  const { query, diagnostics } = parseCondition(language, condition)
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  if (failed || query?.kind !== 'event') return { compiled: null, diagnostics }
  const matches = compilePredicate(withoutAccountCase(query, isAccountField))
  const isInTime = (time: number) => expires === null || time < expires
  return {
    compiled: { ...exception, hides: ({ time, fields }) => isInTime(time) && matches(fields) },
    diagnostics,
  }
}

const HEAD = 'any where '

/** EQL's conditions stand behind a category; a bare one is about events of any. */
function parseCondition(language: Exception['language'], condition: string): Parsed {
  const isBare =
    language === 'eql' && !/^\s*("[^"]*"|[^\s"]+)\s+where\b|^\s*(sequence|sample)\b/i.test(condition)
  if (!isBare) return parseSingle(language, condition)
  const { query, diagnostics } = parseSingle(language, HEAD + condition)
  const inCondition = (found: Diagnostic): Diagnostic =>
    found.line === 1 ? { ...found, column: Math.max(1, found.column - HEAD.length) } : found
  return { query, diagnostics: diagnostics.map(inCondition) }
}

function parseSingle(language: Exception['language'], text: string): Parsed {
  const { query, diagnostics } = parseQuery(language, text)
  return { query, diagnostics: query ? [...diagnostics, ...beyondOneEvent(query)] : diagnostics }
}

/** What of a query says more than which events are meant. */
function beyondOneEvent(query: Query): Diagnostic[] {
  if (query.kind !== 'event') {
    const message = `An exception is a condition on single events; this is a ${query.kind}`
    return [{ severity: 'error', line: 1, column: 1, length: 1, message, hint: null }]
  }
  return query.pipes.map(({ kind, at: { line, column, length } }) => ({
    severity: 'error',
    line,
    column,
    length,
    message: `An exception is a condition on single events; [${kind}] has no meaning in one`,
    hint: 'Leave the pipe out',
  }))
}
