import { MINUTE } from '../../../server/domain/time.ts'
import { documentationAddress, documentationAddress6, person, PLACES } from '../records/invent.ts'
import { APPS, signIn } from '../records/sign-in.ts'
import type { Scenario } from '../scenario.ts'

/** The person signs in from the United States, and some 20 minutes later somebody does from Germany. */
export const impossibleTravel: Scenario = {
  name: 'impossible-travel',
  title: 'Two sign-ins, 20 minutes and an ocean apart',
  play(run) {
    const who = person(run)
    const start = run.startedAt - 35 * MINUTE
    const gap = 18 * MINUTE + Math.floor(run.random() * 4 * MINUTE)
    return {
      records: [
        signIn(run, {
          who,
          at: start,
          place: PLACES.newYork,
          address: documentationAddress(run),
          app: APPS.outlookWeb,
          managedDevice: true,
        }),
        signIn(run, {
          who,
          at: start + gap,
          place: PLACES.frankfurt,
          address: documentationAddress6(run),
          app: APPS.exchangeOnline,
        }),
      ],
      expected: {
        ruleId: 'impossible-travel',
        user: who.address,
        entity: { type: 'user', value: who.address },
        severity: 'high',
      },
    }
  },
}
