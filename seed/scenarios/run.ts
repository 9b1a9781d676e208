import type { Millis } from '../../server/domain/time.ts'
import type { Run } from './scenario.ts'

/** A run whose names and numbers all follow from a seed: the same seed plays the same records. */
export function newRun(seed: number, startedAt: Millis): Run {
  const random = mulberry32(seed)
  const id = Math.floor(random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0')
  return { id, startedAt, random }
}

/** A run that nobody has played before. */
export function freshRun(startedAt: Millis): Run {
  return newRun(crypto.getRandomValues(new Uint32Array(1))[0]!, startedAt)
}

// Tommy Ettinger's mulberry32: small, and good enough to invent names.
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
