import { MINUTE, SECOND } from '../../../server/domain/time.ts'
import { mailItem } from '../records/audit.ts'
import { documentationAddress, guid, person } from '../records/invent.ts'
import type { Scenario } from '../scenario.ts'

const SENT = 60

/** A stolen account sends the same false invoice to everybody it has ever written to, partly as a shared mailbox. */
export const bulkSend: Scenario = {
  name: 'bulk-send',
  title: 'One account sends more than 50 mails in an hour',
  play(run) {
    const who = person(run)
    const shared = person(run)
    const base = { who, address: documentationAddress(run), sessionId: guid(run) }
    const start = run.startedAt - 50 * MINUTE
    const subject = `RE: Invoice ${run.id.toUpperCase()} overdue`
    const records = Array.from({ length: SENT }, (_, i) => {
      const at = start + i * 40 * SECOND + Math.floor(run.random() * 20) * SECOND
      if (i % 10 === 8) return mailItem(run, { ...base, at, operation: 'SendAs', subject, mailbox: shared })
      if (i % 10 === 9)
        return mailItem(run, { ...base, at, operation: 'SendOnBehalf', subject, mailbox: shared })
      return mailItem(run, { ...base, at, operation: 'Send', subject })
    })
    return {
      records,
      expected: {
        ruleId: 'bulk-send',
        user: who.address,
        entity: { type: 'user', value: who.address },
        severity: 'high',
      },
    }
  },
}
