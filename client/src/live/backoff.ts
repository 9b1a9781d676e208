/** How long to wait before trying to connect again. */

// Seconds; the last one repeats.
const STEPS = [1, 2, 4, 8, 15]

/** Milliseconds before try number `attempt` (from 0). `random` in [0, 1) spreads clients that lost one server. */
export function retryDelay(attempt: number, random: number): number {
  const base = STEPS[Math.min(attempt, STEPS.length - 1)]! * 1000
  return Math.round(base * (0.8 + 0.4 * random))
}
