import { parseEql } from '../lang/eql/parse.ts'
import { parseKql } from '../lang/kql/parse.ts'
import { isAccountField } from '../domain/account.ts'
import type { Millis } from '../domain/time.ts'
import { withoutAccountCase } from '../lang/account-conditions.ts'
import type { Diagnostic, EventFilter, Query } from '../lang/tree.ts'
import { withInstants } from './relative-times.ts'

/** What a person asks: a query over the events from `from` to `to`, both included. */
export type SearchQuery = Range & { language: 'eql' | 'kql'; query: string }
/** Event time, both included. */
export type Range = { from?: Millis; to?: Millis }

/** What is wrong with a query, with places in its text. */
export type Mistakes = { mistakes: Diagnostic[] }

/** Parses a query; account fields in it are compared without case, and times relative to now are those of `now`. */
export function readQuery({ language, query }: SearchQuery, now: Millis): Query | Mistakes {
  const parsed = language === 'eql' ? parseEql(query) : parseKql(query)
  if (!parsed.query) return { mistakes: parsed.diagnostics.filter(({ severity }) => severity === 'error') }
  return readable(parsed.query, now)
}

/** The query as a condition on single events; a sequence or a sample means the events of any of its steps. */
export function filtersOf(query: Query): EventFilter[] {
  if (query.kind === 'event') return [query]
  const until = query.kind === 'sequence' && query.until ? [query.until] : []
  return [...query.steps, ...until]
}

function readable(query: Query, now: Millis): Query {
  const read = <Filter extends EventFilter>(filter: Filter): Filter =>
    withInstants(withoutAccountCase(filter, isAccountField), now)
  if (query.kind === 'event') return read(query)
  const steps = query.steps.map((step) => read(step))
  if (query.kind === 'sample') return { ...query, steps }
  return { ...query, steps, until: query.until && read(query.until) }
}
