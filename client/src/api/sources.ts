/** Calls about where logs come from. */
import type { DrillOutcome, DrillView, SnippetView, SourceView } from '../../../server/domain/api.ts'
import type { SearchEvent, SearchView } from '../../../server/domain/api/search.ts'
import { request } from './request.ts'

export type SnippetHead = Pick<SnippetView, 'shipper' | 'title' | 'language' | 'path'>
export type RejectedView = {
  id: string
  receivedAt: string
  dataset: string | null
  source: string
  code: string
  detail: string
  raw: string
  replayedAt: string | null
}
export type RefusedKeys = { refused: number; lastAt: string | null; lastFrom: string | null }

export async function getSources(signal?: AbortSignal): Promise<SourceView[]> {
  return (await request<{ sources: SourceView[] }>('/api/v1/sources', signal ? { signal } : {})).sources
}

export async function getSnippets(signal?: AbortSignal): Promise<SnippetHead[]> {
  const path = '/api/v1/sources/snippets'
  return (await request<{ snippets: SnippetHead[] }>(path, signal ? { signal } : {})).snippets
}

export function getSnippet(shipper: string, signal?: AbortSignal): Promise<SnippetView> {
  const path = `/api/v1/sources/snippets?shipper=${encodeURIComponent(shipper)}`
  return request(path, signal ? { signal } : {})
}

export function getRejected(
  size: number,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<{ rejected: RejectedView[]; nextCursor: string | null }> {
  const path = `/api/v1/rejected?size=${size}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
  return request(path, signal ? { signal } : {})
}

export function postReplay(id: string): Promise<{ accepted: number; rejected: number }> {
  return request(`/api/v1/rejected/${encodeURIComponent(id)}/replay`, { method: 'POST' })
}

export function getRefusedKeys(signal?: AbortSignal): Promise<RefusedKeys> {
  return request('/api/v1/keys/refused', signal ? { signal } : {})
}

/** The newest event of a source at a time: what a listener shows of the first that came. */
export async function getNewestOf(source: SourceView, signal?: AbortSignal): Promise<SearchEvent | null> {
  if (!source.lastEventTime) return null
  const at = source.lastEventTime
  const body = { language: 'kql', query: '*', from: at, to: at, size: 50 }
  const found = await request<SearchView>('/api/v1/search', {
    method: 'POST',
    body,
    ...(signal ? { signal } : {}),
  })
  return found.events.find((event) => event.source === source.source) ?? null
}

export function postDrillRun(name: string): Promise<DrillOutcome> {
  return request('/api/v1/drills', { method: 'POST', body: { name } })
}

export async function getDrills(signal?: AbortSignal): Promise<DrillView[]> {
  return (await request<{ drills: DrillView[] }>('/api/v1/drills', signal ? { signal } : {})).drills
}
