import type { Millis } from '../../../server/domain/time.ts'
import type { Run, ScenarioRecord } from '../scenario.ts'
import { letters } from './invent.ts'

export type SshTry = {
  at: Millis
  address: string
  host: string
  user: string
  /** The host has no such account. */
  unknown?: boolean
}

/** What sshd and PAM write about one wrong password, as Debian's auth.log has it. */
export function wrongPassword(run: Run, tried: SshTry): ScenarioRecord[] {
  const { address, user, unknown = false } = tried
  const [from, pid] = [`from ${address} port ${port(run)}`, processId(run)]
  const pam = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`
  return [
    ...(unknown ? [sshLine(run, tried, pid, `Invalid user ${user} ${from}`)] : []),
    sshLine(run, tried, pid, unknown ? pam : `${pam}  user=${user}`),
    sshLine(run, tried, pid, `Failed password for ${unknown ? 'invalid user ' : ''}${user} ${from} ssh2`),
  ]
}

/** What they write when somebody comes in by password. */
export function passwordLogin(run: Run, tried: SshTry): ScenarioRecord {
  const { address, user } = tried
  return sshLine(
    run,
    tried,
    processId(run),
    `Accepted password for ${user} from ${address} port ${port(run)} ssh2`,
  )
}

/** A name that a server for keys alone does not know: it asks for no password. */
export function unknownName(run: Run, tried: SshTry): ScenarioRecord {
  const { address, user } = tried
  return sshLine(run, tried, processId(run), `Invalid user ${user} from ${address} port ${port(run)}`)
}

function sshLine(run: Run, { at, host }: SshTry, pid: number, said: string): ScenarioRecord {
  // rsyslog's own format: microseconds, and the zone.
  const micros = letters(run, 3, '0123456789')
  const stamp = new Date(at).toISOString().replace('Z', `${micros}+00:00`)
  return { dataset: 'system.auth', record: { message: `${stamp} ${host} sshd[${pid}]: ${said}` } }
}

function port(run: Run): number {
  return 32_768 + Math.floor(run.random() * 28_000)
}

function processId(run: Run): number {
  return 1_000 + Math.floor(run.random() * 3_000_000)
}
