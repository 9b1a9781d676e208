/** Calls about searching. */
import type {
  FieldView,
  HistogramView,
  SavedSearchView,
  SearchView,
  TopView,
} from '../../../server/domain/api/search.ts'
import { request } from './request.ts'

export type SearchLanguage = 'eql' | 'kql'
/** `from` and `to` as the server takes them: ISO 8601 or `now-24h`; empty: open. */
export type Question = { language: SearchLanguage; query: string; from: string; to: string }

const bodyOf = ({ language, query, from, to }: Question) => ({
  language,
  // Without words, everything.
  query: query.trim() === '' ? (language === 'kql' ? '*' : 'any where true') : query,
  ...(from ? { from } : {}),
  ...(to ? { to } : {}),
})

export function postSearch(
  question: Question,
  paging: { size: number; cursor?: string },
  signal: AbortSignal,
): Promise<SearchView> {
  return request('/api/v1/search', { method: 'POST', body: { ...bodyOf(question), ...paging }, signal })
}

export function postHistogram(question: Question, signal: AbortSignal): Promise<HistogramView> {
  return request('/api/v1/search/histogram', { method: 'POST', body: bodyOf(question), signal })
}

export function postTop(
  question: Question,
  field: string,
  size: number,
  signal?: AbortSignal,
): Promise<TopView> {
  const body = { ...bodyOf(question), field, size }
  return request('/api/v1/search/top', { method: 'POST', body, ...(signal ? { signal } : {}) })
}

export async function getFields(signal?: AbortSignal): Promise<FieldView[]> {
  return (await request<{ fields: FieldView[] }>('/api/v1/fields', signal ? { signal } : {})).fields
}

export async function getSavedSearches(signal?: AbortSignal): Promise<SavedSearchView[]> {
  const answer = await request<{ searches: SavedSearchView[] }>('/api/v1/searches', signal ? { signal } : {})
  return answer.searches
}

export function postSavedSearch(search: {
  name: string
  language: SearchLanguage
  query: string
}): Promise<SavedSearchView> {
  return request('/api/v1/searches', { method: 'POST', body: search })
}

export function deleteSavedSearch(id: string): Promise<void> {
  return request(`/api/v1/searches/${encodeURIComponent(id)}`, { method: 'DELETE' })
}
