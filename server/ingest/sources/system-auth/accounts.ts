/** Sessions of systemd-logind, and the programs that make, change and remove local accounts. */
import type { AuthEvent } from './auth-event.ts'

export function logindEvent(line: string): AuthEvent | null {
  const started = /^New session '?(\S+?)'? of user '?([^\s']+?)'?(?: with class [^]*)?\.?$/.exec(line)
  if (started) {
    return {
      category: ['session'],
      type: ['start'],
      action: 'logged-on',
      outcome: 'success',
      user: started[2]!,
      auth: { logind: { session: started[1]! } },
    }
  }
  const ended = /^(?:Removed session '?(\S+?)'?\.?$|Session '?(\S+?)'? logged out\b)/.exec(line)
  if (!ended) return null
  const auth = { logind: { session: (ended[1] ?? ended[2])! } }
  return { category: ['session'], type: ['end'], action: 'logged-off', auth }
}

/** `new user: name=ann, UID=1001, GID=1001, home=/home/ann, shell=/bin/bash`, or null. */
export function accountEvent(line: string): AuthEvent | null {
  const made = /^new (user|group): name=([^,\s]{1,256}), ([^]*)$/.exec(line)
  if (made) return created(made[1] === 'group', made[2]!, made[3]!)
  for (const [pattern, type, action] of CHANGES) {
    const named = pattern.exec(line)?.groups
    if (!named) continue
    const { user, group, by } = named
    return {
      category: ['iam'],
      type,
      action,
      outcome: 'success',
      ...(by ? { user: by, ...(user && { target: user }) } : user && { user }),
      ...(group && { group }),
    }
  }
  return null
}

function created(isGroup: boolean, name: string, rest: string): AuthEvent {
  const part = (key: string) => new RegExp(`(?:^|, )${key}=([^,]*)`).exec(rest)?.[1]
  const base = { category: ['iam'] as AuthEvent['category'], outcome: 'success' as const }
  const groupId = part('GID')
  if (isGroup) {
    return {
      ...base,
      type: ['group', 'creation'],
      action: 'group-added',
      group: name,
      ...(groupId && { groupId }),
    }
  }
  const [userId, home, shell] = [part('UID'), part('home'), part('shell')]
  return {
    ...base,
    type: ['user', 'creation'],
    action: 'user-added',
    user: name,
    ...(userId && { userId }),
    ...(groupId && { groupId }),
    auth: { useradd: { ...(home && { home }), ...(shell && { shell }) } },
  }
}

const CHANGES: readonly (readonly [RegExp, string[], string])[] = [
  [/^delete user '(?<user>[^']+)'/, ['user', 'deletion'], 'user-deleted'],
  [/^removed? group '(?<group>[^']+)'/, ['group', 'deletion'], 'group-deleted'],
  [/^add '(?<user>[^']+)' to (?:shadow )?group '(?<group>[^']+)'/, ['group', 'change'], 'group-member-added'],
  [
    /^delete '(?<user>[^']+)' from (?:shadow )?group '(?<group>[^']+)'/,
    ['group', 'change'],
    'group-member-removed',
  ],
  [/^user (?<user>\S+) added by (?<by>\S+) to group (?<group>\S+)$/, ['group', 'change'], 'group-user-added'],
  [
    /^user (?<user>\S+) removed by (?<by>\S+) from group (?<group>\S+)$/,
    ['group', 'change'],
    'group-user-removed',
  ],
  [/^change user '(?<user>[^']+)' /, ['user', 'change'], 'user-changed'],
  [/^lock user '(?<user>[^']+)' password/, ['user', 'change'], 'user-locked'],
  [/^unlock user '(?<user>[^']+)' password/, ['user', 'change'], 'user-unlocked'],
  [/^password for '?(?<user>[^']+?)'? changed by '?(?<by>[^']+?)'?$/, ['user', 'change'], 'password-changed'],
]
