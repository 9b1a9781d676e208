/** Asks the server; the last answer stays, dimmed, until the next is here. A new question gives up the one before. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { SearchView } from '../../../../server/domain/api/search.ts'
import { Failure, failureText } from '../../api/request.ts'
import { postSearch, type Question } from '../../api/search.ts'
import type { EditorProblem } from '../../parts/query-editor.tsx'
import { keyOf } from './question.ts'

export type Found = {
  /** Of the answer that is shown; the newest page first. */
  question: Question
  events: SearchView['events']
  sequences: SearchView['sequences']
  total: SearchView['total']
  tookMs: number
  nextCursor: string | null
}
export type Search = {
  found: Found | null
  reading: boolean
  why: string | null
  /** Mistakes in the query, with their places. */
  problems: EditorProblem[]
  more: () => void
  again: () => void
}

const PAGE = 50

export function useSearch(question: Question): Search {
  const [state, setState] = useState<Omit<Search, 'more' | 'again'>>({
    found: null,
    reading: true,
    why: null,
    problems: [],
  })
  const [asked, setAsked] = useState(0)
  const running = useRef<AbortController | null>(null)

  const run = async (cursor: string | null) => {
    running.current?.abort()
    const abort = new AbortController()
    running.current = abort
    setState((known) => ({ ...known, reading: true, why: null, problems: cursor ? known.problems : [] }))
    try {
      const answer = await postSearch(question, { size: PAGE, ...(cursor ? { cursor } : {}) }, abort.signal)
      if (abort.signal.aborted) return
      setState((known) => ({
        found: joined(cursor ? known.found : null, question, answer),
        reading: false,
        why: null,
        problems: [],
      }))
    } catch (cause) {
      if (abort.signal.aborted) return
      const problems = problemsOf(cause)
      const why = problems.length > 0 ? null : failureText(cause)
      setState((known) => ({ ...known, reading: false, why, problems }))
    }
  }
  useEffect(() => {
    void run(null)
    return () => running.current?.abort()
  }, [keyOf(question), asked])
  return {
    ...state,
    more: () => void run(state.found?.nextCursor ?? null),
    again: () => setAsked((n) => n + 1),
  }
}

function joined(before: Found | null, question: Question, answer: SearchView): Found {
  const { total, tookMs, nextCursor } = answer
  return {
    question,
    events: [...(before?.events ?? []), ...answer.events],
    sequences: [...(before?.sequences ?? []), ...answer.sequences],
    total: before?.total ?? total,
    tookMs: before?.tookMs ?? tookMs,
    nextCursor,
  }
}

function problemsOf(cause: unknown): EditorProblem[] {
  const errors = cause instanceof Failure && cause.status === 400 ? (cause.problem?.errors ?? []) : []
  return errors
    .filter((one) => one.line !== null)
    .map((one) => ({ ...one, hint: one.hint ?? null, severity: 'error' as const }))
}
