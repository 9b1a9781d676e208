/** Tells people: plans what follows from each change, and sends until it was taken. */
import { once } from 'node:events'
import type { Channel } from '../domain/channel.ts'
import { type Clock, type Millis, SECOND } from '../domain/time.ts'
import { type AttemptOutcome, beginDue, type UnderWay } from './deliver.ts'
import type { Views } from './message.ts'
import { planNext, type PlanStore } from './plan.ts'

export type NotifierParts = {
  store: PlanStore
  channels(): Promise<Channel[]>
  views: Views
  clock: Clock
  onError(error: unknown): void
  onAttempt?(outcome: AttemptOutcome): void
}
export type Notifier = { nudge(): void; stop(): Promise<void> }

/** What failed is due again by the clock, which nobody rings. */
const EVERY: Millis = 5 * SECOND
const STOP_WITHIN: Millis = 3 * SECOND

export function startNotifier(parts: NotifierParts): Notifier {
  let stopped = false
  let again = false
  let running: Promise<void> | null = null
  const underWay: UnderWay = new Map()

  async function round(): Promise<void> {
    do {
      again = false
      try {
        while (!stopped && (await planNext({ ...parts, now: parts.clock() })));
        // A channel that hangs holds up neither the others nor what is planned meanwhile.
        if (!stopped) await beginDue({ ...parts, chance: Math.random }, underWay, nudge)
      } catch (error) {
        parts.onError(error)
      }
    } while (again && !stopped)
  }

  function nudge(): void {
    if (stopped) return
    again = true
    running ??= round().finally(() => (running = null))
  }

  const timer = setInterval(nudge, EVERY)
  nudge()
  return {
    nudge,
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
      // What is not over by then is told after the next start, under the same key.
      const patience = AbortSignal.timeout(STOP_WITHIN)
      const over = Promise.allSettled(underWay.values())
      await Promise.race([over, once(patience, 'abort')])
    },
  }
}
