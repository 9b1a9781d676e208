/** The answers about searching, apart from the events themselves. */
import type { EventView, IsoTime } from '../api.ts'

export type SearchEvent = EventView
/** `POST /api/v1/search`. A slot of a sequence that has to be missing is `{"missing": true}`. */
export type SearchView = {
  events: SearchEvent[]
  sequences: { joinKeys: (string | null)[]; events: (SearchEvent | { missing: true })[] }[]
  total: { value: number; exact: boolean }
  nextCursor: string | null
  tookMs: number
}
export type HistogramView = { buckets: { from: IsoTime; to: IsoTime; count: number }[] }
export type TopView = { values: { value: string | number | boolean; count: number }[]; other: number }

/** A question that somebody keeps. */
export type SavedSearchView = {
  id: string
  name: string
  language: 'eql' | 'kql'
  query: string
  createdAt: IsoTime
  createdBy: string
}
/** A field that stored events have had a value in, and the datasets in which. */
export type FieldView = { path: string; datasets: string[] }
