/** PAM, in whose name every program logs that asks for passwords: `pam_unix(sshd:auth): ...`. */
import type { AuthEvent } from './auth-event.ts'

/** What a line of a PAM module says, or null. `program` wrote it. */
export function pamEvent(line: string, program: string | null): AuthEvent | null {
  const parts = /^pam_\w{1,32}\(([^):\s]{1,64}):(\w{1,32})\): ([^]*)$/.exec(line)
  const service = parts?.[1] ?? program
  const said = parts?.[3] ?? line
  if (/^(?:PAM \d+ more )?authentication failures?;/.test(said)) return failed(said, service)
  if (!parts) return null
  return session(said) ?? (parts[2] === 'chauthtok' ? changed(said) : null) ?? locked(said) ?? unknown(said)
}

/** `authentication failure; logname=ann uid=1000 euid=0 tty=pts/0 ruser=ann rhost=  user=root`: the user stands last. */
function failed(said: string, service: string | null): AuthEvent {
  const user = / user=([^]*)$/.exec(said)?.[1]?.trim()
  const caller = / ruser=(\S*)/.exec(said)?.[1]
  const address = / rhost=(\S*)/.exec(said)?.[1]
  // Of su, `user` is whom the caller wants to be.
  const isChange = (service === 'su' || service === 'su-l' || service === 'runuser') && caller
  const who = isChange ? caller : user
  return {
    category: ['authentication'],
    type: ['info'],
    action: 'authentication_failure',
    outcome: 'failure',
    ...(who && { user: who }),
    ...(isChange && user && { effective: user }),
    ...(address && { address }),
  }
}

const SESSION =
  /^session (opened|closed) for user (\S{1,256}?)(?:\(uid=(\d{1,10})\))?(?: by (\S{0,256}?)(?:\(uid=(\d{1,10})\))?)?$/

function session(said: string): AuthEvent | null {
  const parts = SESSION.exec(said.trim())
  if (!parts) return null
  const [, word, user, userId, caller, callerId] = parts
  const opened = word === 'opened'
  return {
    category: ['session'],
    type: [opened ? 'start' : 'end'],
    action: opened ? 'logged-on' : 'logged-off',
    ...(opened && { outcome: 'success' as const }),
    ...(caller
      ? { user: caller, ...(callerId && { userId: callerId }), effective: user! }
      : { user: user!, ...(userId && { userId }) }),
  }
}

function changed(said: string): AuthEvent | null {
  const user = /password changed for (\S+)$/.exec(said)?.[1]
  if (!user) return null
  return {
    category: ['iam'],
    type: ['user', 'change'],
    action: 'password-changed',
    outcome: 'success',
    user,
    target: user,
  }
}

function locked(said: string): AuthEvent | null {
  const user = /^Consecutive login failures for user (\S+) account temporarily locked/.exec(said)?.[1]
  if (!user) return null
  return {
    category: ['authentication'],
    type: ['info'],
    action: 'account-locked',
    outcome: 'failure',
    user,
  }
}

function unknown(said: string): AuthEvent | null {
  const user = /^(?:check pass; user unknown|unknown user|bad username) ?\[?([^\]\s]*)\]?$/.exec(said)
  if (!user) return null
  return {
    category: ['authentication'],
    type: ['info'],
    action: 'authentication_failure',
    outcome: 'failure',
    reason: 'user unknown',
    ...(user[1] && { user: user[1] }),
  }
}
