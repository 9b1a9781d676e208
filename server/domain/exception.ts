import type { Millis } from './time.ts'

/** What people leave out of a rule's correlation. It hides, never deletes, and counts what it hid. */
export type Exception = {
  id: string
  /** `*`: every rule. */
  ruleId: string
  language: 'eql' | 'kql'
  /** A condition that an event meets, or a whole single-event query. */
  condition: string
  /** For the people who come after. */
  reason: string
  /** Events of this time or later are not left out; null: it has no end. */
  expires: Millis | null
}
