/** su and the console's login, in the words of util-linux, shadow and the BSDs. */
import type { AuthEvent } from './auth-event.ts'

export function suEvent(line: string): AuthEvent | null {
  for (const [pattern, fields] of SU) {
    const named = pattern.exec(line)?.groups
    if (!named) continue
    const failed = fields === 'failure'
    return {
      category: ['authentication'],
      type: [failed ? 'info' : 'start'],
      action: 'su',
      outcome: fields,
      user: named['user']!,
      effective: named['as']!,
    }
  }
  return null
}

const SU: readonly (readonly [RegExp, 'success' | 'failure'])[] = [
  [/^Successful su for (?<as>\S+) by (?<user>\S+)/, 'success'],
  [/^FAILED su for (?<as>\S+) by (?<user>\S+)/, 'failure'],
  [/^\(to (?<as>\S+)\) (?<user>\S+) on /, 'success'],
  [/^FAILED SU \(to (?<as>\S+)\) (?<user>\S+) on /, 'failure'],
  [/^'su (?<as>\S+)' failed for (?<user>\S+) on /, 'failure'],
  [/^'su (?<as>\S+)' succeeded for (?<user>\S+) on /, 'success'],
  [/^BAD SU (?<user>\S+) to (?<as>\S+) on /, 'failure'],
  [/^(?<user>\S+) to (?<as>\S+) on \S+$/, 'success'],
  [/^\+ \S+ (?<user>[^\s:]+):(?<as>\S+)$/, 'success'],
  [/^- \S+ (?<user>[^\s:]+):(?<as>\S+)$/, 'failure'],
]

// util-linux says FROM; shadow puts its terminal and a host in quotes.
const FAILED_LOGIN: readonly RegExp[] = [
  /^(?:FAILED LOGIN(?: SESSION)?|TOO MANY LOGIN TRIES)(?: \(?\d{1,6}\)?)? FROM (?<from>\S+) FOR (?<user>[^,]*)(?:, (?<reason>[^]*))?$/,
  /^FAILED LOGIN \(\d{1,6}\) on '[^']*'(?: from '(?<from>[^']*)')? FOR '(?<user>[^']*)'(?:, (?<reason>[^]*))?$/,
]
const LOGIN = /^(?:(ROOT) )?LOGIN ON (\S+)(?: BY (\S+))?(?: FROM (\S+))?$/i

/** `FAILED LOGIN 1 FROM 192.0.2.7 FOR root, Authentication failure`, `LOGIN ON tty1 BY ann`, or null. */
export function loginEvent(line: string): AuthEvent | null {
  const failed = FAILED_LOGIN.map((pattern) => pattern.exec(line)?.groups).find(Boolean)
  if (failed) {
    const { from, user, reason } = failed
    const address = addressOf(from)
    return {
      category: ['authentication'],
      type: ['info'],
      action: 'login',
      outcome: 'failure',
      ...(reason && { reason }),
      ...(user && { user }),
      ...(address && { address }),
    }
  }
  const found = LOGIN.exec(line)
  if (!found) return null
  const [, root, terminal, by, remote] = found
  const user = by ?? (root ? 'root' : undefined)
  const address = addressOf(remote)
  return {
    category: ['authentication', 'session'],
    type: ['start'],
    action: 'login',
    outcome: 'success',
    ...(user && { user }),
    ...(address && { address }),
    auth: { login: { tty: terminal! } },
  }
}

/** util-linux names the terminal where there is no other host. */
function addressOf(text: string | undefined): string | undefined {
  return text && !/^(?:\/dev\/)?(?:tty|pts|console|\(null\))/.test(text) ? text : undefined
}
