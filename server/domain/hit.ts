import type { Account } from './event.ts'
import type { Json } from './json.ts'
import { DAY, type Millis } from './time.ts'

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
  /** Not stored: its group is not due before this, since late logs could undo what it completes. */
  due?: Millis
}

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

export function dayOf(time: Millis): number {
  return Math.floor(time / DAY)
}
