/** Delays counted by steps, so that a median of millions takes a few dozen numbers. */
import type { Millis } from './time.ts'

/** So many of some events took about this long. */
export type DelayCount = { step: number; events: number }

// Four steps to a doubling: a quantile is at most 9 % off.
const STEPS_PER_DOUBLING = 4
const SHORTEST: Millis = 100

/** The step of a delay. A delay below 0.1 s, or of an event from the future, is step 0. */
export function delayStep(delay: Millis): number {
  if (delay <= SHORTEST) return 0
  return Math.max(1, Math.round(Math.log2(delay / SHORTEST) * STEPS_PER_DOUBLING))
}

/** The delay that at most this share of the events stayed under; null when there are none. */
export function delayQuantile(counts: readonly DelayCount[], share: number): Millis | null {
  const sorted = [...counts].sort((a, b) => a.step - b.step)
  const wanted = share * sorted.reduce((sum, { events }) => sum + events, 0)
  let seen = 0
  for (const { step, events } of sorted) {
    seen += events
    if (seen >= wanted && events > 0) return delayOf(step)
  }
  return null
}

function delayOf(step: number): Millis {
  return step === 0 ? 0 : Math.round(SHORTEST * 2 ** (step / STEPS_PER_DOUBLING))
}
