import type { Scenario } from '../scenario.ts'
import { ACCESS } from './access.ts'
import { FORWARDING } from './forwarding.ts'
import { HIDING } from './hiding.ts'
import { MICROSOFT } from './microsoft.ts'
import { READING } from './reading.ts'
import { SENDING } from './sending.ts'

/** The attacks of the rules about mailboxes. */
export const MAILBOX: readonly Scenario[] = [
  ...FORWARDING,
  ...HIDING,
  ...SENDING,
  ...ACCESS,
  ...READING,
  ...MICROSOFT,
]
