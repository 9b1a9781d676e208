/** Tells people: plans what follows from each change, and sends until it was taken. */
import type { Channel } from '../domain/channel.ts'
import { type Clock, type Millis, SECOND } from '../domain/time.ts'
import { type AttemptOutcome, deliverDue } from './deliver.ts'
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

export function startNotifier(parts: NotifierParts): Notifier {
  let stopped = false
  let again = false
  let running: Promise<void> | null = null

  async function round(): Promise<void> {
    do {
      again = false
      try {
        while (!stopped && (await planNext({ ...parts, now: parts.clock() })));
        while (!stopped && (await deliverDue({ ...parts, chance: Math.random })) > 0);
      } catch (error) {
        parts.onError(error)
      }
    } while (again && !stopped)
  }

  function nudge(): void {
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
    },
  }
}
