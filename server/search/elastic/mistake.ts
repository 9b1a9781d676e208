import type { Diagnostic } from '../../lang/tree.ts'

/** What is wrong with a request, in Elasticsearch's words: `type` and `reason` of its error. */
export type ElasticError = { type: string; reason: string; status: number }

export class ElasticMistake extends Error {
  readonly error: ElasticError
  constructor(type: string, reason: string, status = 400) {
    super(reason)
    this.name = 'ElasticMistake'
    this.error = { type, reason, status }
  }
}

/** Mistakes in a query: one that cannot be read, or one that can and makes no sense. Both say `line 1:8: ...`. */
export function queryMistake(diagnostics: readonly Diagnostic[]): ElasticMistake {
  const [first] = diagnostics
  const isMeaning = diagnostics.every(({ message }) => ABOUT_MEANING.test(message))
  const lines = diagnostics.map(lineOf)
  if (isMeaning) return new ElasticMistake('verification_exception', lines.join('\n'))
  return new ElasticMistake('parsing_exception', first ? lineOf(first) : 'line 1:1: The query cannot be read')
}

// What Elasticsearch says after it has read the whole query.
const ABOUT_MEANING =
  /^(Unknown function|Condition expression|\[[^\]]+\] (needs numbers|compares|has no)|The values of|(first|second|third|fourth|last)? ?argument|.*must be \[|Sequence key|.* is incompatible)/i

function lineOf({ line, column, message, hint }: Diagnostic): string {
  return `line ${line}:${column}: ${message}${hint === null ? '' : `; ${hint[0]!.toLowerCase()}${hint.slice(1)}`}`
}
