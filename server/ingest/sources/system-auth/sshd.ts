/**
 * OpenSSH's server. A user name may be any text that an attacker likes (`x from 192.0.2.1 port 22`), so the address is
 * always the last one: what the server itself wrote.
 */
import { isIP } from 'node:net'
import type { AuthEvent } from './auth-event.ts'

/** What a line of sshd says, or null. Without `known`, only lines that no other program writes. */
export function sshdEvent(line: string, known: boolean): AuthEvent | null {
  const repeated = /^message repeated (\d{1,6}) times: \[ ?([^]*)\]$/.exec(line)
  if (repeated) {
    const event = sshdEvent(repeated[2]!.trimEnd(), known)
    return event && { ...event, auth: { ...event.auth, repeated: Number(repeated[1]) } }
  }
  return attempt(line) ?? invalidUser(line) ?? (known ? (refused(line) ?? ended(line) ?? probe(line)) : null)
}

const ATTEMPT =
  /^(?:error: )?(Accepted|Failed) (\S+) for (invalid user |illegal user )?([^]*) from (\S+) port (\d{1,5})(?: ssh\d?)?(?:: ([^]*))?$/
// Cut short, or with more behind it, as templates of shippers make it.
const SHORT_ATTEMPT =
  /^(Accepted|Failed) (password|publickey|none|hostbased|gssapi-with-mic|keyboard-interactive(?:\/pam)?) for (invalid user |illegal user )?(\S*) from (\S+?)(?: port (\d{1,5}))?(?: |$)/

function attempt(line: string): AuthEvent | null {
  const parts = ATTEMPT.exec(line) ?? SHORT_ATTEMPT.exec(line)
  if (!parts || !isAddress(parts[5]!)) return null
  const [, word, method, invalid, user, address, port, signature] = parts
  const accepted = word === 'Accepted'
  return {
    category: accepted ? ['authentication', 'session'] : ['authentication'],
    type: ['info'],
    action: 'ssh_login',
    outcome: accepted ? 'success' : 'failure',
    ...(invalid && { reason: 'invalid user' }),
    ...person(user),
    address: address!,
    ...portOf(port),
    auth: { ssh: { event: word!, method: method!, ...(signature && { signature }) } },
  }
}

function invalidUser(line: string): AuthEvent | null {
  const parts = /^(?:Invalid|Illegal) user ([^]*) from (\S+)(?: port (\d{1,5}))?$/.exec(line)
  if (!parts || !isAddress(parts[2]!)) return null
  return failure('ssh_login', 'Invalid', parts[1], parts[2]!, parts[3], 'invalid user')
}

const MAXED =
  /^(?:error: )?maximum authentication attempts exceeded for (?:invalid user |illegal user )?([^]*) from (\S+) port (\d{1,5})(?: ssh\d?)?(?: \[preauth\])?$/
const NOT_ALLOWED = /^User ([^]*) from (\S+) not allowed because ([^]*)$/
const ROOT_REFUSED = /^ROOT LOGIN REFUSED FROM (\S+)(?: port (\d{1,5}))?/
const PAM_ERROR =
  /^(?:error: )?PAM: ([^]{1,200}?) for (?:invalid user |illegal user )?([^]*) from (\S+?)(?: via \S+)?$/

/** The server says no, beside the line of the attempt itself: other actions, so that attempts are counted once. */
function refused(line: string): AuthEvent | null {
  const maxed = MAXED.exec(line)
  if (maxed) {
    const reason = 'maximum authentication attempts exceeded'
    return failure('ssh_attempts_exceeded', reason, maxed[1], maxed[2]!, maxed[3], reason)
  }
  const denied = NOT_ALLOWED.exec(line)
  if (denied) return failure('ssh_denied', 'Denied', denied[1], denied[2]!, undefined, denied[3]!)
  const root = ROOT_REFUSED.exec(line)
  if (root) return failure('ssh_denied', 'Denied', 'root', root[1]!, root[2], 'root login refused')
  const pam = PAM_ERROR.exec(line)
  if (pam) return failure('authentication_failure', 'PAM', pam[2], pam[3]!, undefined, pam[1]!)
  return null
}

const ENDED =
  /^(Connection closed by|Connection reset by|Disconnected from|Disconnecting) (authenticating |invalid )?user ([^]*) (\S+) port (\d{1,5})(?:: ([^]*?))?(?: \[preauth\])?$/

/** A connection of a named user ends: before he is in it has failed, after that it is the end of a session. */
function ended(line: string): AuthEvent | null {
  const parts = ENDED.exec(line)
  if (!parts || !isAddress(parts[4]!)) return null
  const [, word, before, user, address, port, reason] = parts
  if (before) return failure('ssh_disconnect', word!, user, address!, port, reason ?? word!)
  return {
    category: ['session'],
    type: ['end'],
    action: 'logged-off',
    ...person(user),
    address: address!,
    ...portOf(port),
    auth: { ssh: { event: word! } },
  }
}

const NO_PROTOCOL =
  /^(?:error: kex_exchange_identification: [^]*?|Did not receive identification string|Bad protocol version identification [^]*|banner exchange: Connection|Unable to negotiate with|ssh_dispatch_run_fatal: Connection) ?(?:from )?(\S+?)(?: port (\d{1,5}))?(?:: ([^]*))?$/
const NAMELESS =
  /^(?:Connection from|Connection closed by|Connection reset by|Disconnected from|Received disconnect from) (\S+) port (\d{1,5})\b/

/** Connections that never came to a login. */
function probe(line: string): AuthEvent | null {
  const garbled = NO_PROTOCOL.exec(line)
  if (garbled && isIP(garbled[1]!)) {
    const reason = garbled[3]
    return {
      ...connection('ssh_probe', garbled[1]!, garbled[2]),
      ...(reason && { reason }),
      auth: { ssh: { dropped_ip: garbled[1]! } },
    }
  }
  const nameless = NAMELESS.exec(line)
  return nameless && isIP(nameless[1]!) ? connection('ssh_connection', nameless[1]!, nameless[2]) : null
}

function connection(action: string, address: string, port: string | undefined): AuthEvent {
  return { category: ['network'], type: ['connection'], action, address, ...portOf(port) }
}

function failure(
  action: string,
  event: string,
  user: string | undefined,
  address: string,
  port: string | undefined,
  reason: string,
): AuthEvent {
  return {
    category: ['authentication'],
    type: ['info'],
    action,
    outcome: 'failure',
    reason: reason.trim(),
    ...person(user),
    address,
    ...portOf(port),
    auth: { ssh: { event } },
  }
}

function person(user: string | undefined): { user?: string } {
  return user ? { user } : {}
}

function portOf(port: string | undefined): { port?: number } {
  return port === undefined ? {} : { port: Number(port) }
}

// With UseDNS the server writes names. `UNKNOWN` is what it writes for a socket without an address.
function isAddress(text: string): boolean {
  return isIP(text) !== 0 || /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,253}$/.test(text)
}
