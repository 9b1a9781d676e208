/** Authentication on Linux and Unix hosts, under the names that Elastic's `system.auth` uses. */
import { isIP } from 'node:net'
import type { Additions } from '../additions.ts'
import { unique } from '../clean.ts'
import { accountEvent, logindEvent } from './system-auth/accounts.ts'
import type { AuthEvent } from './system-auth/auth-event.ts'
import { pamEvent } from './system-auth/pam.ts'
import { sshdEvent } from './system-auth/sshd.ts'
import { loginEvent, suEvent } from './system-auth/su.ts'
import { sudoEvent } from './system-auth/sudo.ts'

export const AUTH_DATASET = 'system.auth'

/** Whether all that a program logs is about who may do what. */
export function isAuthProgram(program: string): boolean {
  return PARSERS.has(program)
}

/** What a line says of who came in, who became who, and whose account changed; null if it says nothing of the kind. */
export function authEvent(line: string, program: string | null): AuthEvent | null {
  if (program === null)
    return (line.startsWith('pam_') ? pamEvent(line, null) : null) ?? sshdEvent(line, false)
  const parser = PARSERS.get(program)
  // Mail, file and desktop servers ask PAM too.
  if (!parser) return line.startsWith('pam_') ? pamEvent(line, program) : null
  return pamEvent(line, program) ?? parser(line)
}

const ssh = (line: string) => sshdEvent(line, true)

/** OpenSSH 9.8 split its server: `sshd-session` talks, since 10 `sshd-auth` asks. */
const PARSERS: ReadonlyMap<string, (line: string) => AuthEvent | null> = new Map([
  ['sshd', ssh],
  ['sshd-session', ssh],
  ['sshd-auth', ssh],
  ['sudo', sudoEvent],
  ['su', suEvent],
  ['login', loginEvent],
  ['systemd-logind', logindEvent],
  ...'useradd userdel usermod groupadd groupdel groupmod gpasswd passwd chage chpasswd'
    .split(' ')
    .map((name) => [name, accountEvent] as const),
])

/** The ECS fields of an event of this kind. */
export function authFields(event: AuthEvent, host: string | null): Additions {
  const { address, user, effective, target } = event
  const ip = address === undefined ? undefined : address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  const isAddress = ip !== undefined && isIP(ip) !== 0
  return [
    ['event.kind', 'event'],
    ['event.category', event.category],
    ['event.type', event.type],
    ['event.action', event.action],
    ['event.outcome', event.outcome],
    ['event.reason', event.reason],
    ['event.module', 'system'],
    ['user.name', user],
    ['user.id', event.userId],
    ['user.effective.name', effective],
    ['user.target.name', target],
    ['group.name', event.group],
    ['group.id', event.groupId],
    ['source.address', address],
    ['source.ip', isAddress ? ip : undefined],
    ['source.domain', isAddress ? undefined : address],
    ['source.port', event.port],
    ['related.ip', isAddress ? [ip] : undefined],
    ['related.user', unique([user, effective, target])],
    ['related.hosts', unique([host])],
    ['system.auth', event.auth],
  ]
}
