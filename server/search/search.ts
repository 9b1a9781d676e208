/** Searching as the search thread answers it: each verb one question, its answer plain data or finished text. */
import type { AccountHistory, BlastRadius } from '../domain/api.ts'
import type { Fields, Json } from '../domain/json.ts'
import type { Clock } from '../domain/time.ts'
import type { EventQuery, Query } from '../lang/tree.ts'
import type { Store } from '../store/store.ts'
import { accountProfile, type ProfileQuestion } from './account/profile.ts'
import { accountReach, type ReachQuestion } from './account/reach.ts'
import { eqlSearch } from './elastic/eql-search.ts'
import { type ElasticError, ElasticMistake } from './elastic/mistake.ts'
import { readEqlRequest } from './elastic/request.ts'
import { type FoundEvents, type Paging, searchEvents } from './events.ts'
import { TooMany } from './groups.ts'
import { type Bucket, histogram } from './histogram.ts'
import { BadPlace } from './place.ts'
import { type Mistakes, readQuery, type SearchQuery } from './query.ts'
import { type FoundSequence, type FoundSequences, searchSequences } from './sequences.ts'
import { type TopValues, topValues } from './top.ts'
import { createTurn } from './turn.ts'
import { eventView } from './view.ts'

/** Why there is no answer: mistakes in the query, or `refused`, a sentence for the person who asked. */
export type NoAnswer = Mistakes | { refused: string }
/** `text`: the answer as JSON, written here so that whoever passes it on need not. */
export type SearchAnswer = { text: string } | NoAnswer
export type HistogramAnswer = { buckets: Bucket[] } | NoAnswer
export type TopAnswer = TopValues | NoAnswer
/** `text`: the answer as Elasticsearch writes it. */
export type EqlAnswer = { text: string } | { error: ElasticError }

export type EqlQuestion = { index: string; query: Fields; body: Json | undefined }

export type Search = {
  search(job: number, query: SearchQuery, paging: Paging): Promise<SearchAnswer>
  histogram(job: number, query: SearchQuery): Promise<HistogramAnswer>
  top(job: number, query: SearchQuery, options: { field: string; size: number }): Promise<TopAnswer>
  eql(job: number, question: EqlQuestion): Promise<EqlAnswer>
  /** What is usual for an account; null: no event of it is stored. */
  account(job: number, question: ProfileQuestion): Promise<AccountHistory | null>
  /** What an account did over a stretch of time. */
  reach(job: number, question: ReachQuestion): Promise<BlastRadius>
  /** Nobody waits for the answer of this job any more: it throws `Abandoned` soon. */
  cancel(job: number): void
}

export type SearchParts = { store: Pick<Store, 'scan' | 'scanned' | 'tally' | 'records'>; clock: Clock }

export function createSearch({ store, clock }: SearchParts): Search {
  const abandoned = new Set<number>()
  const running = new Set<number>()
  const turnOf = (job: number) => createTurn(() => abandoned.has(job))

  /** Answers a question on a query, or says what is wrong with it. */
  async function ask<T>(
    job: number,
    query: SearchQuery,
    answer: (parsed: Query) => Promise<T>,
  ): Promise<T | NoAnswer> {
    const parsed = readQuery(query, clock())
    if ('mistakes' in parsed) return parsed
    return guarded(job, async () => {
      try {
        return await answer(parsed)
      } catch (error) {
        if (error instanceof TooMany || error instanceof BadPlace) return { refused: error.message }
        throw error
      }
    })
  }

  async function guarded<T>(job: number, work: () => Promise<T>): Promise<T> {
    running.add(job)
    try {
      return await work()
    } finally {
      running.delete(job)
      abandoned.delete(job)
    }
  }

  return {
    search: (job, query, paging) =>
      ask<{ text: string }>(job, query, async (parsed) => {
        const began = performance.now()
        const found =
          parsed.kind === 'event'
            ? await searchEvents(parsed, query, paging, store, turnOf(job))
            : await searchSequences(parsed, query, paging, store, turnOf(job))
        return { text: shown(found, Math.round(performance.now() - began)) }
      }),
    histogram: (job, query) =>
      ask<HistogramAnswer>(job, query, async (parsed) => {
        if (!isCountable(parsed)) return { refused: UNCOUNTABLE }
        return { buckets: await histogram(parsed, query, clock(), store, turnOf(job)) }
      }),
    top: (job, query, options) =>
      ask<TopAnswer>(job, query, async (parsed) =>
        isCountable(parsed)
          ? topValues(parsed, query, options, store, turnOf(job))
          : { refused: UNCOUNTABLE },
      ),
    eql: (job, { index, query, body }) =>
      guarded(job, async () => {
        try {
          const request = readEqlRequest(index, query, body)
          return { text: await eqlSearch(request, { store, now: clock(), turn: turnOf(job) }) }
        } catch (error) {
          if (error instanceof ElasticMistake) return { error: error.error }
          throw error
        }
      }),
    account: (job, question) => guarded(job, () => accountProfile(question, store, turnOf(job))),
    reach: (job, question) => guarded(job, () => accountReach(question, store, turnOf(job))),
    cancel(job) {
      if (running.has(job)) abandoned.add(job)
    },
  }
}

function shown(found: FoundEvents | FoundSequences, tookMs: number): string {
  const { total, nextCursor } = found
  const events = 'events' in found ? found.events.map(eventView) : []
  const sequences = 'sequences' in found ? found.sequences.map(sequenceView) : []
  return JSON.stringify({ events, sequences, total, nextCursor, tookMs })
}

function sequenceView({ joinKeys, events }: FoundSequence) {
  return { joinKeys, events: events.map((event) => event && eventView(event)) }
}

const UNCOUNTABLE = 'Only single events are counted: ask for them without a sequence, a sample or a pipe.'

function isCountable(query: Query): query is EventQuery {
  return query.kind === 'event' && query.pipes.length === 0
}
