/** Windows events as Winlogbeat sends them without its modules: what they mean is added where it is missing. */
import { isIP } from 'node:net'
import { type Fields, isObject, textAt, valueAt } from '../../domain/json.ts'
import type { Additions } from '../additions.ts'

/** The ECS fields that an event of the security log lacks; null if it is none, or none that we know. */
export function windowsFields(fields: Fields): Additions | null {
  const winlog = fields['winlog']
  if (!isObject(winlog) || !isSecurity(winlog)) return null
  const number = Number(winlog['event_id'] ?? valueAt(fields, 'event.code'))
  const known = EVENTS.get(number)
  if (!known) return null
  const { category, type, outcome, action } = known
  const data = (name: string) => said(textAt(winlog, `event_data.${name}`))
  // In changes of an account the subject acts on the target; in logons the target is who comes in.
  const isChange = category === 'iam'
  const [actor, domain] = isChange
    ? [data('SubjectUserName'), data('SubjectDomainName')]
    : [data('TargetUserName') ?? data('SubjectUserName'), data('TargetDomainName')]
  const ip = data('IpAddress')?.replace(/^::ffff:/i, '')
  const port = Number(data('IpPort') ?? 0)
  return [
    ['event.kind', 'event'],
    ['event.category', [category]],
    ['event.type', type],
    ['event.outcome', outcome],
    ['event.action', action],
    ['event.code', String(number)],
    ['user.name', actor],
    ['user.domain', domain],
    ['user.target.name', isChange ? data('TargetUserName') : undefined],
    ['user.target.domain', isChange ? data('TargetDomainName') : undefined],
    ['source.ip', ip !== undefined && isIP(ip) ? ip : undefined],
    ['source.port', port > 0 ? port : undefined],
    ['source.domain', data('WorkstationName')],
  ]
}

function isSecurity(winlog: Fields): boolean {
  return (
    winlog['channel'] === 'Security' ||
    winlog['provider_name'] === 'Microsoft-Windows-Security-Auditing' ||
    winlog['provider_name'] === 'Microsoft-Windows-Eventlog'
  )
}

function said(text: string | undefined): string | undefined {
  return text === '-' ? undefined : text
}

type Meaning = { category: string; type: string[]; outcome: string; action: string }

/** Numbers and meanings: Microsoft's security auditing reference. Actions: the words that Winlogbeat uses. */
const EVENTS: ReadonlyMap<number, Meaning> = new Map(
  (
    [
      [1102, 'iam', ['admin', 'change'], 'success', 'audit-log-cleared'],
      [4624, 'authentication', ['start'], 'success', 'logged-in'],
      [4625, 'authentication', ['start'], 'failure', 'logon-failed'],
      [4634, 'authentication', ['end'], 'success', 'logged-out'],
      [4647, 'authentication', ['end'], 'success', 'logged-out'],
      [4648, 'authentication', ['start'], 'success', 'logged-in-explicit'],
      [4672, 'iam', ['admin'], 'success', 'logged-in-special'],
      [4720, 'iam', ['user', 'creation'], 'success', 'added-user-account'],
      [4722, 'iam', ['user', 'change'], 'success', 'enabled-user-account'],
      [4723, 'iam', ['user', 'change'], 'success', 'changed-password'],
      [4724, 'iam', ['user', 'change'], 'success', 'reset-password'],
      [4725, 'iam', ['user', 'deletion'], 'success', 'disabled-user-account'],
      [4726, 'iam', ['user', 'deletion'], 'success', 'deleted-user-account'],
      [4728, 'iam', ['group', 'change'], 'success', 'added-member-to-group'],
      [4732, 'iam', ['group', 'change'], 'success', 'added-member-to-group'],
      [4756, 'iam', ['group', 'change'], 'success', 'added-member-to-group'],
      [4738, 'iam', ['user', 'change'], 'success', 'modified-user-account'],
      [4740, 'iam', ['user', 'change'], 'success', 'locked-out-user-account'],
      [4767, 'iam', ['user', 'change'], 'success', 'unlocked-user-account'],
      [4771, 'authentication', ['start'], 'failure', 'kerberos-preauth-failed'],
    ] as const
  ).map(([id, category, type, outcome, action]) => [id, { category, type: [...type], outcome, action }]),
)
