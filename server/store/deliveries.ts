/** The part of the store's contract that is about telling people. */
import type { Delivery, DeliveryState, Gathered, NewDelivery, Told } from '../domain/channel.ts'
import type { Millis } from '../domain/time.ts'
import type { Page } from './store.ts'

/** Of the subject `GATHERED` it is what waits for the channel's digest. */
export type ToldRow = { channel: string; subject: string; told: Told | Gathered }

/** What follows from the changes after `expect` up to `cursor`. */
export type DeliveryPlan = {
  expect: number
  cursor: number
  deliveries: NewDelivery[]
  told: ToldRow[]
  at: Millis
}
export type DeliveryFilter = { channel?: string; state?: DeliveryState; size: number; cursor?: string }
/** `due`: it is tried again then; else it is over. */
export type Attempt = { at: Millis; error: string | null; due: Millis | null }

export interface DeliveryStore {
  /** The change up to which it was decided what to tell; null: never yet. */
  deliveryCursor(): Promise<number | null>
  /** What was told last of each of these subjects. */
  toldOf(subjects: string[]): Promise<ToldRow[]>
  /**
   * Keeps all of it in ONE transaction; false: somebody else went on from there already. What waits of the same channel
   * and subject and was never tried is due no later: it is told first, and must not hold up what is urgent.
   */
  planDeliveries(plan: DeliveryPlan): Promise<boolean>
  /**
   * Waiting and due, but for those behind an older one of the same channel and subject; the oldest first. `except`:
   * channels that are not asked for.
   */
  dueDeliveries(now: Millis, limit: number, except?: readonly string[]): Promise<Delivery[]>
  /** One try is over: it was taken (`error` null), is tried again, or given up. */
  attempted(id: number, attempt: Attempt): Promise<void>
  /** A failed one waits again. False: there is no failed one of this id. */
  retryDelivery(id: number, at: Millis): Promise<boolean>
  /** How many wait. */
  waitingDeliveries(): Promise<number>
  deliveries(filter: DeliveryFilter): Promise<Page<Delivery>>
}
