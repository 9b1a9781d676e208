/** What is read and settled together: pending rows of one group that lie near each other, in parts where it is very much. */
import type { Pending } from '../domain/hit.ts'
import { type Millis, MINUTE } from '../domain/time.ts'
import { reachMs, reachOf } from '../detect/correlate.ts'
import type { CompiledRule } from '../rules/compiled.ts'
import type { Span, Store } from '../store/store.ts'
import { breathe } from './group-hits.ts'

/** `hits`: at least so many were looked at in one go. */
export type CommonKey = { rule: string; key: string; hits: number }

/** A key with more hits than this in one range is too common to tell much. */
export const MANY_HITS: number = 20_000
/** A part is at least so many times as long as the rule's reach: what is read around it must not be most of it. */
const PART_REACHES = 4
const MOST_PARTS = 24

/** Pending rows of one group that lie so near each other that they are read together. */
export type PendingGroup = {
  compiled: CompiledRule | null
  key: string
  from: Millis
  to: Millis
  rows: Pending[]
}

export function groupsOf(rows: readonly Pending[], rules: ReadonlyMap<string, CompiledRule>): PendingGroup[] {
  const groups: PendingGroup[] = []
  const byKey = Map.groupBy(rows, ({ rule, key }) => JSON.stringify([rule, key]))
  for (const ofKey of byKey.values()) {
    const compiled = rules.get(ofKey[0]!.rule) ?? null
    let group: PendingGroup | null = null
    for (const row of ofKey.toSorted((a, b) => a.from - b.from)) {
      if (group && (!compiled || reachOf(compiled, group).hits.to >= row.from)) {
        group.rows.push(row)
        group.to = Math.max(group.to, row.to)
      } else groups.push((group = { compiled, key: row.key, from: row.from, to: row.to, rows: [row] }))
    }
  }
  return groups
}

/** A long range of a key with very many hits is taken piece by piece, each several times as long as the rule's reach. */
export async function partsOf(
  store: Pick<Store, 'hitPage'>,
  { key, from, to }: PendingGroup,
  compiled: CompiledRule,
  onCommonKey?: (key: CommonKey) => void,
): Promise<Span[]> {
  const least = PART_REACHES * Math.max(reachMs(compiled), MINUTE)
  const { id: rule, version } = compiled.rule
  if (to - from < 2 * least) return [{ from, to }]
  let hits = 0
  for (let cursor: string | null | undefined; cursor !== null && hits <= MANY_HITS;) {
    const page = await store.hitPage({ rule, version, key }, from, to, MANY_HITS / 4, cursor)
    hits += page.items.length
    cursor = page.nextCursor
    await breathe()
  }
  if (hits <= MANY_HITS) return [{ from, to }]
  onCommonKey?.({ rule, key, hits })
  const count = Math.min(MOST_PARTS, Math.floor((to - from) / least))
  const edge = (i: number) => Math.floor(from + ((to - from) * i) / count)
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1) }))
}
