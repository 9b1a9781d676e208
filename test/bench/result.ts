/** One figure of a benchmark: a ratio to a baseline of the same run, or a plain reading where the bar is absolute. */
export type BenchResult = {
  name: string
  value: number
  unit: string
  /** The goal; null: only reported. */
  bar: { atLeast?: number; atMost?: number } | null
  detail: string
}

export function isMet({ value, bar }: BenchResult): boolean | null {
  if (!bar) return null
  return value >= (bar.atLeast ?? -Infinity) && value <= (bar.atMost ?? Infinity)
}
