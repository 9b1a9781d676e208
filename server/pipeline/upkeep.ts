/** What the store needs now and then, done between commits and never while a shipper waits. */
import { type Millis, SECOND } from '../domain/time.ts'

export type UpkeepParts = {
  /** Rewrites small blocks into about this many full ones; answers how many are gone, 0 when nothing is due. */
  compact(blocks: number): Promise<number>
  isIdle(): boolean
  onError(error: unknown): void
}
export type Upkeep = { stop(): Promise<void> }

const EVERY: Millis = 10 * SECOND

/** Looks after the store every ten seconds, one block at a time: a request that comes in waits for one at most. */
export function startUpkeep(parts: UpkeepParts, every: Millis = EVERY): Upkeep {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const round = async () => {
    try {
      while (!stopped && parts.isIdle() && (await parts.compact(1)) > 0) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    } catch (error) {
      parts.onError(error)
    }
  }
  const timer = setInterval(() => {
    running = running.then(round)
  }, every)
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
