import { MINUTE, SECOND } from '../../../server/domain/time.ts'
import { documentationAddress, person, PLACES } from '../records/invent.ts'
import { APPS, signIn } from '../records/sign-in.ts'
import type { Scenario } from '../scenario.ts'

const ACCOUNTS = 14
const ROUNDS = 3

/** One address tries a few passwords on many accounts through Exchange Web Services, and one of them fits. */
export const credentialSpray: Scenario = {
  name: 'credential-spray',
  title: 'Passwords tried on many accounts from one address, then one that fits',
  play(run) {
    const address = documentationAddress(run)
    const people = Array.from({ length: ACCOUNTS }, () => person(run))
    const victim = people[Math.floor(run.random() * ACCOUNTS)]!
    const start = run.startedAt - 40 * MINUTE
    const base = { address, place: PLACES.bucharest, legacy: true }
    const tries = Array.from({ length: ROUNDS }, (_, round) =>
      people.map((who, i) =>
        signIn(run, {
          ...base,
          who,
          at: start + round * 9 * MINUTE + i * 30 * SECOND + Math.floor(run.random() * 20 * SECOND),
          app: i % 4 === 3 ? APPS.outlook : APPS.exchangeWebServices,
          // Here and there the guess is right but the password has expired.
          result: i % 7 === 6 ? 50_055 : 50_126,
        }),
      ),
    ).flat()
    const found = signIn(run, {
      ...base,
      who: victim,
      at: start + 30 * MINUTE,
      app: APPS.exchangeWebServices,
    })
    return {
      records: [...tries, found],
      expected: {
        ruleId: 'credential-spray',
        user: victim.address,
        entity: { type: 'ip', value: address },
        severity: 'high',
      },
    }
  },
}
