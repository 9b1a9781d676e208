/** Times around which hits were deleted by age, for each version of a rule. */
import type { Hit } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { Span } from '../store.ts'
import type { Connection } from './connection.ts'

export type GoneTimes = {
  /** Whether what a hit could meet may be deleted. */
  has(hit: Pick<Hit, 'rule' | 'version' | 'time'>): boolean
  /** They have changed. */
  forget(): void
}

type Row = Span & { rule: string; version: number }

export function goneTimes(db: Connection): GoneTimes {
  const all = db.prepare<[], Row>(
    'SELECT rule, version, t_from AS "from", t_to AS "to" FROM hit_gone ORDER BY rule, version, t_from',
  )
  let known: Map<string, Span[]> | null = null
  return {
    has({ rule, version, time }) {
      known ??= Map.groupBy(all.all(), (row) => nameOf(row.rule, row.version))
      const spans = known.get(nameOf(rule, version))
      return spans !== undefined && holds(spans, time)
    },
    forget() {
      known = null
    },
  }
}

/** One span a day, each as much wider than its day's hits as the others: in order of both ends. */
function holds(spans: readonly Span[], time: Millis): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.from <= time) low = middle + 1
    else high = middle
  }
  return low > 0 && spans[low - 1]!.to >= time
}

function nameOf(rule: string, version: number): string {
  return `${rule}\0${version}`
}
