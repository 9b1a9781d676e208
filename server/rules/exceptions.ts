/** An exception as written becomes one that can be asked about an event. */
import type { LogEvent } from '../domain/event.ts'
import type { Exception } from '../domain/exception.ts'
import { compilePredicate } from '../lang/predicate.ts'
import type { Diagnostic, Parsed } from '../lang/tree.ts'
import { parseQuery } from './query-text.ts'

export type CompiledException = Exception & {
  hides(event: Pick<LogEvent, 'time' | 'fields'>): boolean
}

/** Compiles it; mistakes are told with their places in the condition's text. */
export function compileException(exception: Exception): {
  compiled: CompiledException | null
  diagnostics: Diagnostic[]
} {
  const { language, condition, expires } = exception
  const { query, diagnostics } = parseCondition(language, condition)
  if (query && query.kind !== 'event') {
    const message = `An exception is a condition on single events; this is a ${query.kind}`
    diagnostics.push({ severity: 'error', line: 1, column: 1, length: 1, message, hint: null })
  }
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  if (failed || query?.kind !== 'event') return { compiled: null, diagnostics }
  const matches = compilePredicate(query)
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
  if (!isBare) return parseQuery(language, condition)
  const { query, diagnostics } = parseQuery(language, HEAD + condition)
  const inCondition = (found: Diagnostic): Diagnostic =>
    found.line === 1 ? { ...found, column: Math.max(1, found.column - HEAD.length) } : found
  return { query, diagnostics: diagnostics.map(inCondition) }
}
