/** Searching as the HTTP side sees it: questions to a thread, each of which can be given up. */
import type { AccountHistory, BlastRadius } from '../domain/api.ts'
import type { ProfileQuestion } from './account/profile.ts'
import type { ReachQuestion } from './account/reach.ts'
import type { Paging } from './events.ts'
import type { SearchQuery } from './query.ts'
import type { EqlAnswer, EqlQuestion, HistogramAnswer, Search, SearchAnswer, TopAnswer } from './search.ts'

/** Each question is given up when its signal aborts; then it rejects with an error named `Abandoned`. */
export type SearchPort = {
  search(query: SearchQuery, paging: Paging, signal: AbortSignal): Promise<SearchAnswer>
  histogram(query: SearchQuery, signal: AbortSignal): Promise<HistogramAnswer>
  top(query: SearchQuery, options: { field: string; size: number }, signal: AbortSignal): Promise<TopAnswer>
  eql(question: EqlQuestion, signal: AbortSignal): Promise<EqlAnswer>
  account(question: ProfileQuestion, signal: AbortSignal): Promise<AccountHistory | null>
  reach(question: ReachQuestion, signal: AbortSignal): Promise<BlastRadius>
}

/** A port to the search behind `call`, which may be on another thread: a verb of `Search` and its arguments. */
export function searchPort(call: (verb: keyof Search, args: unknown[]) => Promise<unknown>): SearchPort {
  let jobs = 0
  async function ask<T>(verb: keyof Search, args: unknown[], signal: AbortSignal): Promise<T> {
    const job = ++jobs
    const giveUp = () => void call('cancel', [job])
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      const answer = call(verb, [job, ...args])
      if (signal.aborted) giveUp()
      return (await answer) as T
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }
  return {
    search: (query, paging, signal) => ask('search', [query, paging], signal),
    histogram: (query, signal) => ask('histogram', [query], signal),
    top: (query, options, signal) => ask('top', [query, options], signal),
    eql: (question, signal) => ask('eql', [question], signal),
    account: (question, signal) => ask('account', [question], signal),
    reach: (question, signal) => ask('reach', [question], signal),
  }
}

/** The same without another thread: for tests, and for tools that have nobody to keep waiting. */
export function localSearchPort(search: Search): SearchPort {
  return searchPort(async (verb, args) => (search[verb] as (...args: unknown[]) => unknown)(...args))
}
