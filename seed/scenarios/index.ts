import { bulkSend } from './bulk-send/bulk-send.ts'
import { credentialSpray } from './credential-spray/credential-spray.ts'
import { impossibleTravel } from './impossible-travel/impossible-travel.ts'
import { inboxRule } from './inbox-rule/inbox-rule.ts'
import { FORWARDING } from './mailbox/forwarding.ts'
import { HIDING } from './mailbox/hiding.ts'
import type { Scenario } from './scenario.ts'
import { sshGuessing } from './ssh-guessing/ssh-guessing.ts'

/** The attacks that a drill without a name and the demo play. */
export const SCENARIOS: readonly Scenario[] = [inboxRule, credentialSpray, bulkSend, impossibleTravel]

/** Everything that a drill can play by name: each rule's own attack is here. A new one is a line. */
export const DRILLS: readonly Scenario[] = [...SCENARIOS, ...FORWARDING, ...HIDING, sshGuessing]
