/** What became of the records of one request, by dataset. */
import type { AppendOutcome } from '../store/store.ts'

/** An update is also accepted. `dataset`: `unknown` for what was rejected before anyone could tell. */
export type DatasetCounts = {
  dataset: string
  accepted: number
  updated: number
  duplicate: number
  rejected: number
}

const UNKNOWN = 'unknown'

/** `outcomes`: of each event, in the same order. `stated`: the dataset of the request. */
export function countByDataset(
  events: readonly { event: { dataset: string } }[],
  outcomes: readonly AppendOutcome[],
  rejections: readonly { dataset: string | null }[],
  stated: string | null,
): DatasetCounts[] {
  const counts = new Map<string, DatasetCounts>()
  const of = (dataset: string) => {
    const known = counts.get(dataset)
    if (known) return known
    const fresh = { dataset, accepted: 0, updated: 0, duplicate: 0, rejected: 0 }
    counts.set(dataset, fresh)
    return fresh
  }
  for (const [i, { event }] of events.entries()) {
    const outcome = outcomes[i]!
    of(event.dataset)[outcome]++
    if (outcome === 'updated') of(event.dataset).accepted++
  }
  for (const { dataset } of rejections) of(dataset ?? stated ?? UNKNOWN).rejected++
  return [...counts.values()]
}
