/** Single-event rules take the same path as all others: every hit is a completion. */
import { byTime, type Kind } from './kind.ts'

export const query: Kind = {
  completions: (_, hits) => [...hits].sort(byTime),
  support: (_, __, completions) => ({ hits: [...completions], facts: {}, worsening: [] }),
  combine: () => ({}),
}
