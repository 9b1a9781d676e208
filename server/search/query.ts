import { parseEql } from '../lang/eql/parse.ts'
import { parseKql } from '../lang/kql/parse.ts'
import type { Diagnostic, EventFilter, Query } from '../lang/tree.ts'
import type { Millis } from '../domain/time.ts'
import { withoutAccountCase } from './account-conditions.ts'

/** What a person asks: a query over the events from `from` to `to`, both included. */
export type SearchQuery = Range & { language: 'eql' | 'kql'; query: string }
/** Event time, both included. */
export type Range = { from?: Millis; to?: Millis }

/** What is wrong with a query, with places in its text. */
export type Mistakes = { mistakes: Diagnostic[] }

/** Parses a query; account fields in it are compared without case. */
export function readQuery({ language, query }: SearchQuery): Query | Mistakes {
  const parsed = language === 'eql' ? parseEql(query) : parseKql(query)
  if (!parsed.query) return { mistakes: parsed.diagnostics.filter(({ severity }) => severity === 'error') }
  return relaxed(parsed.query)
}

/** The query as a condition on single events; a sequence or a sample means the events of any of its steps. */
export function filtersOf(query: Query): EventFilter[] {
  if (query.kind === 'event') return [query]
  const until = query.kind === 'sequence' && query.until ? [query.until] : []
  return [...query.steps, ...until]
}

function relaxed(query: Query): Query {
  if (query.kind === 'event') return withoutAccountCase(query)
  const steps = query.steps.map((step) => withoutAccountCase(step))
  if (query.kind === 'sample') return { ...query, steps }
  return { ...query, steps, until: query.until && withoutAccountCase(query.until) }
}
