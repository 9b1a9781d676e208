import { bulkSend } from './bulk-send/bulk-send.ts'
import { credentialSpray } from './credential-spray/credential-spray.ts'
import { impossibleTravel } from './impossible-travel/impossible-travel.ts'
import { inboxRule } from './inbox-rule/inbox-rule.ts'
import type { Scenario } from './scenario.ts'

/** Every attack that a drill can play. A new one is a folder and a line here. */
export const SCENARIOS: readonly Scenario[] = [inboxRule, credentialSpray, bulkSend, impossibleTravel]
