import { HOUR, MINUTE, type Millis, SECOND } from '../../../server/domain/time.ts'
import { documentationAddress, letters, pick } from '../records/invent.ts'
import { passwordLogin, type SshTry, unknownName, wrongPassword } from '../records/ssh.ts'
import type { NearMiss, Run, Scenario, ScenarioRecord } from '../scenario.ts'

const NAMES = ['root', 'admin', 'oracle', 'postgres', 'ubuntu', 'git', 'test', 'deploy']

/** One address tries passwords for the usual names on one host, and gets in. */
export const sshGuessing: Scenario = {
  name: 'ssh-guessing',
  title: 'Passwords guessed over SSH from one address, then one that fits',
  play(run) {
    const { address, host } = newBase(run)
    const victim = `deploy-${run.id}${letters(run, 2)}`
    const tries = every(run, 36, 25 * SECOND, 30 * MINUTE, (at, i) => {
      const user = i % 6 === 5 ? victim : pick(run, NAMES)
      return wrongPassword(run, { at, address, host, user, unknown: user !== victim && user !== 'root' })
    })
    const found = passwordLogin(run, { at: run.startedAt - 10 * MINUTE, address, host, user: victim })
    return {
      records: [...tries, found],
      expected: {
        ruleId: 'ssh-guessing-then-success',
        user: victim,
        entity: { type: 'ip', value: address },
        severity: 'high',
      },
    }
  },
  nearMisses: [
    nearMiss('somebody who has forgotten the password, then remembers it', (run, base) => [
      ...every(run, 12, 20 * SECOND, 20 * MINUTE, (at) => wrongPassword(run, { ...base, at })),
      passwordLogin(run, { ...base, at: run.startedAt - 5 * MINUTE }),
    ]),
    nearMiss('a job with an old password, and a colleague who comes in beside it', (run, base) => [
      ...every(run, 18, 3 * MINUTE, 58 * MINUTE, (at) => wrongPassword(run, { ...base, at, user: 'backup' })),
      passwordLogin(run, { ...base, at: run.startedAt - MINUTE }),
    ]),
    nearMiss('many logins that succeed', (run, base) =>
      every(run, 40, MINUTE, 50 * MINUTE, (at) => [passwordLogin(run, { ...base, at })]),
    ),
    nearMiss('names that a server for keys alone does not know', (run, base) =>
      every(run, 40, MINUTE, 50 * MINUTE, (at) => [
        unknownName(run, { ...base, at, user: pick(run, NAMES) }),
      ]),
    ),
    nearMiss('one attempt from each of many addresses', (run, base) =>
      every(run, 40, MINUTE, 50 * MINUTE, (at, i) =>
        wrongPassword(run, { ...base, at, address: `198.51.100.${1 + i}`, user: 'root' }),
      ),
    ),
    nearMiss('a few names over the day', (run, base) =>
      every(run, 19, HOUR, 20 * HOUR, (at, i) => wrongPassword(run, { ...base, at, user: NAMES[i % 4]! })),
    ),
  ],
}

type Base = Pick<SshTry, 'address' | 'host' | 'user'>

function nearMiss(title: string, play: (run: Run, base: Base) => ScenarioRecord[]): NearMiss {
  return { title, play: (run) => play(run, newBase(run)) }
}

function newBase(run: Run): Base {
  return { address: documentationAddress(run), host: `web-${run.id}`, user: `ann-${run.id}` }
}

/** `count` times, `apart` from each other, from `before` the run on. */
function every(
  run: Run,
  count: number,
  apart: Millis,
  before: Millis,
  make: (at: Millis, i: number) => ScenarioRecord[],
): ScenarioRecord[] {
  const start = run.startedAt - before
  return Array.from({ length: count }, (_, i) => make(start + i * apart, i)).flat()
}
