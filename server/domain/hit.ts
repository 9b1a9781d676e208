import type { Account } from './event.ts'
import type { Json } from './json.ts'
import { DAY, HOUR, type Millis } from './time.ts'

/** A match of one event with one step of one rule, stored for good. */
export type Hit = {
  rule: string
  version: number
  /** From `groupKey`. */
  key: string
  time: Millis
  /** The event's id. */
  event: string
  /** 0, 1, ... in the order of the rule's text; a threshold rule's `then` is step 1. */
  step: number
  account: Account
  /** What the rule kind needs beside the time: the distinct value, the place of a sign-in. */
  value: Json
  /** What tuning needs of the event, where the rule heeds any: see `rules/hit-context.ts`. */
  context?: HitContext
  /** Not stored: its group is not due before this, since late logs could undo what it completes. */
  due?: Millis
  /** Not stored: it has no part in what is before this. */
  matters?: Millis
}

/** Of an event, what tells whether an organisation's settings explain it. All of it only where it is known. */
export type HitContext = {
  ip?: string
  asn?: number
  /** ISO code. */
  country?: string
  /** The id of a device that the organisation trusts. */
  device?: string
  /** The device is managed or compliant. */
  managed?: true
  /** Where mail is sent on to: addresses and domains. */
  targets?: string[]
  /** It also keeps the mail from the owner's eyes. */
  hides?: true
  /** Microsoft's own actor, or an application without a person. */
  system?: true
  /** Not stored. It is a place where the account is usually seen. */
  usual?: true
  /** Not stored. It came through a network whose places mean nothing within its country. */
  carrier?: true
}

/** Stands for the event in a hit that says no more than that its key was there: which event showed it does not matter. */
export const PRESENCE = 'presence'

/** All hits of one rule that share a key: the unit of correlation. */
export type Group = { rule: string; version: number; key: string }

/**
 * A group with new hits, waiting to be correlated. One row a group and day, so that one stray old log
 * does not re-read a year.
 */
export type Pending = {
  rule: string
  key: string
  day: number
  from: Millis
  to: Millis
  due: Millis
  revision: number
}

/** The stored key of a group: join values in the rule's order. Drill events never share a key with real ones. */
export function groupKey(values: readonly Json[], drill: string | null): string {
  return JSON.stringify(drill === null ? values : { drill, values })
}

export function keyValues(key: string): Json[] {
  const parsed = JSON.parse(key) as Json[] | { values: Json[] }
  return Array.isArray(parsed) ? parsed : parsed.values
}

export function isDrillKey(key: string): boolean {
  return key.startsWith('{')
}

/** Whether a hit has no part in anything that is stored by now, so that its group need not be looked at because of it. */
export function isForLater({ matters }: Pick<Hit, 'matters'>, now: Millis): boolean {
  // No event is ahead of its receipt by more than some minutes.
  return matters !== undefined && matters > now + HOUR
}

export function dayOf(time: Millis): number {
  return Math.floor(time / DAY)
}
