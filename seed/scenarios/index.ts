import { bulkSend } from './bulk-send/bulk-send.ts'
import { credentialSpray } from './credential-spray/credential-spray.ts'
import { fullChain } from './full-chain/full-chain.ts'
import { impossibleTravel } from './impossible-travel/impossible-travel.ts'
import { inboxRule } from './inbox-rule/inbox-rule.ts'
import { MAILBOX } from './mailbox/index.ts'
import type { Scenario } from './scenario.ts'
import { SIGN_IN } from './sign-in/index.ts'
import { sshGuessing } from './ssh-guessing/ssh-guessing.ts'
import { threadHijack } from './thread-hijack/thread-hijack.ts'

/** The attacks that a drill without a name and the demo play. */
export const SCENARIOS: readonly Scenario[] = [
  inboxRule,
  credentialSpray,
  bulkSend,
  impossibleTravel,
  threadHijack,
  fullChain,
]

/** Everything that a drill can play by name: each rule's own attack is here. A new one is a line. */
export const DRILLS: readonly Scenario[] = [...SCENARIOS, ...MAILBOX, ...SIGN_IN, sshGuessing]
