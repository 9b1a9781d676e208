/** The question that the address holds: what is searched for is what can be sent to somebody else. */
import type { Question } from '../../api/search.ts'
import { navigate, place } from '../../router.ts'
import { recall, remember } from '../../theme.ts'

/** What is asked while the address says nothing. */
const FIRST_FROM = 'now-24h'
const RECENT = 'recent-searches'
const MOST_RECENT = 10

export function questionOf(query: URLSearchParams): Question {
  return {
    language: query.get('language') === 'eql' ? 'eql' : 'kql',
    query: query.get('query') ?? '',
    from: query.get('from') ?? FIRST_FROM,
    to: query.get('to') ?? '',
  }
}

export function addressOf(question: Question): string {
  return `/search?${new URLSearchParams({ ...question }).toString()}`
}

/** Asks: the address changes, and the page with it. The same question again is asked anew by `again`. */
export function ask(question: Question, again: () => void): void {
  if (question.query.trim()) keep(question)
  const now = questionOf(place.peek().query)
  if (keyOf(now) === keyOf(question)) again()
  else navigate(addressOf(question))
}

export function keyOf(question: Question): string {
  return JSON.stringify([question.language, question.query, question.from, question.to])
}

export type Recent = Pick<Question, 'language' | 'query'>

export function recentSearches(): Recent[] {
  try {
    const kept: unknown = JSON.parse(recall(RECENT) ?? '[]')
    return Array.isArray(kept) ? (kept as Recent[]).filter((one) => typeof one?.query === 'string') : []
  } catch {
    return []
  }
}

function keep({ language, query }: Question): void {
  const others = recentSearches().filter((one) => one.query !== query || one.language !== language)
  remember(RECENT, JSON.stringify([{ language, query }, ...others].slice(0, MOST_RECENT)))
}
