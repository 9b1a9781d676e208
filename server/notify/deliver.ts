/** Sends what is due, in order within an incident, until each channel took it; tries again with growing pauses. */
import type { Channel, Delivery, Message } from '../domain/channel.ts'
import { type Clock, type Millis, SECOND } from '../domain/time.ts'
import type { DeliveryStore } from '../store/store.ts'
import { SENDERS } from './channels/index.ts'
import { GIVE_UP, pauseAfter } from './routing.ts'
import { NotSent } from './target.ts'

/** `retried`: it is tried again later; `failed`: it is over. */
export type AttemptOutcome = 'done' | 'retried' | 'failed'

export type DeliverParts = {
  store: DeliveryStore
  channels(): Promise<Channel[]>
  clock: Clock
  /** 0 to 1. */
  chance(): number
  /** Of one try. */
  timeoutMs?: Millis
  onError(error: unknown): void
  /** What came of a try, for the metrics. */
  onAttempt?(outcome: AttemptOutcome): void
}

const TIMEOUT: Millis = 15 * SECOND
const AT_ONCE = 100

/** What is under way, by channel: each does one thing at a time, and none waits for another. */
export type UnderWay = Map<string, Promise<void>>

/** Begins what is due, of all channels that are not at work already. `onDone`: there may be more. */
export async function beginDue(parts: DeliverParts, underWay: UnderWay, onDone: () => void): Promise<void> {
  const due = await parts.store.dueDeliveries(parts.clock(), AT_ONCE, [...underWay.keys()])
  const channels = new Map((await parts.channels()).map((channel) => [channel.id, channel]))
  const perChannel = Map.groupBy(due, ({ channel }) => channel)
  for (const [id, deliveries] of perChannel) {
    const work = deliverTo(parts, channels.get(id) ?? null, deliveries)
    const over = work.then(
      () => {
        underWay.delete(id)
        onDone()
      },
      // The store could not keep what came of it: not at once again.
      (error: unknown) => {
        underWay.delete(id)
        parts.onError(error)
      },
    )
    underWay.set(id, over)
  }
}

async function deliverTo(
  parts: DeliverParts,
  channel: Channel | null,
  deliveries: readonly Delivery[],
): Promise<void> {
  for (const delivery of deliveries) {
    const failed = await attempt(parts, channel, delivery)
    // What has come since may be more urgent than the rest of these.
    if (failed) return
  }
}

/** True: it failed. */
async function attempt(parts: DeliverParts, channel: Channel | null, delivery: Delivery): Promise<boolean> {
  const { store, clock } = parts
  if (!channel?.enabled) {
    const error = channel ? 'The channel is switched off.' : 'The channel is gone.'
    await store.attempted(delivery.id, { at: clock(), error, due: null })
    parts.onAttempt?.('failed')
    return false
  }
  try {
    await sendOnce(channel, delivery, JSON.parse(delivery.body) as Message, parts)
    await store.attempted(delivery.id, { at: clock(), error: null, due: null })
    parts.onAttempt?.('done')
    return false
  } catch (error) {
    const now = clock()
    const asked = error instanceof NotSent ? error.retryAfterMs : null
    const pause = Math.max(pauseAfter(delivery.attempts + 1, parts.chance()), asked ?? 0)
    const isOver = error instanceof NotSent && error.isFinal
    const due = isOver || now + pause > delivery.createdAt + GIVE_UP ? null : now + pause
    const said =
      error instanceof NotSent ? error.message : `It could not be sent: ${(error as Error).message}`
    await store.attempted(delivery.id, { at: now, error: said, due })
    parts.onAttempt?.(due === null ? 'failed' : 'retried')
    return true
  }
}

/** The key is the delivery's own: a receiver that heard it before knows it again. */
function sendOnce(
  channel: Channel,
  { id, subject }: Pick<Delivery, 'id' | 'subject'>,
  message: Message,
  { clock, timeoutMs = TIMEOUT }: Pick<DeliverParts, 'clock' | 'timeoutMs'>,
): Promise<void> {
  return SENDERS[channel.kind].send(message, {
    channel,
    key: `vedette-${channel.id}-${id}`,
    subject,
    clock,
    timeoutMs,
  })
}

/** Says something harmless now, and how it went in words. */
export async function sendTest(
  channel: Channel,
  message: Message,
  clock: Clock,
): Promise<{ ok: boolean; detail: string; tookMs: number }> {
  const began = performance.now()
  const took = () => Math.round(performance.now() - began)
  try {
    const key = `test-${clock()}`
    await SENDERS[channel.kind].send(message, { channel, key, subject: key, clock, timeoutMs: TIMEOUT })
    return { ok: true, detail: 'It was taken.', tookMs: took() }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error), tookMs: took() }
  }
}
