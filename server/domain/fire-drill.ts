/** The fire drill: a simulated takeover, played by the clock through the real port, to see that it is found and told. */
import type { Millis } from './time.ts'

export type FireDrillSchedule = {
  enabled: boolean
  /** `04:00`, by the server's own clock. */
  time: string
  /** Name of the attack that is played. */
  scenario: string
}

/** Of a rule that had to tell of it. `afterMs`: from the answer of the port to the alert; null: it never came. */
export type FireDrillRule = { ruleId: string; name: string; afterMs: Millis | null }

/**
 * Of a channel that wants drills. `told`: it took the message, after `afterMs` from the answer of the port; `later`: its
 * quiet hours or its digest keep it; `passed`: it does not want alerts such as these; `failed`: `why` says.
 */
export type FireDrillChannel = {
  id: string
  name: string
  state: 'told' | 'later' | 'passed' | 'failed'
  afterMs: Millis | null
  why: string | null
}

export type FireDrillRun = {
  /** The mark of its records. */
  drill: string
  scenario: string
  startedAt: Millis
  finishedAt: Millis
  /** Who asked for it; `vedette`: the clock. */
  by: string
  passed: boolean
  /** What went wrong, in a sentence; null: nothing. */
  why: string | null
  /** Until the port had answered for all of its records. */
  acceptMs: Millis | null
  /** Until the last of the expected alerts; null: not all came. */
  detectMs: Millis | null
  /** Until the first channel was told; null: none was. */
  notifyMs: Millis | null
  rules: FireDrillRule[]
  channels: FireDrillChannel[]
}
